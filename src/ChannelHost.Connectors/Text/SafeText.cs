using System.Text;

namespace ChannelHost.Connectors.Text;

/// <summary>Makes text from outside (file names, certificate subjects) fit for one line of a log: it is data, never layout.</summary>
internal static class SafeText
{
    private const int LongestText = 300;

    /// <summary>The text without control characters and bidirectional overrides, cut at 300 characters.</summary>
    public static string From(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var safe = new StringBuilder(Math.Min(text.Length, LongestText));
        foreach (var c in text)
        {
            if (safe.Length == LongestText)
            {
                return safe.Append("...").ToString();
            }

            safe.Append(char.IsControl(c) || char.IsSurrogate(c) || IsLayout(c) ? '?' : c);
        }

        return safe.ToString();
    }

    // U+2028 to U+202E break or turn lines around, U+2066 to U+2069 likewise, U+FEFF hides.
    private static bool IsLayout(char c) => c is (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\uFEFF';
}
