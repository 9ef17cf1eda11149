using System.Globalization;

namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>What characters are to ECMAScript and to XML.</summary>
internal static class Characters
{
    /// <summary>True where ECMAScript ends a line.</summary>
    public static bool IsLineBreak(char c) => c is '\n' or '\r' or '\u2028' or '\u2029';

    /// <summary>True for white space that ends no line.</summary>
    public static bool IsBlank(char c) =>
        c is ' ' or '\t' or '\v' or '\f' or '\u00A0' or '\uFEFF'
        || (c > '\u00FF' && char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator);

    /// <summary>True for characters that only steer the layout of text, like the space of no width.</summary>
    public static bool IsInvisible(char c) => c > '\u007F' && char.GetUnicodeCategory(c) == UnicodeCategory.Format && c is not ('\uFEFF' or '\u200C' or '\u200D');

    /// <summary>True for a character that begins an identifier; surrogates and escapes are taken for letters, the parser looks closer.</summary>
    public static bool StartsWord(char c) =>
        char.IsAsciiLetter(c) || c is '_' or '$' or '\\' || (c > '\u007F' && (char.IsLetter(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == UnicodeCategory.LetterNumber));

    /// <summary>True inside an identifier.</summary>
    public static bool IsWord(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or '\\'
        || (c > '\u007F' && (char.IsLetterOrDigit(c) || char.IsSurrogate(c) || c is '\u200C' or '\u200D'
            || char.GetUnicodeCategory(c) is UnicodeCategory.LetterNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation));

    /// <summary>True for a character that may follow <c>&lt;</c> in a start tag.</summary>
    public static bool StartsTag(char c) => char.IsAsciiLetter(c) || c is '_' or ':' or '{' || (c > '\u007F' && (char.IsLetter(c) || char.IsSurrogate(c)));

    /// <summary>True inside the name of an element.</summary>
    public static bool IsTagName(char c) => c is not ('{' or '}' or '/' or '>' or '<' or '=' or '"' or '\'') && !IsBlank(c) && !IsLineBreak(c);

    /// <summary>The end of the identifier that begins here; the place itself when none does.</summary>
    public static int WordEnd(string text, int start)
    {
        var at = start;
        if (at >= text.Length || !StartsWord(text[at]))
        {
            return start;
        }

        while (at < text.Length && IsWord(text[at]))
        {
            // A code point escape has braces: \u{61}
            if (text[at] == '\\' && at + 2 < text.Length && text[at + 1] == 'u' && text[at + 2] == '{')
            {
                var close = text.AsSpan(at, Math.Min(12, text.Length - at)).IndexOf('}');
                if (close < 0)
                {
                    return at + 1;
                }

                at += close;
            }

            at++;
        }

        return at;
    }
}
