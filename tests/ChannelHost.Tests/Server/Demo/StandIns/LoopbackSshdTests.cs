using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ChannelHost.Server;
using ChannelHost.Server.Demo.StandIns;
using Renci.SshNet;

namespace ChannelHost.Tests.Server.Demo.StandIns;

/// <summary>The real sshd of this machine.</summary>
public sealed class LoopbackSshdTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("channelhost-sshd-").FullName;
    private readonly int _port = FreePort();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ItsKey_OpensSftp_AndBothEndTogether()
    {
        NeedsSshd();
        await using (await StartAsync())
        {
            using var client = Client();
            client.Connect();
            Assert.True(client.Exists(_folder));
        }

        Assert.False(await ListensAsync());
        Assert.False(File.Exists(Path.Combine(_folder, "sshd", "sshd.pid")));
    }

    [Fact]
    public async Task Leftover_IsEndedByTheNextStart()
    {
        NeedsSshd();
        await StartAsync();
        var first = ProcessNumber();

        await using var second = await StartAsync();

        Assert.NotEqual(first, ProcessNumber());
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(first));
    }

    [Fact]
    public async Task StrangersNumber_IsLeftAlone()
    {
        NeedsSshd();
        await Keys.PrepareAsync(_port, Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "sshd", "sshd.pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture), Token);

        await using var sshd = await StartAsync();

        Assert.NotEqual(Environment.ProcessId, ProcessNumber());
    }

    [Fact]
    public async Task PortTaken_IsToldAndNothingIsStarted()
    {
        NeedsSshd();
        using var taken = new TcpListener(IPAddress.Loopback, _port);
        taken.Start();

        var failure = await Assert.ThrowsAsync<CommandFailure>(StartAsync);

        Assert.Contains($"port {_port} is taken", failure.Message, StringComparison.Ordinal);
    }

    private SshKeys Keys => new(Path.Combine(_folder, "sshd"));

    private static void NeedsSshd() => Assert.SkipUnless(LoopbackSshd.Program is not null, "sshd is not installed (openssh-server)");

    private async Task<LoopbackSshd> StartAsync()
    {
        await Keys.PrepareAsync(_port, Token);
        return await LoopbackSshd.StartAsync(Keys.Folder, Keys, _port, TimeProvider.System, Token);
    }

    private SftpClient Client() => new("127.0.0.1", _port, Environment.UserName, new PrivateKeyFile(Keys.ClientKey));

    private int ProcessNumber() => int.Parse(File.ReadAllText(Path.Combine(_folder, "sshd", "sshd.pid")).Trim(), CultureInfo.InvariantCulture);

    private async Task<bool> ListensAsync()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port), Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
