using ChannelHost.Connectors;
using ChannelHost.DataTypes;
using ChannelHost.Storage.ChannelFiles;

namespace ChannelHost.Server.Editing;

/// <summary>A page of the reference.</summary>
/// <param name="Kind">What it is about: <c>connectors</c>, <c>data types</c>, <c>every channel</c>.</param>
/// <param name="Name">Of what it is the page.</param>
/// <param name="Summary">One line.</param>
/// <param name="File">Where it stands below the folder of sources: beside what it describes.</param>
/// <param name="Markdown">The page.</param>
internal sealed record ReferencePage(string Kind, string Name, string Summary, string File, string Markdown);

/// <summary>The reference, made from the descriptions that channels are checked against.</summary>
internal static class ReferencePages
{
    private const string FileName = "REFERENCE.md";
    private const string Foot = "\nWritten by `channelhost reference --write --pages src` from the settings' own descriptions; do not edit.\n";

    /// <summary>All pages.</summary>
    public static IReadOnlyList<ReferencePage> All() =>
    [
        .. ConnectorCatalog.All.OrderBy(connector => connector.Type, StringComparer.Ordinal).Select(connector =>
            new ReferencePage("connectors", connector.Type, connector.Summary, Beside(connector), ConnectorReference.Markdown(connector) + Foot)),
        .. DataTypeCatalog.All.OrderBy(dataType => dataType.Name, StringComparer.Ordinal).Select(dataType =>
            new ReferencePage("data types", dataType.Name, dataType.Summary, Beside(dataType), ConnectorReference.Markdown(dataType) + Foot)),
        new ReferencePage(
            "every channel", "channel.yaml", "The keys that every channel, destination and batch has",
            $"ChannelHost.Storage/ChannelFiles/{FileName}", ConnectorReference.ChannelMarkdown() + Foot),
    ];

    // Namespaces follow folders: ChannelHost.Connectors.Mllp is ChannelHost.Connectors/Mllp.
    private static string Beside(object descriptor)
    {
        var type = descriptor.GetType();
        var room = type.Assembly.GetName().Name!;
        return $"{room}/{type.Namespace![(room.Length + 1)..].Replace('.', '/')}/{FileName}";
    }
}
