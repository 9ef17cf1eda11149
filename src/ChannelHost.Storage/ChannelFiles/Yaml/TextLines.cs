namespace ChannelHost.Storage.ChannelFiles.Yaml;

/// <summary>Lines as editors count them.</summary>
internal static class TextLines
{
    /// <summary>The lines without their ends. <c>\r\n</c>, <c>\n</c> and <c>\r</c> end a line.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var lines = new List<string>();
        var rest = text.AsSpan();
        while (true)
        {
            var end = rest.IndexOfAny('\r', '\n');
            if (end < 0)
            {
                lines.Add(rest.ToString());
                return lines;
            }

            lines.Add(rest[..end].ToString());
            rest = rest[(end + (rest[end..].StartsWith("\r\n") ? 2 : 1))..];
        }
    }
}
