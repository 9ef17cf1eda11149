using System.Text;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>Base64 as scripts know it: written in lines where that is asked for, read leniently.</summary>
internal static class Base64
{
    private const int LineLength = 76;

    /// <summary>In lines of 76 characters, each with CRLF after it, the last one too.</summary>
    public static string Chunked(ReadOnlySpan<byte> bytes)
    {
        var text = Convert.ToBase64String(bytes);
        var lines = new StringBuilder(text.Length + (text.Length / LineLength * 2) + 2);
        for (var i = 0; i < text.Length; i += LineLength)
        {
            lines.Append(text, i, Math.Min(LineLength, text.Length - i)).Append("\r\n");
        }

        return lines.ToString();
    }

    /// <summary>The bytes; what is no character of the alphabet is passed over, reading ends at the padding.</summary>
    public static byte[] Decode(string text)
    {
        var clean = new StringBuilder(text.Length + 3);
        foreach (var c in text)
        {
            if (c == '=')
            {
                break;
            }

            if (char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '-' or '_')
            {
                clean.Append(c switch { '-' => '+', '_' => '/', _ => c });
            }
        }

        // One character alone is no byte.
        clean.Length -= clean.Length % 4 == 1 ? 1 : 0;
        clean.Append('=', (4 - (clean.Length % 4)) % 4);
        return Convert.FromBase64String(clean.ToString());
    }
}
