using ChannelHost.Tests.Storage.Messages;

namespace ChannelHost.Tests.Storage.PostgreSql;

/// <summary>What a channel remembers must be there after a restart, whoever applied it.</summary>
[Collection(PostgreSqlStoreCollection.Name)]
public sealed class PostgreSqlStateTests : IAsyncLifetime
{
    private readonly PostgreSqlStoreFixture _fixture;
    private readonly string _channel = $"clinic/state-{Guid.NewGuid():n}";
    private IMessageStore _messages = null!;
    private IChannelState _state = null!;

    public PostgreSqlStateTests(PostgreSqlStoreFixture fixture) => _fixture = fixture;

    public ValueTask InitializeAsync()
    {
        Open(keepMap: true);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _state.DisposeAsync();
        await _messages.DisposeAsync();
    }

    [Fact]
    public async Task ChangesOfMessages_AreThereAfterARestart()
    {
        await RecordAsync(new(StateChangeKind.MapPut, "seen", 3.0), new(StateChangeKind.MapPut, "gone", "x"), new(StateChangeKind.Taken, "in/a.hl7|10"));
        await RecordAsync(new(StateChangeKind.MapRemove, "gone"), new(StateChangeKind.MapPut, "list", new List<object?> { 1.0, "b" }));
        Assert.True(_state.IsTaken("in/a.hl7|10"));

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
    public async Task ChangesThatNobodyApplied_AreThereAfterARestart()
    {
        await _messages.AddAsync(Some.Message(_messages.NextId()) with { StateChanges = [new(StateChangeKind.MapPut, "seen", 1.0), new(StateChangeKind.Taken, "file-1")] });

        await ReopenAsync(keepMap: true);

        Assert.Equal(1.0, Value("seen"));
        Assert.True(_state.IsTaken("file-1"));
    }

    [Fact]
    public async Task MapThatIsNotKept_StartsEmptyAndTheLedgerStays()
    {
        await RecordAsync(new(StateChangeKind.MapPut, "seen", 1.0), new(StateChangeKind.Taken, "file-1"));

        await ReopenAsync(keepMap: false);

        Assert.Equal(0, _state.GlobalChannelMap.Count);
        Assert.True(_state.IsTaken("file-1"));
    }

    [Fact]
    public async Task Documents_AreThereAfterARestart()
    {
        _state.WriteDocument("cursor", """{"at":1}""");
        _state.WriteDocument("cursor", """{"at":2}""");

        await ReopenAsync(keepMap: true);

        Assert.Equal("""{"at":2}""", _state.ReadDocument("cursor"));
        Assert.Null(_state.ReadDocument("other"));
    }

    [Fact]
    public async Task ManyChanges_AreFoldedAndStillThere()
    {
        for (var number = 0; number < 1_300; number++)
        {
            await RecordAsync(new(StateChangeKind.MapPut, $"key {number % 10}", (double)number), new(StateChangeKind.Taken, $"file-{number}"));
        }

        await ReopenAsync(keepMap: true);

        Assert.Equal(0, _messages.ReadStateChanges(0, 1)[0].MessageId);
        Assert.Equal(1_299.0, Value("key 9"));
        Assert.All(Enumerable.Range(0, 1_300), number => Assert.True(_state.IsTaken($"file-{number}")));
    }

    private object? Value(string key) => _state.GlobalChannelMap.TryGet(key, out var value) ? value : null;

    private async Task RecordAsync(params StateChange[] changes)
    {
        var id = _messages.NextId();
        var outcome = await _messages.AddAsync(Some.Message(id) with { StateChanges = changes });
        _state.Apply(new RecordedStateChanges(outcome.StateSequence, id, changes));
    }

    private async Task ReopenAsync(bool keepMap)
    {
        await DisposeAsync();
        Open(keepMap);
    }

    private void Open(bool keepMap)
    {
        _messages = _fixture.Stores.OpenMessages(_channel, new StoreSettings());
        _state = _fixture.Stores.OpenState(_channel, _messages, new StateSettings { KeepGlobalChannelMap = keepMap });
    }
}
