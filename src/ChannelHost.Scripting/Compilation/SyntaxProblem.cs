using Acornima;
using ChannelHost.Scripting.E4x.Translation;
using Jint;

namespace ChannelHost.Scripting.Compilation;

/// <summary>Turns what the parser throws into a problem at a place of the author's file.</summary>
internal static class SyntaxProblem
{
    /// <summary>What is said of source that the engine cannot take.</summary>
    public const string TooDeepMessage =
        "The script nests too deeply: something that begins here is more than 250 levels deep. A sum or a chain of calls counts one level for each "
        + "term, an else-if one for each branch. Split it: into several statements, an array with join, a switch or a lookup object.";

    /// <summary>The problem, or null when the exception says nothing about the script.</summary>
    public static ScriptProblem? From(ScriptFile file, Exception exception)
    {
        switch (exception)
        {
            case TranslationException error:
                return At(file, error.Offset, error.Message);
            case ParseErrorException error:
                return At(file, error.LineNumber, error.Column + 1, error.Description ?? error.Message);
            case InsufficientExecutionStackException:
                return TooDeep(file, 0);
            case ScriptPreparationException { InnerException: ParseErrorException error }:
                return At(file, error.LineNumber, error.Column + 1, error.Description ?? error.Message);
            case ScriptPreparationException:
                return TooDeep(file, 0);
            default:
                return null;
        }
    }

    /// <summary>Source that the engine cannot take.</summary>
    public static ScriptProblem TooDeep(ScriptFile file, int offset) => At(file, offset, TooDeepMessage);

    /// <summary>A problem at an offset of the author's text.</summary>
    public static ScriptProblem At(ScriptFile file, int offset, string message)
    {
        var (line, column) = Translation.PlaceOf(file.Text, offset);
        return At(file, line, column + 1, message);
    }

    /// <summary>A problem at a line and column, from 1.</summary>
    public static ScriptProblem At(ScriptFile file, int line, int column, string message)
    {
        var lines = ParsedScript.SplitLines(file.Text);
        line = Math.Clamp(line, 1, lines.Length);
        return new ScriptProblem(file.Name, line, column, message, lines[line - 1]);
    }
}
