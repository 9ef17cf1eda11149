using System.Diagnostics;
using ChannelHost.Storage;
using ChannelHost.Tests.Storage.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.State;

/// <summary>The state in a LiteDB file, and what becomes of it when that file is lost, damaged or behind.</summary>
public sealed class ChannelStateTests : ChannelStateContract
{
    private readonly TemporaryFolder _folder = new();
    private string _data;
    private ChannelStores? _stores;

    public ChannelStateTests() => _data = _folder["data"];

    protected override string Channel => "clinic/files";

    private string StatePath => Path.Combine(_data, "channels", "clinic", "files", "state.db");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override IChannelStores OpenStores() => _stores = new ChannelStores(_data, NullLoggerFactory.Instance, TimeProvider.System);

    protected override async Task CloseAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
        }
    }

    // What stands in the files is what a killed process leaves. Copied by another process: opening the database here would drop SQLite's locks on it.
    protected override async Task<IChannelStores> KillAsync()
    {
        var left = _folder["left"];
        using (var copy = Process.Start("cp", ["-r", _data, left]))
        {
            await copy.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await CloseAsync();
        _data = left;
        return OpenStores();
    }

    [Fact]
    public async Task ChannelWithoutState_GetsNoFile()
    {
        await Messages.AddAsync(Some.Message(Messages.NextId()));
        await ReopenAsync(keepMap: true);

        Assert.False(File.Exists(StatePath));
    }

    [Fact]
    public async Task LostFile_IsRebuiltFromTheMessagesAndSaid()
    {
        await RecordManyAsync(700);
        await CloseAsync();
        File.Delete(StatePath);
        Open(keepMap: true);

        Assert.Contains("missing", State.Rebuilt, StringComparison.Ordinal);
        AssertManyAreThere(700);
        await ReopenAsync(keepMap: true);
        Assert.Null(State.Rebuilt);
        AssertManyAreThere(700);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("zeros")]
    [InlineData("flipped")]
    [InlineData("empty")]
    public async Task BrokenFile_IsSetAsideAndRebuiltFromTheMessages(string how)
    {
        await RecordManyAsync(700);
        await CloseAsync();
        Break(how);
        Open(keepMap: true);

        Assert.NotNull(State.Rebuilt);
        AssertManyAreThere(700);
        await RecordAsync(Put("after", 1.0));
        await ReopenAsync(keepMap: true);
        Assert.Null(State.Rebuilt);
        AssertManyAreThere(700);
        Assert.Equal(1.0, Value("after"));
        Assert.True(Directory.GetFiles(Path.GetDirectoryName(StatePath)!, "state.db.damaged-*").Length > 0);
    }

    [Fact]
    public async Task MessagesOlderThanTheState_DoNotSwallowTheNextChanges()
    {
        await RecordManyAsync(20);
        await CloseAsync();
        File.Copy(StatePath, StatePath + ".kept");
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(StatePath)!, "messages.*"))
        {
            File.Delete(file);
        }

        Open(keepMap: true);

        Assert.Contains("older than the state", State.Rebuilt, StringComparison.Ordinal);
        Assert.Equal(19.0, Value("key-19"));
        await RecordAsync(Put("after", 1.0));
        await ReopenAsync(keepMap: true);
        Assert.Equal(1.0, Value("after"));
    }

    [Fact]
    public async Task WrittenState_LetsTheMessagesForgetWhatWasOverwritten()
    {
        for (var number = 0; number < 600; number++)
        {
            await RecordAsync(Put("counter", (double)number));
        }

        await ReopenAsync(keepMap: true);

        Assert.Equal(599.0, Value("counter"));
        Assert.Equal(600, State.AppliedSequence);
        Assert.Equal(600, Assert.Single(Messages.ReadStateChanges(0, 1_000)).Sequence);
    }

    private void AssertManyAreThere(int count)
    {
        for (var number = 0; number < count; number++)
        {
            Assert.Equal((double)number, Value($"key-{number}"));
            Assert.True(State.IsTaken($"file-{number}"));
        }
    }

    private void Break(string how)
    {
        var bytes = File.ReadAllBytes(StatePath);
        switch (how)
        {
            case "truncated":
                File.WriteAllBytes(StatePath, bytes[..(bytes.Length / 2 + 100)]);
                break;
            case "zeros":
                bytes.AsSpan(8192, bytes.Length - 8192).Clear();
                File.WriteAllBytes(StatePath, bytes);
                break;
            case "flipped":
                // Inside a stored value, where LiteDB itself notices nothing.
                bytes[bytes.AsSpan().IndexOf("key-350"u8) + 5] ^= 1;
                File.WriteAllBytes(StatePath, bytes);
                break;
            default:
                File.WriteAllBytes(StatePath, []);
                break;
        }
    }
}
