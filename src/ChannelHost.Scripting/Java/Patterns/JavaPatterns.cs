using System.Text.RegularExpressions;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Java.Patterns;

/// <summary>The regular expressions of a run, each read once.</summary>
internal sealed class JavaPatterns(ScriptRun run)
{
    // Flags of java.util.regex.Pattern.
    public const int CaseInsensitive = 2;
    public const int Multiline = 8;
    public const int DotAll = 32;
    public const int Literal = 16;
    public const int Comments = 4;

    private const int MaxKept = 200;

    private readonly Dictionary<(string, int), JavaPattern> _known = [];

    /// <summary>Reads a pattern.</summary>
    public JavaPattern Of(string text, int flags = 0)
    {
        if (!_known.TryGetValue((text, flags), out var pattern))
        {
            pattern = Read(text, flags);
            if (_known.Count < MaxKept)
            {
                _known.Add((text, flags), pattern);
            }
        }

        return pattern;
    }

    private JavaPattern Read(string text, int flags)
    {
        var options = RegexOptions.CultureInvariant;
        options |= (flags & CaseInsensitive) != 0 ? RegexOptions.IgnoreCase : 0;
        options |= (flags & Multiline) != 0 ? RegexOptions.Multiline : 0;
        options |= (flags & Comments) != 0 ? RegexOptions.IgnorePatternWhitespace : 0;
        try
        {
            if ((flags & Literal) != 0)
            {
                return new JavaPattern(run, text, flags, new Regex(Regex.Escape(text), options, run.Limits.RegexTime), [], 0);
            }

            var translated = PatternText.Translate(text, (flags & DotAll) != 0);
            return new JavaPattern(run, text, flags, new Regex(translated.Text, options, run.Limits.RegexTime), translated.Names, translated.Groups);
        }
        catch (Exception exception) when (exception is FormatException or RegexParseException)
        {
            throw run.Java.Throw("java.util.regex.PatternSyntaxException", $"{exception.Message} in the regular expression {text}");
        }
    }
}
