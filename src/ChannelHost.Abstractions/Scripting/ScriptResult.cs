namespace ChannelHost.Abstractions;

/// <summary>How a run ended.</summary>
public enum ScriptOutcome
{
    /// <summary>All scripts ran; filters let the message pass.</summary>
    Accepted,

    /// <summary>A filter turned the message down; later scripts did not run.</summary>
    Filtered,

    /// <summary>A script failed or reached a limit.</summary>
    Failed,
}

/// <summary>What a run gives back.</summary>
public sealed record ScriptResult
{
    /// <summary>How it ended.</summary>
    public required ScriptOutcome Outcome { get; init; }

    /// <summary>The message after the scripts, in the outbound data type. The same memory as the scope's content when nothing changed it.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>For postprocessors, <see cref="ScriptKind.Reader"/>, <see cref="ScriptKind.Writer"/> and <see cref="ScriptKind.Batch"/> (its text): what the last script returned, as a plain value.</summary>
    public object? Value { get; init; }

    /// <summary>
    /// For a writer and for postprocessors: the response that the script returned (a <c>Response</c>; under <see cref="Compatibility.Mirth"/> also what else it returned, by
    /// the reference's rules). Null when <see cref="Value"/> is all there is.
    /// </summary>
    public Response? Response { get; init; }

    /// <summary>For a reader that returned at least one <c>RawMessage</c>: all messages that it returned, in order. Null when <see cref="Value"/> is all there is.</summary>
    public IReadOnlyList<IncomingMessage>? Messages { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public ScriptError? Error { get; init; }
}

/// <summary>Why a script failed. <see cref="Message"/> may quote what the author threw: it is for the message's record, not for logs.</summary>
public sealed record ScriptError
{
    /// <summary>What kind of failure: <c>error</c> (thrown), <c>syntax</c>, <c>time</c>, <c>memory</c>, <c>depth</c>, <c>length</c>, <c>format</c>, <c>cancelled</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What went wrong.</summary>
    public required string Message { get; init; }

    /// <summary>The script's name; null when no script is at fault.</summary>
    public string? File { get; init; }

    /// <summary>From 1; 0 when unknown.</summary>
    public int Line { get; init; }

    /// <summary>From 1; 0 when unknown.</summary>
    public int Column { get; init; }

    /// <summary>The source line, for a caret below it; null when unknown.</summary>
    public string? LineText { get; init; }

    /// <summary>Kind and place, fit for logs: no text of the author or the message.</summary>
    public string Place => File is null ? Kind : $"{Kind} in {File}:{Line}:{Column}";

    /// <summary>What may be told to senders and logs: the place, and what a data type said, which never quotes content (<see cref="MessageFormatException"/>).</summary>
    public string Told => Kind == "format" ? $"{Place}: {Message}" : Place;

    /// <summary>The whole, with the line and a caret, for people.</summary>
    public override string ToString()
    {
        var head = File is null ? Message : $"{File}:{Line}:{Column}: {Message}";
        if (LineText is null)
        {
            return head;
        }

        // A caret under a tab must be pushed by a tab, or it points elsewhere.
        var indent = string.Concat(LineText.Take(Math.Max(0, Column - 1)).Select(c => c == '\t' ? '\t' : ' '));
        return $"{head}\n  {LineText}\n  {indent}^";
    }
}

/// <summary>Something that keeps a script from being prepared.</summary>
/// <param name="File">The script's name.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="LineText">The source line.</param>
public sealed record ScriptProblem(string File, int Line, int Column, string Message, string? LineText);

/// <summary>Scripts that cannot be prepared.</summary>
public sealed class ScriptCompileException(IReadOnlyList<ScriptProblem> problems)
    : Exception(string.Join('\n', problems.Select(p => $"{p.File}:{p.Line}:{p.Column}: {p.Message}")))
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<ScriptProblem> Problems { get; } = problems;
}
