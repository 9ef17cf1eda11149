using System.Globalization;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Migration;

/// <summary>
/// Channels of 1.x and 2.x in the shape of 3.0: settings were lists of <c>&lt;property name="k"&gt;v&lt;/property&gt;</c>, data types were called protocols, and
/// connectors had no numbers.
/// </summary>
internal static class OldChannel
{
    private static readonly (string Old, string New)[] Names =
        [("com.webreach.mirth", "com.mirth.connect"), ("${MESSAGEATTACH}", "${message.encodedData}"), ("${ORIGINALNAME}", "${originalFilename}")];

    /// <summary>Changes the element.</summary>
    public static void Convert(ExportElement channel)
    {
        var written = channel.Take("version")?.Text.Trim() ?? "1.0";
        var isFirst = written.StartsWith('1');
        Rewrite(channel, isFirst);
        channel.Rename("channel");
        channel.SetAttribute("version", "3.0.0");
        channel.SetAttribute("writtenBy", written);
        var properties = channel.Peek("properties") ?? channel.Add(new ExportElement("properties", channel.Line));
        Flatten(properties);
        var synchronous = Or(properties.Take("synchronous")?.Text, "true");
        var source = channel.Peek("sourceConnector");
        var titles = (channel.Peek("destinationConnectors")?.Children ?? []).Select((destination, index) => (Title: destination.Peek("name")?.Text.Trim() ?? "", Id: index + 1)).ToArray();
        if (source is not null)
        {
            source.Take("version");
            source.AddMissing("metaDataId", "0");
            OldTransformer.Convert(source);
            OldSources.Convert(source, name => Array.Find(titles, title => title.Title == name) is { Id: > 0 } found ? string.Create(CultureInfo.InvariantCulture, $"d{found.Id}") : name);
        }

        var id = 0;
        foreach (var destination in channel.Peek("destinationConnectors")?.Children ?? [])
        {
            destination.Take("version");
            destination.AddMissing("metaDataId", (++id).ToString(CultureInfo.InvariantCulture));
            destination.AddMissing("waitForPrevious", synchronous);
            OldTransformer.Convert(destination);
            OldDestinations.Convert(destination);
        }

        Channel(properties, queues: (channel.Peek("destinationConnectors")?.Children ?? []).Any(IsQueued));
    }

    /// <summary>Makes elements of a list of properties.</summary>
    public static void Flatten(ExportElement properties)
    {
        foreach (var property in properties.Children)
        {
            if (property.Name == "property" && property.Attribute("name") is { Length: > 0 } name)
            {
                property.Rename(name);
                property.RemoveAttribute("name");
            }
        }
    }

    /// <summary>A text, or another one when it is empty.</summary>
    public static string Or(string? text, string otherwise) => string.IsNullOrWhiteSpace(text) ? otherwise : text.Trim();

    private static bool IsQueued(ExportElement destination) => destination.Peek("properties")?.Peek("destinationConnectorProperties")?.Peek("queueEnabled")?.Text == "true";

    private static void Channel(ExportElement properties, bool queues)
    {
        properties.Rename("max_message_age", "pruneMetaDataDays");
        if (properties.Peek("pruneMetaDataDays")?.Text.Trim() == "-1")
        {
            properties.Take("pruneMetaDataDays");
        }

        if (properties.Take("store_messages") is { } store)
        {
            properties.Add("messageStorageMode", store.Text.Trim() == "true" ? "DEVELOPMENT" : queues ? "PRODUCTION" : "DISABLED", store);
        }

        if (properties.Take("error_messages_only") is { } errors)
        {
            properties.Add("removeContentOnCompletion", errors.Text.Trim(), errors);
        }

        properties.Rename("dont_store_filtered", "removeOnlyFilteredOnCompletion");
        var state = properties.Peek("initialState");
        state?.SetText(state.Text.Trim().ToUpperInvariant());
        properties.Take("recv_xml_encoded");
        properties.Take("transactional");
    }

    // As the engine itself did when it read such files.
    private static void Rewrite(ExportElement element, bool isFirst)
    {
        var text = element.Text;
        foreach (var (old, now) in Names)
        {
            text = text.Replace(old, now, StringComparison.Ordinal);
        }

        if (isFirst)
        {
            text = text.Replace("localMap", "channelMap", StringComparison.Ordinal);
        }

        if (text.Length != element.Text.Length || text != element.Text)
        {
            element.SetText(text);
        }

        foreach (var child in element.Children)
        {
            Rewrite(child, isFirst);
        }
    }
}
