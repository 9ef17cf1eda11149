using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Connectors;

/// <summary>Web Service Sender: <c>http</c> with the envelope as its content, as SOAP over HTTP is (SOAP 1.1, section 6; SOAP 1.2 part 2, section 7).</summary>
internal sealed class WebServiceSender : IConnectorConversion
{
    private const string Soap12 = "http://www.w3.org/2003/05/soap-envelope";

    public string PropertiesClass => "WebServiceDispatcherProperties";

    public void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        draft.Yaml.Set("type", "http", properties);
        Url(draft);
        draft.Yaml.Set("method", "POST");
        HttpSender.Headers(draft);
        Action(draft);
        draft.Content("envelope");
        HttpSender.Credentials(draft);
        draft.SetTime("timeout", "socketTimeout", 100, 3_600_000, milliseconds => milliseconds == 0 ? 3_600_000 : milliseconds);
        draft.Yaml.Set("success", new YamlWords(["2xx"])).Set("retry", new YamlWords(["4xx", "5xx"])).Set("keyHeader", "");
        if (properties.Flag("useMtom") || Any(properties, "attachmentNames", "attachmentContents", "attachmentTypes"))
        {
            draft.Decide(properties.Find("useMtom"), "attachments were sent beside the envelope (MTOM); here the envelope is sent alone: put them into it");
        }

        if (properties.Flag("oneWay"))
        {
            draft.Note(properties.Find("oneWay"), "no answer was waited for; here the server's status is");
        }

        properties.Skip("wsdlUrl", "service", "port", "operation", "wsdlDefinitionMap", "attachmentNames", "attachmentContents", "attachmentTypes", "attachmentsVariable", "isUseAttachmentsVariable");
    }

    private static bool Any(ExportElement properties, params ReadOnlySpan<string> settings)
    {
        foreach (var setting in settings)
        {
            if (properties.Peek(setting) is { Children.Count: > 0 })
            {
                return true;
            }
        }

        return false;
    }

    private static void Url(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        var (address, definition) = (properties.Find("locationURI"), properties.Find("wsdlUrl"));
        if (address?.Text.Trim() is { Length: > 0 } url)
        {
            draft.Yaml.Set("url", draft.Fixed(url, address, "https://to-be-decided.invalid"), address);
            return;
        }

        // Where the address comes from the WSDL, nobody can say it without asking the server.
        var from = definition?.Text.Trim() ?? "";
        var query = from.IndexOf('?', StringComparison.Ordinal);
        draft.Decide(definition, "the server's address was read from the WSDL at run time: it is taken to be the WSDL's own, without what follows the ?; see its soap:address");
        draft.Await("the address that the WSDL names");
        draft.Yaml.Set("url", from.Length == 0 ? "https://to-be-decided.invalid" : draft.Fixed(query < 0 ? from : from[..query], definition, "https://to-be-decided.invalid"), definition);
    }

    private static void Action(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        var action = properties.Find("soapAction");
        var text = action?.Text.Trim() ?? "";
        if (properties.Peek("envelope")?.Text.Contains(Soap12, StringComparison.Ordinal) != true)
        {
            draft.Yaml.Set("contentType", "text/xml; charset=utf-8");
            var header = new YamlBlock { Origin = action }.Set("name", "SOAPAction").Set("value", ConnectorDraft.Template($"\"{text}\""));
            draft.Yaml.Append("headers", header, action);
            return;
        }

        if (text.Contains('$', StringComparison.Ordinal))
        {
            draft.Decide(action, "the SOAP action was chosen for each message; it is part of the content type here, which is fixed: it is left out");
            text = "";
        }

        draft.Yaml.Set("contentType", text.Length == 0 ? "application/soap+xml; charset=utf-8" : $"application/soap+xml; charset=utf-8; action=\"{text}\"", action);
    }
}
