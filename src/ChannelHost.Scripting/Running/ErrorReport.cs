using System.Text.RegularExpressions;
using Acornima;
using ChannelHost.Scripting.Compilation;
using Jint;
using Jint.Runtime;

namespace ChannelHost.Scripting.Running;

/// <summary>Says what made a run fail, at the innermost place in an author's file.</summary>
internal sealed partial class ErrorReport(IReadOnlyList<ParsedScript> scripts)
{
    /// <summary>How much of what an author threw is kept.</summary>
    private const int MaxText = 1_000;

    /// <summary>The error for an exception.</summary>
    public ScriptError From(Exception exception, ScriptRun? run)
    {
        var reached = run?.Limits.Reached;
        var (kind, message) = reached is null ? Describe(exception, run) : (reached.Kind, reached.Message);
        var (script, line, column) = FindInStack(reached?.Stack) ?? Locate(exception);
        if (script is null && kind is not "cancelled" && run?.Current is { } current)
        {
            return new ScriptError { Kind = kind, Message = Cut(message), File = current.File.Name };
        }

        return script is null
            ? new ScriptError { Kind = kind, Message = Cut(message) }
            : new ScriptError
            {
                Kind = kind,
                Message = Cut(message),
                File = script.File.Name,
                Line = line,
                Column = column,
                LineText = script.LineText(line),
            };
    }

    private static (string Kind, string Message) Describe(Exception exception, ScriptRun? run) => exception switch
    {
        JavaScriptException error => DescribeThrown(error, run),
        PromiseRejectedException rejected => ("error", Thrown.Text(rejected.RejectedValue)),
        OperationCanceledException or ExecutionCanceledException => ("cancelled", "The run was cancelled."),
        RegexMatchTimeoutException => ("time", "A regular expression took too long; its pattern backtracks without end on this text."),
        TimeoutException => ("time", "The script ran out of time."),
        InsufficientExecutionStackException => ("depth", "Calls or values nest too deeply."),
        OutOfMemoryException => ("memory", "The script asked for more memory than there is."),
        MessageFormatException => ("format", exception.Message),
        ScriptPreparationException => ("syntax", exception.Message),
        _ => ("error", exception.Message),
    };

    private static (string Kind, string Message) DescribeThrown(JavaScriptException error, ScriptRun? run)
    {
        var text = Thrown.Text(error.Error);
        if (run?.Limits.DepthError is { } tooDeep && ReferenceEquals(tooDeep, error.Error))
        {
            return ("depth", text);
        }

        return text switch
        {
            "RangeError: Maximum call stack size exceeded" => ("depth", text),
            "RangeError: Invalid string length" or "RangeError: Invalid array length" => ("length", text),
            _ => ("error", text),
        };
    }

    private (ParsedScript? Script, int Line, int Column) Locate(Exception exception)
    {
        for (var at = exception; at is not null; at = at.InnerException)
        {
            if (at is JavaScriptException error && Find(error.Location) is { } thrown)
            {
                return thrown;
            }

            if (JintException.TryGetJavaScriptLocation(at, out var location) && Find(location) is { } found)
            {
                return found;
            }

            if (at is JavaScriptException { JavaScriptStackTrace: { } stack } && FindInStack(stack) is { } caller)
            {
                return caller;
            }
        }

        return (null, 0, 0);
    }

    private (ParsedScript? Script, int Line, int Column)? Find(in SourceLocation location) =>
        location.SourceFile is { } file ? Find(file, location.Start.Line, location.Start.Column) : null;

    private (ParsedScript? Script, int Line, int Column)? Find(string file, int line, int column)
    {
        foreach (var script in scripts)
        {
            if (string.Equals(script.File.Name, file, StringComparison.Ordinal))
            {
                return line < 1 ? null : (script, script.AuthorLine(line), script.AuthorColumn(line, column) + 1);
            }
        }

        return null;
    }

    private (ParsedScript? Script, int Line, int Column)? FindInStack(string? stack)
    {
        if (stack is null)
        {
            return null;
        }

        try
        {
            return FindFrame(stack);
        }
        catch (RegexMatchTimeoutException)
        {
            // On a machine that is busy beyond measure the place is not found; the error itself is what matters.
            return null;
        }
    }

    private (ParsedScript? Script, int Line, int Column)? FindFrame(string stack)
    {
        foreach (Match frame in StackFrame().Matches(stack))
        {
            if (int.TryParse(frame.Groups["line"].ValueSpan, out var line)
                && int.TryParse(frame.Groups["column"].ValueSpan, out var column)
                && Find(frame.Groups["file"].Value, line, column - 1) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string Cut(string text) =>
        text.Length <= MaxText ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText), "...");

    [GeneratedRegex(@"^\s*at (?:[^(\n]*\()?(?<file>[^()\n]+?):(?<line>\d{1,9}):(?<column>\d{1,9})\)?\s*$", RegexOptions.Multiline, matchTimeoutMilliseconds: 100)]
    private static partial Regex StackFrame();
}
