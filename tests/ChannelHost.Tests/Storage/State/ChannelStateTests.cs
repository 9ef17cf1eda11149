using ChannelHost.Storage;
using ChannelHost.Tests.Storage.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.State;

public sealed class ChannelStateTests : IAsyncLifetime
{
    private const string Channel = "clinic/files";
    private readonly TemporaryFolder _folder = new();
    private ChannelStores _stores = null!;
    private IMessageStore _messages = null!;
    private IChannelState _state = null!;

    private string StatePath => _folder["channels", "clinic", "files", "state.db"];

    public ValueTask InitializeAsync()
    {
        Open(keepMap: true);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stores.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ChangesOfMessages_AreThereAfterARestart()
    {
        await RecordAsync(Put("seen", 3.0), Put("gone", "x"), Taken("in/a.hl7|10"));
        await RecordAsync(new StateChange(StateChangeKind.MapRemove, "gone"), Put("list", new List<object?> { 1.0, "b" }));

        await ReopenAsync(keepMap: true);

        Assert.Equal(2, _state.AppliedSequence);
        Assert.Null(_state.Rebuilt);
        Assert.Equal(3.0, Value("seen"));
        Assert.Equal(new List<object?> { 1.0, "b" }, Value("list"));
        Assert.False(_state.GlobalChannelMap.TryGet("gone", out _));
        Assert.True(_state.IsTaken("in/a.hl7|10"));
        Assert.False(_state.IsTaken("in/b.hl7|10"));
    }

    [Fact]
    public async Task OnceKey_IsTakenAtOnce()
    {
        await RecordAsync(Taken("file-1"));

        Assert.True(_state.IsTaken("file-1"));
    }

    [Fact]
    public async Task ChangesThatNobodyApplied_AreBroughtUpFromTheMessages()
    {
        // As after a crash between the commit of a message and what follows from it.
        await _messages.AddAsync(Some.Message(_messages.NextId()) with { StateChanges = [Put("seen", 1.0), Taken("file-1")] });

        await ReopenAsync(keepMap: true);

        Assert.Equal(1.0, Value("seen"));
        Assert.True(_state.IsTaken("file-1"));
        Assert.Null(_state.Rebuilt);
    }

    [Fact]
    public async Task MapThatIsNotKept_StartsEmptyAndTheLedgerStays()
    {
        await RecordAsync(Put("seen", 1.0), Taken("file-1"));

        await ReopenAsync(keepMap: false);

        Assert.Equal(0, _state.GlobalChannelMap.Count);
        Assert.True(_state.IsTaken("file-1"));
    }

    [Fact]
    public async Task Documents_AreThereAfterARestart()
    {
        _state.WriteDocument("cursor", """{"last":7}""");
        _state.WriteDocument("cursor", """{"last":8}""");
        _state.WriteDocument("other", "{}");

        await ReopenAsync(keepMap: false);

        Assert.Equal("""{"last":8}""", _state.ReadDocument("cursor"));
        Assert.Equal("{}", _state.ReadDocument("other"));
        Assert.Null(_state.ReadDocument("unknown"));
    }

    [Fact]
    public async Task ChannelWithoutState_GetsNoFile()
    {
        await _messages.AddAsync(Some.Message(_messages.NextId()));
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

        Assert.Contains("missing", _state.Rebuilt, StringComparison.Ordinal);
        AssertManyAreThere(700);
        await ReopenAsync(keepMap: true);
        Assert.Null(_state.Rebuilt);
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

        Assert.NotNull(_state.Rebuilt);
        AssertManyAreThere(700);
        await RecordAsync(Put("after", 1.0));
        await ReopenAsync(keepMap: true);
        Assert.Null(_state.Rebuilt);
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

        Assert.Contains("older than the state", _state.Rebuilt, StringComparison.Ordinal);
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
        Assert.Equal(600, _state.AppliedSequence);
        Assert.Equal(600, Assert.Single(_messages.ReadStateChanges(0, 1_000)).Sequence);
    }

    private static StateChange Put(string key, object? value) => new(StateChangeKind.MapPut, key, value);

    private static StateChange Taken(string key) => new(StateChangeKind.Taken, key);

    private object? Value(string key) => _state.GlobalChannelMap.TryGet(key, out var value) ? value : throw new KeyNotFoundException(key);

    // As the engine does it: the map is written by the script, recorded with the message, and applied after its commit.
    private async Task RecordAsync(params StateChange[] changes)
    {
        var id = _messages.NextId();
        var outcome = await _messages.AddAsync(Some.Message(id) with { StateChanges = changes });
        _state.Apply(new RecordedStateChanges(outcome.StateSequence, id, changes));
    }

    private async Task RecordManyAsync(int count)
    {
        await Task.WhenAll(Enumerable.Range(0, count).Select(number => RecordAsync(Put($"key-{number}", (double)number), Taken($"file-{number}"))));
    }

    private void AssertManyAreThere(int count)
    {
        for (var number = 0; number < count; number++)
        {
            Assert.Equal((double)number, Value($"key-{number}"));
            Assert.True(_state.IsTaken($"file-{number}"));
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

    private void Open(bool keepMap)
    {
        _stores = new ChannelStores(_folder.Path, NullLoggerFactory.Instance, TimeProvider.System);
        _messages = _stores.OpenMessages(Channel, new StoreSettings());
        _state = _stores.OpenState(Channel, _messages, new StateSettings { KeepGlobalChannelMap = keepMap });
    }

    private async Task CloseAsync() => await _stores.DisposeAsync();

    private async Task ReopenAsync(bool keepMap)
    {
        await CloseAsync();
        Open(keepMap);
    }
}
