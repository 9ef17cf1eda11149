using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Reading;

namespace ChannelHost.Storage.ChannelFiles;

/// <summary>
/// Writes the JSON schema of <c>channel.yaml</c> from the same descriptions that channels are checked against, for editors that complete and check while
/// one types. It refuses nothing that the host takes; what a schema cannot say (limits of times, settings that exclude each other) the host says alone.
/// </summary>
public static class ChannelSchema
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema (JSON Schema draft-07, which editors know best), with a line end at its end.</summary>
    public static string Json(IReadOnlyList<IConnector> connectors, IReadOnlyList<IDataType> dataTypes)
    {
        var schema = new SchemaParts(connectors, dataTypes);
        var channel = SchemaText.Block(OptionSet.For(typeof(ChannelSettings), []), schema.Blocks);
        var properties = (JsonObject)channel["properties"]!;
        properties.Insert(0, "description", SchemaText.Described(SchemaText.AnyText(), "What the channel does, for people."));
        properties.Insert(1, "source", SchemaText.Described(schema.Source(), "Where messages come in."));
        properties.Insert(2, "destinations", SchemaText.Described(schema.Destinations(), "Where messages go, in order."));
        properties.Insert(3, "metadata", SchemaText.Described(Metadata(), "What is indexed for search: names, and paths into the message."));
        channel["required"] = new JsonArray("source");
        var root = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "ChannelHost channel.yaml",
            ["$comment"] = "Written by `channelhost reference --write`; do not edit.",
        };
        foreach (var (key, value) in channel.ToList())
        {
            channel.Remove(key);
            root[key] = value;
        }

        root["definitions"] = schema.Definitions();
        return root.ToJsonString(Layout) + "\n";
    }

    private static JsonObject Metadata() => new()
    {
        ["type"] = new JsonArray("object", "null"),
        ["maxProperties"] = ChannelAssembly.MostMetadata,
        ["propertyNames"] = new JsonObject { ["pattern"] = "^[A-Za-z0-9_.-]{1,64}$" },
        ["additionalProperties"] = SchemaText.AnyText(),
    };
}
