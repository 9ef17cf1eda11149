using ChannelHost.Connectors.Sftp;
using ChannelHost.Testing.Network;

namespace ChannelHost.Tests.Connectors.Sftp;

/// <summary>One sshd for all tests that do it no harm.</summary>
public sealed class SshServer : IAsyncLifetime
{
    private OpenSshServer? _server;

    internal OpenSshServer Server => _server!;

    public async ValueTask InitializeAsync() =>
        _server = OpenSshServer.Missing is null ? await OpenSshServer.StartAsync(new OpenSshSettings { HostKeys = ["ed25519", "ecdsa", "rsa"] }) : null;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>A source on a folder, in a hurry.</summary>
    internal SftpSourceOptions Source(string folder) => new()
    {
        Connect = Server.Address,
        User = Server.User,
        Keys = [new SftpKeyOptions { File = Server.KeyFile }],
        HostKeys = new SftpHostKeyOptions { Fingerprints = [Server.Fingerprint(), Server.Fingerprint("ecdsa"), Server.Fingerprint("rsa")] },
        Folder = folder,
        Interval = TimeSpan.FromMilliseconds(100),
        StableFor = TimeSpan.Zero,
        Sessions = 2,
    };

    /// <summary>A destination on a folder.</summary>
    internal SftpDestinationOptions Destination(string folder) => new()
    {
        Connect = Server.Address,
        User = Server.User,
        Keys = [new SftpKeyOptions { File = Server.KeyFile }],
        HostKeys = new SftpHostKeyOptions { Fingerprints = [Server.Fingerprint(), Server.Fingerprint("ecdsa"), Server.Fingerprint("rsa")] },
        Folder = folder,
        File = Template.Parse("${controlId}.hl7"),
    };
}

/// <summary>Tests that share the server.</summary>
[CollectionDefinition]
public sealed class SshServerCollection : ICollectionFixture<SshServer>;
