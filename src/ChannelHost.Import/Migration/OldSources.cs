using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Migration;

/// <summary>Sources of 1.x and 2.x.</summary>
internal static class OldSources
{
    private const string Package = "com.mirth.connect.connectors.";

    /// <summary>Changes the connector's properties.</summary>
    /// <param name="connector">The source.</param>
    /// <param name="answerOf">What a response by a destination's name is called now.</param>
    public static void Convert(ExportElement connector, Func<string, string> answerOf)
    {
        var properties = connector.Peek("properties") ?? connector.Add(new ExportElement("properties", connector.Line));
        OldChannel.Flatten(properties);
        properties.Take("DataType");
        var common = properties.Add(new ExportElement("sourceConnectorProperties", properties.Line));
        common.Add("respondAfterProcessing", "true");
        var transport = connector.Peek("transportName")?.Text.Trim() ?? "";
        var wanted = properties.Take("responseValue") ?? properties.Take("receiverResponse");
        var answer = OldChannel.Or(wanted?.Text, "None");
        switch (transport)
        {
            case "LLP Listener" or "TCP Listener":
                answer = OldTcp.Listener(properties, connector, transport == "LLP Listener") && answer == "None" ? "Auto-generate (After source transformer)" : answer;
                break;
            case "File Reader":
                File(properties);
                break;
            case "HTTP Listener":
                Http(properties);
                break;
            case "Database Reader":
                Database(properties);
                break;
            case "JavaScript Reader":
                properties.SetAttribute("class", Package + "js.JavaScriptReceiverProperties");
                Polling(properties);
                break;
            case "Channel Reader":
                properties.SetAttribute("class", Package + "vm.VmReceiverProperties");
                properties.Take("host");
                break;
            default:
                properties.SetAttribute("class", transport);
                break;
        }

        common.Add("responseVariable", answerOf(answer), wanted);
        if (properties.Take("processBatchFiles") is { } batch)
        {
            common.Add("processBatch", batch.Text.Trim() is "1" or "true" ? "true" : "false", batch);
        }
    }

    private static void Polling(ExportElement properties)
    {
        var polling = properties.Add(new ExportElement("pollConnectorProperties", properties.Line));
        foreach (var name in (string[])["pollingType", "pollingFrequency", "pollingTime"])
        {
            if (properties.Take(name) is { } setting)
            {
                polling.Add(setting);
            }
        }

        // A time of day was one text: 07:30 AM.
        if (polling.Take("pollingTime") is { } time && TimeOnly.TryParse(time.Text.Trim(), System.Globalization.CultureInfo.InvariantCulture, out var at))
        {
            polling.Add("pollingHour", at.Hour.ToString(System.Globalization.CultureInfo.InvariantCulture), time);
            polling.Add("pollingMinute", at.Minute.ToString(System.Globalization.CultureInfo.InvariantCulture), time);
        }
    }

    private static void File(ExportElement properties)
    {
        properties.SetAttribute("class", Package + "file.FileReceiverProperties");
        Polling(properties);
        properties.AddMissing("scheme", "FILE");
        properties.Peek("scheme")!.SetText(properties.Peek("scheme")!.Text.Trim().ToUpperInvariant());
        properties.Rename("FTPAnonymous", "anonymous");
        properties.Rename("validateConnections", "validateConnection");
        properties.Rename("sortAttribute", "sortBy");
        var pattern = properties.Take("moveToPattern");
        var deletes = properties.Take("autoDelete")?.Text.Trim() is "1" or "true";
        var moves = !deletes && properties.Peek("moveToDirectory")?.Text.Trim().Length > 0;
        properties.Add("afterProcessingAction", deletes ? "DELETE" : moves ? "MOVE" : "NONE", properties);
        if (pattern is not null)
        {
            properties.Add("moveToFileName", pattern.Text, pattern);
        }

        if (properties.Take("moveToErrorDirectory") is { } errors && errors.Text.Trim().Length > 0)
        {
            properties.Add("errorReadingAction", "MOVE", errors);
            properties.Add("errorMoveToDirectory", errors.Text, errors);
        }
    }

    private static void Http(ExportElement properties)
    {
        properties.SetAttribute("class", Package + "http.HttpReceiverProperties");
        Listener(properties);
        var bodyOnly = properties.Take("receiverBodyOnly")?.Text.Trim();
        properties.Add("xmlBody", bodyOnly is "0" or "false" ? "true" : "false", properties);
        foreach (var (old, now) in ((string, string)[])[("receiverResponseContentType", "responseContentType"), ("receiverResponseStatusCode", "responseStatusCode"), ("receiverCharset", "charset"), ("receiverContextPath", "contextPath"), ("receiverTimeout", "timeout"), ("receiverResponseHeaders", "responseHeaders")])
        {
            properties.Rename(old, now);
        }
    }

    private static void Database(ExportElement properties)
    {
        properties.SetAttribute("class", Package + "jdbc.DatabaseReceiverProperties");
        Polling(properties);
        properties.Rename("URL", "url");
        var usesScript = properties.Peek("useScript")?.Text.Trim() is "1" or "true";
        var (query, script) = (properties.Take("query"), properties.Take("script"));
        if ((usesScript ? script : query) is { } select)
        {
            select.Rename("select");
            properties.Add(select);
        }

        var (ack, ackScript) = (properties.Take("ack"), properties.Take("ackScript"));
        properties.Add("updateMode", properties.Take("useAck")?.Text.Trim() is "1" or "true" ? "3" : "1", properties);
        if ((usesScript ? ackScript : ack) is { } update)
        {
            update.Rename("update");
            properties.Add(update);
        }
    }

    /// <summary>Host and port of a listener.</summary>
    public static void Listener(ExportElement properties)
    {
        var listener = properties.Add(new ExportElement("listenerConnectorProperties", properties.Line));
        foreach (var name in (string[])["host", "port"])
        {
            if (properties.Take(name) is { } setting)
            {
                listener.Add(setting);
            }
        }
    }
}
