using ChannelHost.Connectors.Sftp;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Sftp;

/// <summary>A folder that a source watches on a real sshd, for tests to inherit.</summary>
[Collection<SshServerCollection>]
public abstract class SftpSourceTest : IAsyncDisposable
{
    private readonly List<SftpSource> _sources = [];

    protected SftpSourceTest(SshServer server)
    {
        Assert.SkipWhen(OpenSshServer.Missing is not null, OpenSshServer.Missing ?? "");
        Server = server;
        Directory.CreateDirectory(In);
        Options = server.Source(In);
    }

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected SshServer Server { get; }

    private protected Bench Bench { get; } = new();

    private protected SftpSourceOptions Options { get; set; }

    private protected string In => Bench.PathOf("in");

    private protected string Done => Bench.PathOf("done");

    private protected string Bad => Bench.PathOf("bad");

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
        {
            await source.StopAsync(new CancellationToken(true));
            await source.DisposeAsync();
        }

        // .NET cannot remove what it cannot name.
        await OpenSshServer.RunAsync("rm", "", CancellationToken.None, "-rf", In, Done, Bad);
        TestContext.Current.TestOutputHelper?.WriteLine(Bench.Log.Everything);
        Bench.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<SftpSource> StartAsync(Bench? bench = null)
    {
        bench ??= Bench;
        var source = new SftpSource(Options, bench.Context);
        _sources.Add(source);
        await source.StartAsync(bench.Receiver, Token);
        return source;
    }

    /// <summary>Stops a source and closes what it has open.</summary>
    private protected async Task EndAsync(SftpSource source)
    {
        _sources.Remove(source);
        await source.StopAsync(Token);
        await source.DisposeAsync();
    }

    /// <summary>Starts a source, waits for so many messages and stops it.</summary>
    private protected async Task TakeAsync(int count)
    {
        var source = await StartAsync();
        await Bench.Receiver.WaitForAsync(count, Token);
        await source.StopAsync(Token);
    }

    /// <summary>Waits until the folder holds nothing but these.</summary>
    private protected Task LeftAsync(params string[] names) => Bench.UntilAsync(() => Drop.Left(In).SequenceEqual(names), $"the folder holds '{string.Join("', '", names)}'");

    /// <summary>A file that comes after all others by name and time is taken: those before it were looked at.</summary>
    private protected async Task LookedAsync()
    {
        for (var look = 0; look < 2; look++)
        {
            var name = $"~~~{Guid.NewGuid():N}.hl7";
            Drop.Into(In, name, "looked");
            await Bench.UntilAsync(() => Drop.Left(In).All(left => !left.Contains(name, StringComparison.Ordinal)), "a look at the folder");
        }
    }
}
