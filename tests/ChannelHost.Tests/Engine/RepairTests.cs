using System.Text;
using ChannelHost.Engine.Deployment;
using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine;

/// <summary>Messages that were not delivered: sent again as they are or with other content, or left at that. The stored one is always kept.</summary>
public sealed class RepairTests : IAsyncDisposable
{
    private readonly EngineFixture _engine = new();
    private readonly CollectingDestination _next = new();
    private bool _fails = true;

    public RepairTests() =>
        _next.Answer = (_, _) => ValueTask.FromResult(_fails ? Response.Failed("rejected by the partner") : Response.Sent("collected"));

    private ChannelOperations Operations => _engine.Engine.OperationsOf("test/one")!;

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Theory]
    [InlineData(QueueMode.Always, MessageStatus.DeadLetter)]
    [InlineData(QueueMode.Always, MessageStatus.Error)]
    [InlineData(QueueMode.Never, MessageStatus.DeadLetter)]
    [InlineData(QueueMode.Never, MessageStatus.Dropped)]
    public async Task EndedMessage_IsSentAgainAsItIs(QueueMode mode, MessageStatus endedAs)
    {
        var id = await EndedAsync(mode, endedAs);
        _fails = false;

        var outcomes = await Operations.ResendAsync(id, "next", EngineFixture.Token);

        Assert.True(Assert.Single(outcomes).IsDone, outcomes[0].Told);
        var stored = await _engine.StoredAsync(id, message => message.Destinations[0].Status == MessageStatus.Sent);
        Assert.Equal(2, stored.Destinations[0].Attempts);
        Assert.Equal([EngineFixture.Adt("C1")], _next.Sent);
    }

    [Fact]
    public async Task DeadLetterSentAgain_KeepsItsOrderKey()
    {
        var id = await EndedAsync(QueueMode.Always, MessageStatus.Error);
        var copy = _engine.Store().NextId();
        await _engine.Store().AddAsync(new MessageRecord
        {
            Id = copy,
            ReceivedAt = DateTimeOffset.UnixEpoch,
            Status = MessageStatus.Transformed,
            Raw = Encoding.UTF8.GetBytes(EngineFixture.Adt("C2")),
            DataType = "hl7v2",
            Destinations = [new DestinationRecord { Name = "next", Status = MessageStatus.Queued, OrderKey = 4711 }],
        });
        await EndAsync(copy, MessageStatus.DeadLetter);
        await Operations.SetPausedAsync("next", isPaused: true, EngineFixture.Token);

        await Operations.ResendAsync(copy, null, EngineFixture.Token);

        Assert.Equal(4711, Assert.Single(_engine.Store().ReadQueue("next", id, 10)).OrderKey);
    }

    [Theory]
    [InlineData(GiveUp.Error)]
    [InlineData(GiveUp.DeadLetter)]
    [InlineData(GiveUp.Drop)]
    public async Task PartnerMayHaveGotItBeforeItEnded_TheResendIsMarked(GiveUp giveUp)
    {
        _next.Answer = (_, _) => ValueTask.FromResult(_fails ? Response.Uncertain("no answer came") : Response.Sent("collected"));
        var destination = _engine.Destination("next", _next, QueueMode.Always, attempts: 2);
        await _engine.DeployAsync(_engine.Channel(destination with { Queue = destination.Queue with { OnGiveUp = giveUp } }));
        var id = (await _engine.SendAsync(EngineFixture.Adt("C1"))).MessageId;
        var ended = await _engine.StoredAsync(id, message => message.Destinations[0].Status is MessageStatus.Error or MessageStatus.DeadLetter or MessageStatus.Dropped);
        _fails = false;

        var outcomes = await Operations.ResendAsync(id, "next", EngineFixture.Token);

        Assert.True(ended.Destinations[0].IsUncertain);
        Assert.True(Assert.Single(outcomes).IsDone, outcomes[0].Told);
        var sent = await _engine.StoredAsync(id, message => message.Destinations[0].Status == MessageStatus.Sent);
        Assert.Equal((true, false), (sent.Destinations[0].IsReattempt, sent.Destinations[0].IsUncertain));
        Assert.Equal([false, true, true], _next.Attempts.Select(attempt => attempt.IsReattempt));
    }

    [Fact]
    public async Task MessageThatWasDelivered_IsNotSentAgain()
    {
        _fails = false;
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("next", _next)));
        var id = (await _engine.SendAsync(EngineFixture.Adt("C1"))).MessageId;
        await _engine.StoredAsync(id, message => message.Destinations[0].Status == MessageStatus.Sent);

        var outcome = Assert.Single(await Operations.ResendAsync(id, "next", EngineFixture.Token));

        Assert.False(outcome.IsDone);
        Assert.Contains("is sent at next", outcome.Told, StringComparison.Ordinal);
        Assert.Single(_next.Attempts);
    }

    [Fact]
    public async Task MessageWhoseScriptFailed_HasNothingToSendAgain()
    {
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("next", _next) with { Transformer = EngineFixture.Script("throw new Error('broken');") }));
        var id = (await _engine.SendAsync(EngineFixture.Adt("C1"))).MessageId;

        var resent = Assert.Single(await Operations.ResendAsync(id, null, EngineFixture.Token));
        var retried = await Operations.RetryAsync("next", id, EngineFixture.Token);

        Assert.False(resent.IsDone);
        Assert.False(retried.IsDone);
        Assert.Contains("the scripts failed. 'replay'", resent.Told, StringComparison.Ordinal);
        Assert.Empty(_next.Attempts);
        Assert.True(_engine.Store().Read(id)!.Summary.Destinations[0].IsUnmade);
    }

    [Fact]
    public async Task WhatIsSentWasEdited_GoesAsANewMessageThatIsLinkedAndRunsNoScript()
    {
        var id = await EndedAsync(QueueMode.Always, MessageStatus.DeadLetter, "channelMap.put('runs', 'x'); connectorMap.put('kept', 'y');");
        _fails = false;

        var outcome = await Operations.EditSentAsync(id, Encoding.UTF8.GetBytes(EngineFixture.Adt("C1", "Mended")), "next", EngineFixture.Token);

        Assert.Equal((id, MessageStatus.Queued), (outcome.Original, outcome.Status));
        var made = await _engine.StoredAsync(outcome.MessageId, message => message.Destinations[0].Status == MessageStatus.Sent);
        Assert.Equal([EngineFixture.Adt("C1", "Mended")], _next.Sent);
        Assert.Equal((id, "C1"), (made.ReplayOf, made.ControlId));
        var stored = _engine.Store().Read(outcome.MessageId)!;
        Assert.Equal(EngineFixture.Adt("C1"), Encoding.UTF8.GetString(stored.Raw!.Value.Span));
        Assert.Equal((true, (double)id), (stored.SourceMap!["edited"], stored.SourceMap["replayOf"]));
        Assert.Equal("y", stored.ConnectorMaps["next"]["kept"]);
        var original = _engine.Store().Read(id)!;
        Assert.Equal(MessageStatus.Dropped, original.Summary.Destinations[0].Status);
        Assert.StartsWith($"Message {outcome.MessageId} went in its place. Before: rejected", original.Summary.Destinations[0].Error, StringComparison.Ordinal);
        Assert.Equal(EngineFixture.Adt("C1"), Encoding.UTF8.GetString(original.Sent["next"].Span));
        Assert.Equal(outcome.MessageId, Assert.Single(_engine.Store().Find(new MessageQuery { ReplayOf = id })).Id);
    }

    [Fact]
    public async Task EditedMessageThatWaits_IsSentAfterARestart()
    {
        var id = await EndedAsync(QueueMode.Always, MessageStatus.DeadLetter);
        _fails = false;
        await Operations.SetPausedAsync("next", isPaused: true, EngineFixture.Token);
        var outcome = await Operations.EditSentAsync(id, Encoding.UTF8.GetBytes(EngineFixture.Adt("C1", "Mended")), "next", EngineFixture.Token);

        await _engine.RestartAsync();
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("next", _next, QueueMode.Always)));
        await Operations.SetPausedAsync("next", isPaused: false, EngineFixture.Token);
        await _engine.StoredAsync(outcome.MessageId, message => message.Destinations[0].Status == MessageStatus.Sent);

        Assert.Equal([EngineFixture.Adt("C1", "Mended")], _next.Sent);
    }

    [Fact]
    public async Task WhatWasReceivedWasEdited_IsProcessedAnew()
    {
        var id = await EndedAsync(QueueMode.Always, MessageStatus.DeadLetter, "channelMap.put('edited', sourceMap.get('edited'));");
        _fails = false;

        var outcome = await Operations.EditAsync(id, Encoding.UTF8.GetBytes(EngineFixture.Adt("C9", "Mended")), null, EngineFixture.Token);

        var made = await _engine.StoredAsync(outcome.MessageId, message => message.Destinations[0].Status == MessageStatus.Sent);
        Assert.Equal((id, "C9"), (made.ReplayOf, made.ControlId));
        Assert.Equal(true, _engine.Store().Read(outcome.MessageId)!.ChannelMaps["next"]["edited"]);
        Assert.Equal([EngineFixture.Adt("C9", "Mended")], _next.Sent);
        Assert.Equal(MessageStatus.Dropped, _engine.Store().Read(id)!.Summary.Destinations[0].Status);
        Assert.Equal("C1", _engine.Store().Read(id)!.Summary.ControlId);
    }

    [Fact]
    public async Task EditOfAMessageThatWaits_IsRefused()
    {
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("next", _next, QueueMode.Always)));
        await Operations.SetPausedAsync("next", isPaused: true, EngineFixture.Token);
        var id = (await _engine.SendAsync(EngineFixture.Adt("C1"))).MessageId;

        var outcome = await Operations.EditSentAsync(id, "x"u8.ToArray(), "next", EngineFixture.Token);

        Assert.Equal((0, MessageStatus.Error), (outcome.MessageId, outcome.Status));
        Assert.Contains("still waits at next", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MessageLeftAtThat_IsDroppedWithTheReasonAndKept()
    {
        var id = await EndedAsync(QueueMode.Always, MessageStatus.DeadLetter);

        var outcome = Assert.Single(await Operations.DismissAsync(id, null, "sent by fax", EngineFixture.Token));
        var again = Assert.Single(await Operations.DismissAsync(id, null, "twice", EngineFixture.Token));

        Assert.True(outcome.IsDone, outcome.Told);
        Assert.False(again.IsDone);
        var stored = _engine.Store().Read(id)!;
        Assert.Equal(MessageStatus.Dropped, stored.Summary.Destinations[0].Status);
        Assert.StartsWith("Given up by hand: sent by fax Before: rejected", stored.Summary.Destinations[0].Error, StringComparison.Ordinal);
        Assert.NotNull(stored.Raw);
    }

    [Fact]
    public async Task TooManySentAgainAtOnce_TheRestIsForLater()
    {
        await _engine.DeployAsync(_engine.Channel(_engine.Destination("next", _next, QueueMode.Always)));
        await Operations.SetPausedAsync("next", isPaused: true, EngineFixture.Token);
        var store = _engine.Store();
        var window = new ResendWindow(store);
        var ids = await Task.WhenAll(Enumerable.Range(0, ResendWindow.Most + 1).Select(async number => (await _engine.SendAsync(EngineFixture.Adt($"C{number}"))).MessageId));

        Assert.All(ids.SkipLast(1), id => Assert.True(window.TryAdd("next", id)));
        Assert.True(window.TryAdd("next", ids[0]));
        Assert.False(window.TryAdd("next", ids[^1]));
        Assert.True(window.TryAdd("other", ids[^1]));
        await EndAsync(ids[7], MessageStatus.Error);

        Assert.True(window.TryAdd("next", ids[^1]));
    }

    private async Task<long> EndedAsync(QueueMode mode, MessageStatus endedAs, string? script = null)
    {
        var destination = _engine.Destination("next", _next, mode);
        await _engine.DeployAsync(_engine.Channel(script is null ? destination : destination with { Transformer = EngineFixture.Script(script) }));
        var id = (await _engine.SendAsync(EngineFixture.Adt("C1"))).MessageId;
        await _engine.StoredAsync(id, message => message.Destinations[0].Status == MessageStatus.Error);
        await EndAsync(id, endedAs);
        return id;
    }

    // What a channel does with `onGiveUp`.
    private async Task EndAsync(long id, MessageStatus status) => await _engine.Store().UpdateAsync(new DestinationUpdate
    {
        MessageId = id,
        Destination = "next",
        Status = status,
        Attempts = 1,
        Error = "rejected by the partner",
    });
}
