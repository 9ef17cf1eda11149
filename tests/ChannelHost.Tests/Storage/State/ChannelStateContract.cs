using System.Text.Json;
using ChannelHost.Tests.Storage.Messages;

namespace ChannelHost.Tests.Storage.State;

/// <summary>What a channel's state must do, wherever it is kept. A store's tests inherit this and say how to open it.</summary>
public abstract class ChannelStateContract : IAsyncLifetime
{
    /// <summary>The channel's messages, as opened last.</summary>
    private protected IMessageStore Messages { get; private set; } = null!;

    /// <summary>The channel's state, as opened last.</summary>
    private protected IChannelState State { get; private set; } = null!;

    /// <summary>Opens the stores, the same ones each time.</summary>
    protected abstract IChannelStores OpenStores();

    /// <summary>Leaves the stores as they are when the host is killed, and opens what it left behind.</summary>
    protected abstract Task<IChannelStores> KillAsync();

    /// <summary>The channel; it belongs to this test.</summary>
    protected abstract string Channel { get; }

    /// <summary>Closes what was opened last.</summary>
    protected abstract Task CloseAsync();

    public ValueTask InitializeAsync()
    {
        Open(keepMap: true);
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task ChangesOfMessages_AreThereAfterARestart()
    {
        await RecordAsync(Put("seen", 3.0), Put("gone", "x"), Taken("in/a.hl7|10"));
        await RecordAsync(new StateChange(StateChangeKind.MapRemove, "gone"), Put("list", new List<object?> { 1.0, "b" }));

        await ReopenAsync(keepMap: true);

        Assert.Equal(2, State.AppliedSequence);
        Assert.Null(State.Rebuilt);
        Assert.Equal(3.0, Value("seen"));
        Assert.Equal(new List<object?> { 1.0, "b" }, Value("list"));
        Assert.False(State.GlobalChannelMap.TryGet("gone", out _));
        Assert.True(State.IsTaken("in/a.hl7|10"));
        Assert.False(State.IsTaken("in/b.hl7|10"));
    }

    [Fact]
    public async Task OnceKey_IsTakenAtOnce()
    {
        await RecordAsync(Taken("file-1"));

        Assert.True(State.IsTaken("file-1"));
    }

    [Fact]
    public async Task ChangesThatNobodyApplied_AreBroughtUpFromTheMessages()
    {
        // As after a crash between the commit of a message and what follows from it.
        await Messages.AddAsync(Some.Message(Messages.NextId()) with { StateChanges = [Put("seen", 1.0), Taken("file-1")] });

        await ReopenAsync(keepMap: true);

        Assert.Equal(1.0, Value("seen"));
        Assert.True(State.IsTaken("file-1"));
        Assert.Null(State.Rebuilt);
    }

    [Fact]
    public async Task ChangesOfEveryStepOfAMessage_AreTakenInTheirOrder()
    {
        var id = Messages.NextId();
        await Messages.AddAsync(Some.Message(id, MessageStatus.Received) with { StateChanges = [Put("step", "added")] });
        await Messages.CompleteAsync(Some.Message(id) with { Destinations = [Some.Queued()], StateChanges = [Put("step", "completed"), Put("left", "completed")] });
        await Messages.UpdateAsync(new DestinationUpdate { MessageId = id, Destination = "ehr", Status = MessageStatus.Sent, Attempts = 1, StateChanges = [Put("step", "sent")] });
        var last = await Messages.RecordAfterwardsAsync(id, [Put("step", "afterwards"), new StateChange(StateChangeKind.MapRemove, "left")], null);

        await ReopenAsync(keepMap: true);

        Assert.Equal(4, last);
        Assert.Equal("afterwards", Value("step"));
        Assert.False(State.GlobalChannelMap.TryGet("left", out _));
    }

    [Fact]
    public async Task RecordedChanges_AreReadBackInTheirOrderWithTheirMessage()
    {
        var sequences = new List<long>();
        for (var number = 0; number < 3; number++)
        {
            var outcome = await Messages.AddAsync(Some.Message(Messages.NextId()) with { StateChanges = [Put("n", (double)number), Taken($"file-{number}")] });
            sequences.Add(outcome.StateSequence);
        }

        var records = Messages.ReadStateChanges(1, 10);

        Assert.Equal([1, 2, 3], sequences);
        Assert.Equal([(2L, 2L), (3L, 3L)], records.Select(record => (record.Sequence, record.MessageId)));
        Assert.Equal([Put("n", 1.0), Taken("file-1")], records[0].Changes);
        Assert.Equal(3, Messages.StateSequence);
    }

    [Fact]
    public async Task KilledHost_EverythingCommittedIsThereAndTheSequenceGoesOn()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => RecordAsync(Put($"key-{number}", (double)number), Taken($"file-{number}"))));
        State.WriteDocument("cursor", """{"last":200}""");

        Take(await KillAsync(), keepMap: true);

        Assert.Equal(200, Messages.StateSequence);
        Assert.All(Enumerable.Range(0, 200), number =>
        {
            Assert.Equal((double)number, Value($"key-{number}"));
            Assert.True(State.IsTaken($"file-{number}"));
        });
        Assert.Equal("""{"last":200}""", State.ReadDocument("cursor"));
        var outcome = await Messages.AddAsync(Some.Message(Messages.NextId()) with { StateChanges = [Put("after", 1.0)] });
        Assert.Equal(201, outcome.StateSequence);
    }

    [Fact]
    public async Task MapThatIsNotKept_StartsEmptyAndTheLedgerStays()
    {
        await RecordAsync(Put("seen", 1.0), Taken("file-1"));

        await ReopenAsync(keepMap: false);

        Assert.Equal(0, State.GlobalChannelMap.Count);
        Assert.True(State.IsTaken("file-1"));
    }

    [Fact]
    public async Task Documents_AreThereAfterARestart()
    {
        State.WriteDocument("cursor", """{"last":7}""");
        State.WriteDocument("cursor", """{"last":8}""");
        State.WriteDocument("other", "{}");

        await ReopenAsync(keepMap: false);

        Assert.Equal("""{"last":8}""", State.ReadDocument("cursor"));
        Assert.Equal("{}", State.ReadDocument("other"));
        Assert.Null(State.ReadDocument("unknown"));
    }

    [Fact]
    public async Task LargeAndOddValues_ComeBackAsTheyWere()
    {
        var key = new string('k', 8_000) + "\0\u00e9\u20ac";
        var document = JsonSerializer.Serialize(new string('d', 3 << 20) + "\u0000\u20ac");
        await RecordAsync(Put(key, new string('v', 1 << 20)), Taken(key), Put("", null), Put("bytes", new byte[] { 0, 1, 255 }));
        State.WriteDocument("large", document);

        await ReopenAsync(keepMap: true);

        Assert.Equal(1 << 20, Assert.IsType<string>(Value(key)).Length);
        Assert.True(State.IsTaken(key));
        Assert.False(State.IsTaken(key[..^1]));
        Assert.Null(Value(""));
        Assert.Equal(new byte[] { 0, 1, 255 }, Value("bytes"));
        Assert.Equal(document, State.ReadDocument("large"));
    }

    [Fact]
    public async Task ManyChanges_AreFoldedAndStillThere()
    {
        await RecordManyAsync(700);
        await RecordAsync(Put("key-3", "again"), new StateChange(StateChangeKind.MapRemove, "key-4"));

        await ReopenAsync(keepMap: true);
        await ReopenAsync(keepMap: true);

        // What was folded belongs to no message any more.
        Assert.Equal(0, Messages.ReadStateChanges(0, 1)[0].MessageId);
        Assert.Equal(701, State.AppliedSequence);
        Assert.Equal("again", Value("key-3"));
        Assert.False(State.GlobalChannelMap.TryGet("key-4", out _));
        Assert.Equal(699.0, Value("key-699"));
        Assert.All(Enumerable.Range(0, 700), number => Assert.True(State.IsTaken($"file-{number}")));
    }

    [Fact]
    public async Task SecondStateOfAChannel_IsRefusedUntilTheFirstIsClosed()
    {
        var stores = Stores;
        Assert.Throws<StoreException>(() => stores.OpenState(Channel, Messages, new StateSettings { KeepGlobalChannelMap = true }));
        await RecordAsync(Put("seen", 1.0));

        await State.DisposeAsync();
        State = stores.OpenState(Channel, Messages, new StateSettings { KeepGlobalChannelMap = true });

        Assert.Equal(1.0, Value("seen"));
    }

    private protected static StateChange Put(string key, object? value) => new(StateChangeKind.MapPut, key, value);

    private protected static StateChange Taken(string key) => new(StateChangeKind.Taken, key);

    private protected object? Value(string key) => State.GlobalChannelMap.TryGet(key, out var value) ? value : throw new KeyNotFoundException(key);

    // As the engine does it: the map is written by the script, recorded with the message, and applied after its commit.
    private protected async Task RecordAsync(params StateChange[] changes)
    {
        var id = Messages.NextId();
        var outcome = await Messages.AddAsync(Some.Message(id) with { StateChanges = changes });
        State.Apply(new RecordedStateChanges(outcome.StateSequence, id, changes));
    }

    private protected Task RecordManyAsync(int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(number => RecordAsync(Put($"key-{number}", (double)number), Taken($"file-{number}"))));

    private protected void Open(bool keepMap) => Take(OpenStores(), keepMap);

    private protected async Task ReopenAsync(bool keepMap)
    {
        await CloseAsync();
        Open(keepMap);
    }

    private IChannelStores Stores { get; set; } = null!;

    private void Take(IChannelStores stores, bool keepMap)
    {
        Stores = stores;
        Messages = stores.OpenMessages(Channel, new StoreSettings());
        State = stores.OpenState(Channel, Messages, new StateSettings { KeepGlobalChannelMap = keepMap });
    }
}
