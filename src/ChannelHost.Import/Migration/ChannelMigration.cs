using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Migration;

/// <summary>Brings a channel of any version to the form of 4.5. What moves keeps its line; what is new has that of what it was made of.</summary>
internal static class ChannelMigration
{
    /// <summary>Changes the element.</summary>
    public static void Migrate(ExportElement channel)
    {
        if (channel.Attribute("version") is null && (channel.Peek("version") is not null || channel.Name != "channel" || channel.Peek("sourceConnector")?.Peek("transformer")?.Peek("inboundProtocol") is not null))
        {
            OldChannel.Convert(channel);
        }

        var version = MigrationVersion.Of(channel);
        if (version.IsBefore(3, 1))
        {
            channel.Rename("shutdownScript", "undeployScript");
        }

        if (version.IsBefore(3, 5))
        {
            MoveToExportData(channel);
        }

        if (channel.Peek("sourceConnector") is { } source)
        {
            Connector(source);
        }

        foreach (var destination in channel.Peek("destinationConnectors")?.Children ?? [])
        {
            Connector(destination);
        }
    }

    // 3.5: what is about the channel's place on a server stands apart.
    private static void MoveToExportData(ExportElement channel)
    {
        var export = channel.Peek("exportData") ?? channel.Add(new ExportElement("exportData", channel.Line));
        var metadata = export.Peek("metadata") ?? export.Add(new ExportElement("metadata", channel.Line));
        Move(channel, "enabled", metadata);
        Move(channel, "lastModified", metadata);
        foreach (var name in (string[])["codeTemplateLibraries", "dependentIds", "dependencyIds"])
        {
            Move(channel, name, export);
        }

        if (channel.Peek("properties") is not { } properties)
        {
            return;
        }

        var pruning = metadata.Peek("pruningSettings") ?? metadata.Add(new ExportElement("pruningSettings", properties.Line));
        foreach (var name in (string[])["pruneMetaDataDays", "pruneContentDays", "archiveEnabled"])
        {
            Move(properties, name, pruning);
        }
    }

    private static void Connector(ExportElement connector)
    {
        foreach (var name in (string[])["filter", "transformer", "responseTransformer"])
        {
            if (connector.Peek(name) is { } part)
            {
                StepMigration.Migrate(part);
            }
        }

        foreach (var transformer in connector.Children.Where(child => child.Name is "transformer" or "responseTransformer"))
        {
            foreach (var properties in transformer.Children.Where(child => child.Name is "inboundProperties" or "outboundProperties").ToArray())
            {
                DataTypeMigration.Migrate(properties);
            }
        }

        if (connector.Peek("properties") is { } settings)
        {
            ConnectorMigration.Migrate(settings);
        }
    }

    private static void Move(ExportElement from, string name, ExportElement to)
    {
        if (from.Take(name) is { } moved)
        {
            to.Add(moved);
        }
    }
}
