using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Migration;

/// <summary>Properties of connectors, brought to the present form.</summary>
internal static class ConnectorMigration
{
    /// <summary>Changes the element.</summary>
    public static void Migrate(ExportElement properties)
    {
        var version = MigrationVersion.Of(properties);
        var kind = properties.Class[(properties.Class.LastIndexOf('.') + 1)..];
        properties.Rename("responseConnectorProperties", "sourceConnectorProperties");
        properties.Rename("queueConnectorProperties", "destinationConnectorProperties");
        if (kind == "TcpReceiverProperties" && version.IsBefore(3, 0, 2))
        {
            ClientMode(properties);
        }

        if (version.IsBefore(3, 1))
        {
            ToThreeOne(properties, kind);
        }

        if (kind.StartsWith("HttpDispatcher", StringComparison.Ordinal))
        {
            properties.Rename("headersMap", "headers");
            properties.Rename("parametersMap", "parameters");
        }

        if (properties.Peek("pollConnectorProperties") is { } polling && version.IsBefore(3, 3))
        {
            var type = polling.Peek("pollingType");
            type?.SetText(type.Text.Trim().ToUpperInvariant());
            polling.AddMissing("pollOnStart", type?.Text == "TIME" ? "false" : "true");
        }

        if (kind == "FileReceiverProperties" && version.IsBefore(3, 3) && properties.Peek("scheme")?.Text.Trim() == "SFTP")
        {
            var scheme = properties.Peek("schemeProperties") ?? properties.Add(new ExportElement("schemeProperties", properties.Line));
            scheme.AddMissing("passwordAuth", "true");
            scheme.AddMissing("hostKeyChecking", "ask");
        }
    }

    // 3.0.2: a listener in client mode named the other side by what is now its own address.
    private static void ClientMode(ExportElement properties)
    {
        if (properties.Peek("serverMode")?.Text.Trim() == "false" && properties.Peek("listenerConnectorProperties") is { } listener)
        {
            properties.AddMissing("remoteAddress", listener.Peek("host")?.Text ?? "");
            properties.AddMissing("remotePort", listener.Peek("port")?.Text ?? "");
        }
    }

    private static void ToThreeOne(ExportElement properties, string kind)
    {
        if (properties.Peek("sourceConnectorProperties") is { } source && properties.Take("processBatch") is { } batch)
        {
            source.Add(batch);
        }

        if (properties.Peek("destinationConnectorProperties") is { } destination)
        {
            var acknowledged = properties.Take("processHL7ACK")?.Text.Trim();
            destination.AddMissing("validateResponse", kind == "TcpDispatcherProperties" && acknowledged == "true" ? "true" : "false");
        }

        if (kind == "HttpReceiverProperties" && properties.Take("bodyOnly") is { } bodyOnly)
        {
            var isXml = bodyOnly.Text.Trim() == "false";
            properties.AddMissing("xmlBody", isXml ? "true" : "false");
            properties.AddMissing("includeMetadata", isXml ? "true" : "false");
        }

        if (kind == "HttpDispatcherProperties" && properties.Take("includeHeadersInResponse") is { } included)
        {
            properties.AddMissing("responseXmlBody", included.Text.Trim());
        }
    }
}
