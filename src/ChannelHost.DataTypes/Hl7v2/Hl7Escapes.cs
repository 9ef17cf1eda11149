using System.Buffers;
using System.Globalization;
using System.Text;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// HL7 escape sequences (chapter 2, "Use of escape sequences in text fields"). What <see cref="Decode"/> leaves alone, <see cref="Encode"/>
/// leaves alone too, so that a value read and written back is the same bytes, and a value written and read back is the same text.
/// </summary>
internal static class Hl7Escapes
{
    private const int LongestCommand = 16;

    /// <summary>
    /// Text with its sequences resolved: delimiters, hexadecimal bytes and <c>\.br\</c> (a line feed). Highlighting (<c>\H\</c>, <c>\N\</c>), other
    /// formatting and charset switches stay as they are, and so does what is no sequence at all.
    /// </summary>
    /// <param name="text">Text as it stands in a message.</param>
    /// <param name="delimiters">The delimiters of that message.</param>
    /// <param name="charset">What hexadecimal bytes mean.</param>
    /// <param name="keptEscape">What sequences that stay begin and end with: another character where the text moves to a message that has another; 0 for the same.</param>
    public static string Decode(string text, in Hl7Delimiters delimiters, Charset charset, byte keptEscape = 0)
    {
        var escape = (char)delimiters.Escape;
        var next = escape == 0 ? -1 : text.IndexOf(escape, StringComparison.Ordinal);
        if (next < 0)
        {
            return text;
        }

        var decoded = new StringBuilder(text.Length);
        var at = 0;
        while (next >= 0)
        {
            var end = text.IndexOf(escape, next + 1);
            if (end < 0)
            {
                break;
            }

            decoded.Append(text, at, next - at);
            var sequence = text.AsSpan(next + 1, end - next - 1);
            if (Resolve(sequence, delimiters, charset) is { } value)
            {
                decoded.Append(value);
                at = end + 1;
            }
            else if (IsKept(sequence))
            {
                var kept = keptEscape == 0 ? escape : (char)keptEscape;
                decoded.Append(kept).Append(sequence).Append(kept);
                at = end + 1;
            }
            else
            {
                // No sequence: a lone escape character. The next one may begin one.
                decoded.Append(escape);
                at = next + 1;
            }

            next = text.IndexOf(escape, at);
        }

        return decoded.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Text as it may stand in a field: reserved characters, CR and the bytes that frame MLLP become sequences, a line feed <c>\.br\</c>.</summary>
    /// <exception cref="MessageFormatException">Something must be escaped, and the message has no escape character.</exception>
    public static string Encode(string value, in Hl7Delimiters delimiters, Charset charset)
    {
        if (value.AsSpan().IndexOfAny(UsuallyReserved) < 0 && delimiters == Hl7Delimiters.Standard)
        {
            return value;
        }

        Span<char> reserved =
        [
            (char)delimiters.Field, (char)delimiters.Component, (char)delimiters.Repetition, (char)delimiters.Escape, (char)delimiters.Subcomponent,
            '\r', '\n', '\v', '\x1C',
        ];

        // 0 stands for a delimiter that does not exist; any other of the list may stand in its place.
        reserved.Replace('\0', '\r');
        var next = value.AsSpan().IndexOfAny(reserved);
        if (next < 0)
        {
            return value;
        }

        if (delimiters.Escape == 0)
        {
            throw new MessageFormatException(
                $"Character {next + 1} of the value is reserved (U+{(int)value[next]:X4}), and the message names no escape character in MSH-2.");
        }

        var encoded = new StringBuilder(value.Length + 16);
        var at = 0;
        while (true)
        {
            encoded.Append(value, at, next - at);
            at = next + AppendSequence(encoded, value, next, reserved, delimiters, charset);
            var offset = value.AsSpan(at).IndexOfAny(reserved);
            if (offset < 0)
            {
                return encoded.Append(value, at, value.Length - at).ToString();
            }

            next = at + offset;
        }
    }

    /// <summary>Text of the tree as it is written: only line breaks are escaped, because they would end the segment.</summary>
    public static string EncodeLineBreaks(string text, byte escape)
    {
        if (text.AsSpan().IndexOfAny('\r', '\n') < 0)
        {
            return text;
        }

        var sign = (char)(escape == 0 ? Hl7Delimiters.Standard.Escape : escape);
        return text.Replace("\r", $"{sign}X0D{sign}", StringComparison.Ordinal).Replace("\n", $"{sign}X0A{sign}", StringComparison.Ordinal);
    }

    // Gives how many characters of the value were taken.
    private static int AppendSequence(
        StringBuilder encoded, string value, int at, ReadOnlySpan<char> reserved, in Hl7Delimiters delimiters, Charset charset)
    {
        var escape = (char)delimiters.Escape;
        var character = value[at];
        if (character == escape)
        {
            var window = value.AsSpan(at + 1, Math.Min(LongestCommand, value.Length - at - 1));
            var end = window.IndexOf(escape);
            if (end > 0 && IsKept(window[..end]) && window[..end].IndexOfAny(reserved) < 0 && Resolve(window[..end], delimiters, charset) is null)
            {
                encoded.Append(value, at, end + 2);
                return end + 2;
            }
        }

        encoded.Append(escape);
        if (character == escape)
        {
            encoded.Append('E');
        }
        else if (character == delimiters.Field)
        {
            encoded.Append('F');
        }
        else if (character == delimiters.Component)
        {
            encoded.Append('S');
        }
        else if (character == delimiters.Repetition)
        {
            encoded.Append('R');
        }
        else if (character == delimiters.Subcomponent)
        {
            encoded.Append('T');
        }
        else if (character == '\n' && !reserved.Contains('.'))
        {
            encoded.Append(".br");
        }
        else
        {
            encoded.Append(CultureInfo.InvariantCulture, $"X{(int)character:X2}");
        }

        encoded.Append(escape);
        return 1;
    }

    private static string? Resolve(ReadOnlySpan<char> sequence, in Hl7Delimiters delimiters, Charset charset) => sequence switch
    {
        "F" => One(delimiters.Field),
        "S" => One(delimiters.Component),
        "R" => One(delimiters.Repetition),
        "E" => One(delimiters.Escape),
        "T" => One(delimiters.Subcomponent),
        "P" => One(delimiters.Truncation),
        ".br" => "\n",
        ['X', .. var hex] => Hexadecimal(hex, charset),
        _ => null,
    };

    private static string? One(byte delimiter) => delimiter == 0 ? null : ((char)delimiter).ToString();

    private static string? Hexadecimal(ReadOnlySpan<char> hex, Charset charset)
    {
        if (hex.IsEmpty || hex.Length % 2 != 0 || hex.ContainsAnyExcept(HexDigits))
        {
            return null;
        }

        try
        {
            return charset.Read(Convert.FromHexString(hex), 0);
        }
        catch (MessageFormatException)
        {
            // Bytes that are no text (a printer's control sequence, another charset) are not for us to judge: the sequence stays.
            return null;
        }
    }

    // Formatting of FT fields, highlighting, and switches of the charset: they mean something to whoever shows the text.
    private static bool IsKept(ReadOnlySpan<char> sequence) => sequence switch
    {
        "H" or "N" => true,
        ['.', .. var command] => IsFormatting(command),
        ['C', .. var hex] => hex.Length == 4 && !hex.ContainsAnyExcept(HexDigits),
        ['M', .. var hex] => hex.Length is 4 or 6 && !hex.ContainsAnyExcept(HexDigits),
        ['X', .. var hex] => hex.Length is > 0 and < LongestCommand - 1 && hex.Length % 2 == 0 && !hex.ContainsAnyExcept(HexDigits),
        _ => false,
    };

    private static bool IsFormatting(ReadOnlySpan<char> command)
    {
        if (command.Length is < 2 or > 6)
        {
            return false;
        }

        var amount = command[2..];
        if (amount is ['+' or '-', .. var digits])
        {
            amount = digits;
        }

        return command[..2] is "sp" or "br" or "fi" or "nf" or "in" or "ti" or "sk" or "ce" && !amount.ContainsAnyExceptInRange('0', '9');
    }

    private static readonly SearchValues<char> UsuallyReserved = SearchValues.Create("|^~\\&\r\n\v\x1C");

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789ABCDEFabcdef");
}
