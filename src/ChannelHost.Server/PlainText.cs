using System.Buffers;
using System.Globalization;
using System.Text;

namespace ChannelHost.Server;

/// <summary>
/// Text from outside (control ids, answers, file names, errors) made fit for a terminal and a log: what would end a line, move the cursor or turn the
/// reading direction is written as <c>\u001B</c>. One event stays one line, and nothing can pretend to be another one.
/// </summary>
internal static class PlainText
{
    /// <summary>The text on one line, at most <paramref name="limit"/> characters of it.</summary>
    public static string OneLine(string? text, int limit = 2000)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var cut = text.Length > limit;
        var shown = cut ? text.AsSpan(0, limit) : text;
        var first = shown.IndexOfAny(Escaped);
        if (first < 0)
        {
            return cut ? string.Concat(shown, "...") : text;
        }

        var result = new StringBuilder(shown.Length + 16);
        Append(result, shown);
        return cut ? result.Append("...").ToString() : result.ToString();
    }

    /// <summary>Appends text with every dangerous character escaped.</summary>
    public static void Append(StringBuilder result, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var at = text.IndexOfAny(Escaped);
            if (at < 0)
            {
                result.Append(text);
                return;
            }

            result.Append(text[..at]).Append(CultureInfo.InvariantCulture, $"\\u{(int)text[at]:X4}");
            text = text[(at + 1)..];
        }
    }

    /// <summary>True for what is written as an escape.</summary>
    public static bool IsEscaped(char character) => Escaped.Contains(character);

    // Controls (C0, DEL, C1), line and paragraph separators, and what turns or hides text in a terminal.
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        string.Concat(
            Range('\u0000', '\u001F'),
            Range('\u007F', '\u009F'),
            "\u00AD\u061C\u180E",
            Range('\u200B', '\u200F'),
            Range('\u2028', '\u202E'),
            Range('\u2060', '\u206F'),
            "\uFEFF",
            Range('\uFFF9', '\uFFFB')));

    private static string Range(char first, char last) =>
        string.Concat(Enumerable.Range(first, last - first + 1).Select(c => (char)c));
}
