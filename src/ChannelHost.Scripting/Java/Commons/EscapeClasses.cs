using System.Globalization;
using System.Net;
using System.Text;

namespace ChannelHost.Scripting.Java.Commons;

/// <summary><c>StringEscapeUtils</c> of commons-lang and commons-text.</summary>
internal static class EscapeClasses
{
    /// <summary>The class.</summary>
    public static readonly JavaClass Class = new JavaClass("org.apache.commons.lang3.StringEscapeUtils")
        .Static("escapeXml", static call => call.Return(Xml(call.TextOrNull(0))))
        .Static("escapeXml10", static call => call.Return(Xml(call.TextOrNull(0))))
        .Static("escapeXml11", static call => call.Return(Xml(call.TextOrNull(0))))
        .Static("unescapeXml", static call => call.Return(UnescapeXml(call.TextOrNull(0))))
        .Static("escapeHtml", static call => call.Return(Html(call.TextOrNull(0))))
        .Static("escapeHtml3", static call => call.Return(Html(call.TextOrNull(0))))
        .Static("escapeHtml4", static call => call.Return(Html(call.TextOrNull(0))))
        .Static("unescapeHtml", static call => call.Return(WebUtility.HtmlDecode(call.TextOrNull(0))))
        .Static("unescapeHtml3", static call => call.Return(WebUtility.HtmlDecode(call.TextOrNull(0))))
        .Static("unescapeHtml4", static call => call.Return(WebUtility.HtmlDecode(call.TextOrNull(0))))
        .Static("escapeJava", static call => call.Return(Java(call.TextOrNull(0), "")))
        .Static("escapeJavaScript", static call => call.Return(Java(call.TextOrNull(0), "'/")))
        .Static("escapeEcmaScript", static call => call.Return(Java(call.TextOrNull(0), "'/")))
        .Static("escapeJson", static call => call.Return(Java(call.TextOrNull(0), "/")))
        .Static("unescapeJava", static call => call.Return(UnescapeJava(call.TextOrNull(0))))
        .Static("unescapeJavaScript", static call => call.Return(UnescapeJava(call.TextOrNull(0))))
        .Static("unescapeEcmaScript", static call => call.Return(UnescapeJava(call.TextOrNull(0))))
        .Static("unescapeJson", static call => call.Return(UnescapeJava(call.TextOrNull(0))))
        .Static("escapeCsv", static call => call.Return(Csv(call.TextOrNull(0))))
        .Static("unescapeCsv", static call => call.Return(UnescapeCsv(call.TextOrNull(0))))
        .Static("escapeSql", static call => call.Return(call.TextOrNull(0)?.Replace("'", "''", StringComparison.Ordinal)));

    private static string? Xml(string? text) => text?
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal)
        .Replace("'", "&apos;", StringComparison.Ordinal);

    private static string? UnescapeXml(string? text) => WebUtility.HtmlDecode(text?.Replace("&apos;", "'", StringComparison.Ordinal));

    // Apostrophes stay; what HTML has names for above ASCII is written by number, which every reader takes.
    private static string? Html(string? text) => text is null ? null : WebUtility.HtmlEncode(text).Replace("&#39;", "'", StringComparison.Ordinal);

    private static string? Java(string? text, string also)
    {
        if (text is null)
        {
            return null;
        }

        var result = new StringBuilder();
        foreach (var c in text)
        {
            var escaped = c switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", '\b' => "\\b", '\f' => "\\f", _ => null };
            if (escaped is not null)
            {
                result.Append(escaped);
            }
            else if (also.Contains(c, StringComparison.Ordinal))
            {
                result.Append('\\').Append(c);
            }
            else if (c is < ' ' or > '~')
            {
                result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            }
            else
            {
                result.Append(c);
            }
        }

        return result.ToString();
    }

    private static string? UnescapeJava(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var result = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 >= text.Length)
            {
                result.Append(text[at]);
                continue;
            }

            var c = text[++at];
            if (c == 'u' && at + 4 < text.Length && ushort.TryParse(text.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                result.Append((char)code);
                at += 4;
                continue;
            }

            result.Append(c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', _ => c });
        }

        return result.ToString();
    }

    private static string? Csv(string? text) =>
        text is not null && text.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static string? UnescapeCsv(string? text) =>
        text is { Length: >= 2 } && text[0] == '"' && text[^1] == '"' ? text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : text;
}
