using System.Text;

namespace ChannelHost.Import.Channels;

/// <summary>Scripts as the editor made them for every new channel: comments and a return. They do nothing and are left out.</summary>
internal static class DefaultScripts
{
    /// <summary>True when a script is one of them, or nothing.</summary>
    public static bool Are(string? script) => string.IsNullOrWhiteSpace(script) || Bare(script) is "" or "return;" or "returnmessage;" or "return" or "returnmessage";

    // What is left without comments and blanks. A quote means that somebody wrote something.
    private static string Bare(string script)
    {
        var bare = new StringBuilder();
        for (var at = 0; at < script.Length && bare.Length < 64; at++)
        {
            if (script.AsSpan(at).StartsWith("//"))
            {
                var end = script.IndexOf('\n', at);
                at = end < 0 ? script.Length : end;
            }
            else if (script.AsSpan(at).StartsWith("/*"))
            {
                var end = script.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? script.Length : end + 1;
            }
            else if (!char.IsWhiteSpace(script[at]))
            {
                bare.Append(script[at]);
            }
        }

        return bare.ToString();
    }
}
