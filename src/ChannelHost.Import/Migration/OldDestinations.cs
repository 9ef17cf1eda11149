using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Migration;

/// <summary>Destinations of 1.x and 2.x.</summary>
internal static class OldDestinations
{
    private const string Package = "com.mirth.connect.connectors.";

    private static readonly (string Old, string New)[] HttpNames =
    [
        ("dispatcherMethod", "method"), ("dispatcherHeaders", "headers"), ("dispatcherParameters", "parameters"), ("dispatcherIncludeHeadersInResponse", "responseXmlBody"),
        ("dispatcherMultipart", "multipart"), ("dispatcherUseAuthentication", "useAuthentication"), ("dispatcherAuthenticationType", "authenticationType"),
        ("dispatcherUsername", "username"), ("dispatcherPassword", "password"), ("dispatcherContent", "content"), ("dispatcherContentType", "contentType"),
        ("dispatcherCharset", "charset"), ("dispatcherSocketTimeout", "socketTimeout"),
    ];

    /// <summary>Changes the connector's properties.</summary>
    public static void Convert(ExportElement connector)
    {
        var properties = connector.Peek("properties") ?? connector.Add(new ExportElement("properties", connector.Line));
        OldChannel.Flatten(properties);
        properties.Take("DataType");
        var common = properties.Add(new ExportElement("destinationConnectorProperties", properties.Line));
        Queue(properties, common);
        var transport = connector.Peek("transportName")?.Text.Trim() ?? "";
        switch (transport)
        {
            case "LLP Sender" or "TCP Sender":
                OldTcp.Sender(properties, common, transport == "LLP Sender");
                break;
            case "File Writer":
                properties.SetAttribute("class", Package + "file.FileDispatcherProperties");
                properties.AddMissing("scheme", "FILE");
                properties.Peek("scheme")!.SetText(properties.Peek("scheme")!.Text.Trim().ToUpperInvariant());
                properties.Rename("FTPAnonymous", "anonymous");
                properties.Rename("validateConnections", "validateConnection");
                break;
            case "HTTP Sender":
                properties.SetAttribute("class", Package + "http.HttpDispatcherProperties");
                foreach (var (old, now) in HttpNames)
                {
                    properties.Rename(old, now);
                }

                break;
            case "Channel Writer":
                properties.SetAttribute("class", Package + "vm.VmDispatcherProperties");
                properties.Rename("host", "channelId");
                properties.Rename("template", "channelTemplate");
                if (properties.Peek("channelId")?.Text.Trim() is "sink" or "")
                {
                    properties.Peek("channelId")!.SetText("none");
                }

                if (properties.Take("synchronised")?.Text.Trim() is "false" or "0")
                {
                    common.Peek("queueEnabled")?.SetText("true");
                }

                break;
            case "Database Writer":
                properties.SetAttribute("class", Package + "jdbc.DatabaseDispatcherProperties");
                properties.Rename("URL", "url");
                var (query, script) = (properties.Take("query"), properties.Take("script"));
                if ((properties.Peek("useScript")?.Text.Trim() is "1" or "true" ? script : query) is { } used)
                {
                    used.Rename("query");
                    properties.Add(used);
                }

                break;
            case "JavaScript Writer":
                properties.SetAttribute("class", Package + "js.JavaScriptDispatcherProperties");
                break;
            default:
                properties.SetAttribute("class", transport);
                break;
        }

        Reply(properties, connector);
    }

    private static void Queue(ExportElement properties, ExportElement common)
    {
        Move("usePersistentQueues", "queueEnabled", "false");
        Move("rotateQueue", "rotate", "false");
        Move("reconnectMillisecs", "retryIntervalMillis", "10000");
        Move("maxRetryCount", "retryCount", "0");

        void Move(string old, string now, string usual)
        {
            if (properties.Take(old) is { } setting)
            {
                setting.Rename(now);
                setting.SetText(setting.Text.Trim() is "1" && usual == "false" ? "true" : setting.Text.Trim() is "0" && usual == "false" ? "false" : setting.Text.Trim());
                common.Add(setting);
            }

            common.AddMissing(now, usual);
        }
    }

    // Answers went to a channel of their own: now a step sends them there.
    private static void Reply(ExportElement properties, ExportElement connector)
    {
        var reply = properties.Take("replyChannelId") ?? properties.Take("dispatcherReplyChannelId");
        if (reply is null || reply.Text.Trim() is "sink" or "" || connector.Peek("responseTransformer")?.Peek("elements") is not { } elements)
        {
            return;
        }

        var step = elements.Add(new ExportElement("JavaScriptStep", reply.Line));
        step.Add("sequenceNumber", "0", reply);
        step.Add("name", "Send the answer to the reply channel", reply);
        step.Add("script", $"if (response.getMessage() != null && response.getMessage() != '') {{\n    router.routeMessageByChannelId('{reply.Text.Trim()}', response.getMessage());\n}}", reply);
    }
}
