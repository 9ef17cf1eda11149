using System.Globalization;
using System.Text;

namespace ChannelHost.Storage.ChannelFiles;

/// <summary>Makes text from files fit to be shown: short, on one line, and unable to steer a terminal or turn around what is read.</summary>
internal static class Shown
{
    private const int Longest = 80;

    /// <summary>A value as problems quote it.</summary>
    public static string Value(string text) => $"`{Text(text)}`";

    /// <summary>The text, cut after 80 characters.</summary>
    public static string Text(string text)
    {
        var cut = text.Length > Longest ? CutAt(text, Longest - 1) + "…" : text;
        return Line(cut.Replace("\r\n", "⏎", StringComparison.Ordinal).Replace('\n', '⏎'));
    }

    /// <summary>One line, every character in its column: what cannot be seen becomes a visible stand-in.</summary>
    public static string Line(string line)
    {
        if (!line.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return line;
        }

        var shown = new StringBuilder(line.Length);
        for (var at = 0; at < line.Length; at++)
        {
            shown.Append(StandIn(line, at));
        }

        return shown.ToString();
    }

    private static char StandIn(string line, int at)
    {
        var character = line[at];
        if (character == '\t')
        {
            return ' ';
        }

        if (char.IsSurrogate(character))
        {
            var paired = char.IsHighSurrogate(character)
                ? at + 1 < line.Length && char.IsLowSurrogate(line[at + 1])
                : at > 0 && char.IsHighSurrogate(line[at - 1]);
            return paired ? character : '\uFFFD';
        }

        return char.GetUnicodeCategory(character) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => '\uFFFD',
            _ => character,
        };
    }

    private static string CutAt(string text, int length) =>
        char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length];
}
