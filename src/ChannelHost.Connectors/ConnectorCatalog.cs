using ChannelHost.Connectors.Channels;
using ChannelHost.Connectors.Database;
using ChannelHost.Connectors.Files;
using ChannelHost.Connectors.Http;
using ChannelHost.Connectors.JavaScript;
using ChannelHost.Connectors.Mllp;
using ChannelHost.Connectors.Sftp;
using ChannelHost.Connectors.Smtp;

namespace ChannelHost.Connectors;

/// <summary>All connectors of this room. To add one is to add its folder and its line here.</summary>
public static class ConnectorCatalog
{
    /// <summary>One descriptor each, new ones at every call: a host asks once, and what its channels share (an HTTP port) belongs to that set.</summary>
    public static IReadOnlyList<IConnector> All => [new MllpConnector(), new HttpConnector(), new FilesConnector(), new ChannelConnector(), new JavaScriptConnector(), new SftpConnector(), new DatabaseConnector(), new SmtpConnector()];
}
