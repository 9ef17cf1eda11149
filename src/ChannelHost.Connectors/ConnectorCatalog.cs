using ChannelHost.Connectors.Files;
using ChannelHost.Connectors.Mllp;

namespace ChannelHost.Connectors;

/// <summary>All connectors of this room.</summary>
public static class ConnectorCatalog
{
    /// <summary>One descriptor each; they hold no state.</summary>
    public static IReadOnlyList<IConnector> All { get; } = [new MllpConnector(), new FilesConnector()];
}
