using ChannelHost.Connectors.Channels;
using ChannelHost.Connectors.Files;
using ChannelHost.Connectors.JavaScript;
using ChannelHost.Connectors.Mllp;
using ChannelHost.Connectors.Sftp;

namespace ChannelHost.Connectors;

/// <summary>All connectors of this room. To add one is to add its folder and its line here.</summary>
public static class ConnectorCatalog
{
    /// <summary>One descriptor each; they hold no state.</summary>
    public static IReadOnlyList<IConnector> All { get; } = [new MllpConnector(), new FilesConnector(), new ChannelConnector(), new JavaScriptConnector(), new SftpConnector()];
}
