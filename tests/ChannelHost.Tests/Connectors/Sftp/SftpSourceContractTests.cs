using ChannelHost.Connectors.Sftp;
using ChannelHost.Testing.Network;

namespace ChannelHost.Tests.Connectors.Sftp;

/// <summary>What every source promises, on a real sshd.</summary>
[Collection<SshServerCollection>]
public sealed class SftpSourceContractTests : SourceConnectorContract
{
    private readonly SftpSource _source;
    private readonly string _in;
    private string? _last;

    public SftpSourceContractTests(SshServer server)
    {
        Assert.SkipWhen(OpenSshServer.Missing is not null, OpenSshServer.Missing ?? "");
        _in = Bench.PathOf("in");
        Directory.CreateDirectory(_in);
        _source = new SftpSource(server.Source(_in), Bench.Context);
    }

    private protected override ISource Source => _source;

    private protected override Task DeliverAsync(string content)
    {
        _last = $"{Guid.NewGuid():N}.hl7";
        Drop.Into(_in, _last, content);
        return Task.CompletedTask;
    }

    private protected override async Task<bool> WasConfirmedAsync()
    {
        // A file goes soon after its message is stored, or it does not go; while it is in work it bears the name of a claim.
        var deadline = Environment.TickCount64 + 500;
        while (Stands() && Environment.TickCount64 < deadline)
        {
            await Task.Delay(5, Token);
        }

        return !Stands();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(Bench.Log.Everything);
        GC.SuppressFinalize(this);
    }

    private bool Stands() => Directory.EnumerateFiles(_in).Any(path => Path.GetFileName(path).Contains(_last!, StringComparison.Ordinal));
}
