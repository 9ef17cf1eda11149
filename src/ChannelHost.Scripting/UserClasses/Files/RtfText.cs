using System.Globalization;
using System.Text;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.UserClasses.Files;

/// <summary>The plain text of an RTF document.</summary>
internal static class RtfText
{
    private static readonly HashSet<string> Hidden = new(StringComparer.Ordinal)
    {
        "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "generator", "themedata", "listtable", "listoverridetable", "datastore", "latentstyles",
    };

    /// <summary>The text.</summary>
    /// <param name="rtf">The document.</param>
    /// <param name="lineBreak">What stands for a line break; null for LF.</param>
    /// <param name="run">The run that pays for it.</param>
    public static string Plain(string rtf, string? lineBreak, ScriptRun run)
    {
        run.Limits.CheckLength(rtf.Length);
        var text = new StringBuilder();
        var hidden = new Stack<bool>();
        hidden.Push(false);
        var skip = 0;
        for (var i = 0; i < rtf.Length; i++)
        {
            switch (rtf[i])
            {
                case '{':
                    hidden.Push(hidden.Peek());
                    break;
                case '}' when hidden.Count > 1:
                    hidden.Pop();
                    break;
                case '\\':
                    i = Control(rtf, i + 1, text, hidden, lineBreak ?? "\n", ref skip) - 1;
                    break;
                case '\r' or '\n' or '}':
                    break;
                case var c when hidden.Peek():
                    _ = c;
                    break;
                case var c when skip == 0:
                    text.Append(c);
                    break;
                default:
                    skip--;
                    break;
            }
        }

        return text.ToString();
    }

    // Gives the place after the control word.
    private static int Control(string rtf, int at, StringBuilder text, Stack<bool> hidden, string lineBreak, ref int skip)
    {
        if (at >= rtf.Length)
        {
            return at;
        }

        if (!char.IsAsciiLetter(rtf[at]))
        {
            return Symbol(rtf, at, text, hidden, ref skip);
        }

        var end = at;
        while (end < rtf.Length && char.IsAsciiLetter(rtf[end]))
        {
            end++;
        }

        var word = rtf[at..end];
        var start = end;
        while (end < rtf.Length && (char.IsAsciiDigit(rtf[end]) || (end == start && rtf[end] == '-')))
        {
            end++;
        }

        var hasNumber = int.TryParse(rtf.AsSpan(start, end - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        if (end < rtf.Length && rtf[end] == ' ')
        {
            end++;
        }

        if (Hidden.Contains(word))
        {
            hidden.Pop();
            hidden.Push(true);
        }
        else if (!hidden.Peek())
        {
            Append(word, hasNumber ? number : null, text, lineBreak, ref skip);
        }

        return end;
    }

    private static void Append(string word, int? number, StringBuilder text, string lineBreak, ref int skip)
    {
        switch (word)
        {
            case "par" or "line":
                text.Append(lineBreak);
                break;
            case "tab":
                text.Append('\t');
                break;
            case "u" when number is { } code:
                text.Append((char)(ushort)code);
                skip = 1;
                break;
        }
    }

    private static int Symbol(string rtf, int at, StringBuilder text, Stack<bool> hidden, ref int skip)
    {
        switch (rtf[at])
        {
            case '\'' when at + 2 < rtf.Length && byte.TryParse(rtf.AsSpan(at + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code):
                if (skip > 0)
                {
                    skip--;
                }
                else if (!hidden.Peek())
                {
                    text.Append((char)code);
                }

                return at + 3;
            case '*':
                hidden.Pop();
                hidden.Push(true);
                return at + 1;
            case '~':
                text.Append(' ');
                return at + 1;
            case '\\' or '{' or '}' when !hidden.Peek():
                text.Append(rtf[at]);
                return at + 1;
            default:
                return at + 1;
        }
    }
}
