using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace ChannelHost.Connectors.Http;

/// <summary>
/// A whole request as one XML message, as Mirth's HTTP Listener gives it with an XML body: <c>HttpRequest</c> with what is told about the request, and its body
/// in <c>Content</c>, as text or, for bytes, as base64.
/// </summary>
internal static class RequestXml
{
    /// <summary>The message. Credentials are never in it, as they are not in the source map: it is stored.</summary>
    /// <param name="http">The request.</param>
    /// <param name="body">Its body, unpacked.</param>
    /// <param name="withMetadata">False: nothing but the body.</param>
    /// <param name="keyHeader">The header of API keys, which is left out; null for none.</param>
    public static byte[] Of(HttpContext http, byte[] body, bool withMetadata, string? keyHeader)
    {
        var xml = new MemoryStream(body.Length + 1024);
        using (var writer = XmlWriter.Create(xml, new XmlWriterSettings { OmitXmlDeclaration = true, CheckCharacters = false, Encoding = new UTF8Encoding(false) }))
        {
            writer.WriteStartElement("HttpRequest");
            if (withMetadata)
            {
                WriteMetadata(writer, http, keyHeader);
            }

            WriteContent(writer, http.Request.ContentType, body);
            writer.WriteEndElement();
        }

        return xml.ToArray();
    }

    private static void WriteMetadata(XmlWriter writer, HttpContext http, string? keyHeader)
    {
        var request = http.Request;
        writer.WriteElementString("RemoteAddress", http.Connection.RemoteIpAddress?.ToString() ?? "");
        writer.WriteElementString("RequestUrl", Clean(request.GetDisplayUrl().Split('?')[0]));
        writer.WriteElementString("Method", request.Method);
        writer.WriteElementString("RequestPath", Clean(request.QueryString.Value is { Length: > 1 } query ? query[1..] : ""));
        writer.WriteElementString("RequestContextPath", Clean(request.Path.Value ?? "/"));
        WriteNamed(writer, "Parameters", request.Query.SelectMany(entry => entry.Value.Select(value => (entry.Key, value ?? ""))));
        WriteNamed(writer, "Header", request.Headers.Where(entry => RequestMap.IsTold(entry.Key, keyHeader)).SelectMany(entry => entry.Value.Select(value => (entry.Key, value ?? ""))));
    }

    private static void WriteNamed(XmlWriter writer, string element, IEnumerable<(string Name, string Value)> entries)
    {
        writer.WriteStartElement(element);
        foreach (var (name, value) in entries)
        {
            writer.WriteElementString(XmlConvert.EncodeLocalName(name) is { Length: > 0 } encoded ? encoded : "_", Clean(value));
        }

        writer.WriteEndElement();
    }

    private static void WriteContent(XmlWriter writer, string? type, byte[] body)
    {
        writer.WriteStartElement("Content");
        writer.WriteAttributeString("multipart", "no");
        if (IsText(type, body, out var text))
        {
            writer.WriteString(text);
        }
        else
        {
            writer.WriteAttributeString("encoding", "Base64");
            writer.WriteBase64(body, 0, body.Length);
        }

        writer.WriteEndElement();
    }

    // The reference takes application/* (but json and xml), images, sound and pictures for bytes; what is no text is bytes whatever it is called.
    private static bool IsText(string? type, byte[] body, out string text)
    {
        text = "";
        var media = type?.Split(';')[0].Trim() ?? "";
        var isNamedBinary = media.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
            || media.StartsWith("video/", StringComparison.OrdinalIgnoreCase)
            || media.StartsWith("audio/", StringComparison.OrdinalIgnoreCase)
            || (media.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
                && !media.EndsWith("json", StringComparison.OrdinalIgnoreCase) && !media.EndsWith("xml", StringComparison.OrdinalIgnoreCase));
        if (isNamedBinary || !System.Text.Unicode.Utf8.IsValid(body))
        {
            return false;
        }

        text = Encoding.UTF8.GetString(body);
        return Clean(text).Length == text.Length;
    }

    // What XML 1.0 has no way to write.
    private static string Clean(string text) => text.All(IsWritable) ? text : string.Concat(text.Where(IsWritable));

    private static bool IsWritable(char character) => XmlConvert.IsXmlChar(character) || char.IsSurrogate(character);
}
