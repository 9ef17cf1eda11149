using System.Globalization;
using System.Security;
using System.Text;

namespace ChannelHost.Tests.Import;

/// <summary>Exported messages as the other engine writes them.</summary>
internal static class Exported
{
    public const string ChannelId = "7f0f1f2e-0000-4000-8000-000000000001";

    public static string Message(long id, params ReadOnlySpan<string> connectors)
    {
        var entries = new StringBuilder();
        foreach (var connector in connectors)
        {
            entries.Append(connector);
        }

        return string.Create(CultureInfo.InvariantCulture, $"""
            <message>
              <messageId>{id}</messageId>
              <serverId>s</serverId>
              <channelId>{ChannelId}</channelId>
              <receivedDate><time>1767268800000</time><timezone>UTC</timezone></receivedDate>
              <processed>true</processed>
              <connectorMessages class="linked-hash-map">{entries}</connectorMessages>
            </message>
            """);
    }

    public static string Source(string raw, string status = "TRANSFORMED", string? response = null, string more = "") => Connector(0, "Source", status, Content("raw", raw) + Response(response, status) + more);

    public static string Destination(int id, string name, string status, string? encoded, string? answer = null, string? sent = null, string? error = null) =>
        Connector(id, name, status, (encoded is null ? "" : Content("encoded", encoded)) + (sent is null ? "" : Content("sent", sent)) + Response(answer, status) + (error is null ? "" : Content("processingErrorContent", error)));

    public static string Content(string kind, string text) =>
        $"<{kind}><encrypted>false</encrypted><contentType>{kind.ToUpperInvariant()}</contentType><content>{Escaped(text)}</content><dataType>HL7V2</dataType></{kind}>";

    private static string Connector(int id, string name, string status, string content) => string.Create(CultureInfo.InvariantCulture, $"""
        <entry><int>{id}</int><connectorMessage><messageId>1</messageId><channelName>Old</channelName><connectorName>{name}</connectorName>{content}
        <sourceMapContent><content class="map"><entry><string>originalFilename</string><string>a.hl7</string></entry><entry><string>number</string><int>3</int></entry>
        <entry><string>set</string><linked-hash-set><int>1</int></linked-hash-set></entry></content></sourceMapContent>
        <status>{status}</status><metaDataId>{id}</metaDataId></connectorMessage></entry>
        """);

    private static string Response(string? text, string status) =>
        text is null ? "" : Content("response", $"<response><status>{status}</status><message>{Escaped(text)}</message><statusMessage>ok</statusMessage></response>");

    private static string Escaped(string text) => SecurityElement.Escape(text).Replace("\r", "&#xd;", StringComparison.Ordinal);
}
