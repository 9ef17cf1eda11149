using ChannelHost.Engine.Deployment;
using ChannelHost.Tests.Engine.Support;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Engine;

/// <summary>What people do by hand: queues, giving up, processing again.</summary>
public sealed class OperationTests
{
    private const string Channel = "test/one";

    [Fact]
    [Trait("Row", "F14")]
    public async Task MessageThatThePartnerNeverTakes_IsGivenUpAndTheOthersGoOn()
    {
        await using var engine = new EngineFixture();
        var partner = Refusing("POISON");
        await engine.DeployAsync(engine.Channel(engine.Destination("one", partner, QueueMode.Always)));
        await engine.SendAsync(EngineFixture.Adt("C1"));
        var poison = await engine.SendAsync(EngineFixture.Adt("POISON"));
        await engine.SendAsync(EngineFixture.Adt("C3"));
        await partner.WaitForAsync(3, EngineFixture.Token);
        await EngineFixture.UntilAsync(() => Queue(engine).BlockedBy == poison.MessageId);
        Assert.Equal((2, poison.MessageId, "not that one"), (Queue(engine).Queued, Queue(engine).OldestId, Queue(engine).LastFailure));

        var outcome = await Operations(engine).SkipAsync("one", poison.MessageId, "known bad", EngineFixture.Token);
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 2);

        Assert.True(outcome.IsDone, outcome.Told);
        Assert.Equal([EngineFixture.Adt("C1"), EngineFixture.Adt("C3")], partner.Sent);
        var stored = await engine.StoredAsync(poison.MessageId, summary => summary.Destinations[0].Status == MessageStatus.Error);
        Assert.StartsWith("Given up by hand: known bad", stored.Destinations[0].Error, StringComparison.Ordinal);
        Assert.True(stored.Destinations[0].Attempts >= 1);
        Assert.NotNull(engine.Store().Read(poison.MessageId)!.Raw);
    }

    [Fact]
    public async Task MessageInTheMiddleOfTheQueue_IsGivenUpBeforeItsTurn()
    {
        await using var engine = new EngineFixture();
        var partner = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", partner, QueueMode.Always)));
        Assert.True((await Operations(engine).SetPausedAsync("one", isPaused: true, EngineFixture.Token)).IsDone);
        for (var number = 1; number <= 3; number++)
        {
            await engine.SendAsync(EngineFixture.Adt($"C{number}"));
        }

        Assert.True((await Operations(engine).SkipAsync("one", 2, "not wanted", EngineFixture.Token)).IsDone);
        await Operations(engine).SetPausedAsync("one", isPaused: false, EngineFixture.Token);
        await partner.WaitForAsync(2, EngineFixture.Token);

        Assert.Equal([EngineFixture.Adt("C1"), EngineFixture.Adt("C3")], partner.Sent);
        Assert.Equal(MessageStatus.Error, (await engine.StoredAsync(2, summary => summary.Destinations[0].Status != MessageStatus.Queued)).Destinations[0].Status);
    }

    [Fact]
    public async Task MessageThatWasDelivered_CannotBeGivenUp()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", new CollectingDestination(), QueueMode.Always)));
        var response = await engine.SendAsync(EngineFixture.Adt("C1"));
        await engine.StoredAsync(response.MessageId, summary => summary.Destinations[0].Status == MessageStatus.Sent);

        var outcome = await Operations(engine).SkipAsync("one", response.MessageId, "too late", EngineFixture.Token);

        Assert.False(outcome.IsDone);
        Assert.Contains("it is sent", outcome.Told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(QueueMode.Always)]
    [InlineData(QueueMode.OnFailure)]
    public async Task PausedQueue_StandsStillOverARestartUntilItIsResumed(QueueMode mode)
    {
        await using var engine = new EngineFixture();
        var first = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", first, mode)));
        await Operations(engine).SetPausedAsync("one", isPaused: true, EngineFixture.Token);
        var response = await engine.SendAsync(EngineFixture.Adt("C1"));
        Assert.Equal(MessageStatus.Queued, response.Status);

        await engine.RestartAsync(graceful: true);
        var second = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", second, mode)));
        await engine.SendAsync(EngineFixture.Adt("C2"));
        Assert.True(Queue(engine).IsPaused);
        await EngineFixture.UntilAsync(() => Queue(engine).Queued == 2);
        Assert.Empty(first.Attempts);
        Assert.Empty(second.Attempts);
        await Operations(engine).SetPausedAsync("one", isPaused: false, EngineFixture.Token);
        await second.WaitForAsync(2, EngineFixture.Token);

        Assert.Equal([EngineFixture.Adt("C1"), EngineFixture.Adt("C2")], second.Sent);
    }

    [Fact]
    public async Task PausedQueue_CanBeRidOfItsMessages()
    {
        await using var engine = new EngineFixture();
        var partner = Refusing("POISON");
        await engine.DeployAsync(engine.Channel(engine.Destination("one", partner, QueueMode.Always)));
        var poison = await engine.SendAsync(EngineFixture.Adt("POISON"));
        await partner.WaitForAsync(1, EngineFixture.Token);
        await Operations(engine).SetPausedAsync("one", isPaused: true, EngineFixture.Token);

        Assert.True((await Operations(engine).SkipAsync("one", poison.MessageId, "bad", EngineFixture.Token)).IsDone);
        await engine.SendAsync(EngineFixture.Adt("C2"));

        Assert.Equal(1, Queue(engine).Queued);
        Assert.Empty(partner.Sent);
        await Operations(engine).SetPausedAsync("one", isPaused: false, EngineFixture.Token);
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 1);
    }

    [Fact]
    [Trait("Row", "F20")]
    public async Task PausedQueueOfADestinationThatHasNoneAnyMore_StandsStillUntilItIsResumed()
    {
        await using var engine = new EngineFixture();
        var partner = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", partner, QueueMode.Always)));
        await Operations(engine).SetPausedAsync("one", isPaused: true, EngineFixture.Token);
        await engine.SendAsync(EngineFixture.Adt("C1"));
        await engine.SendAsync(EngineFixture.Adt("C2"));

        await engine.DeployAsync(engine.Channel(engine.Destination("one", partner, QueueMode.Never)));
        var third = await engine.SendAsync(EngineFixture.Adt("C3"));

        await EngineFixture.UntilAsync(() => Queue(engine).Queued == 3);
        Assert.Empty(partner.Attempts);
        Assert.True(Queue(engine) is { Mode: QueueMode.Never, IsPaused: true });
        Assert.True((await Operations(engine).SetPausedAsync("one", isPaused: false, EngineFixture.Token)).IsDone);
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 3);
        Assert.Equal(["C1", "C2", "C3"], partner.Sent.Select(text => text.Split('|')[9]));
        await engine.StoredAsync(third.MessageId, summary => summary.Destinations[0].Status == MessageStatus.Sent);
        Assert.False((await Operations(engine).SetPausedAsync("one", isPaused: true, EngineFixture.Token)).IsDone);
    }

    [Fact]
    [Trait("Row", "F20")]
    public async Task DestinationsReorderedRenamedRemovedAndOfAnotherType_WhatWaitsGoesByNameOrIsShown()
    {
        const int Messages = 250;
        await using var engine = new EngineFixture();
        var partners = new[] { "a", "b", "c", "d" }.ToDictionary(name => name, _ => new CollectingDestination());
        DestinationDefinition To(string name, CollectingDestination? partner = null) => engine.Destination(name, partner ?? partners[name], QueueMode.Always) with
        {
            Transformer = EngineFixture.Script($"msg.set('MSH-5', '{name}');", $"test/one/{name}.js"),
        };
        await engine.DeployAsync(engine.Channel(To("a"), To("b"), To("c"), To("d")));
        foreach (var name in partners.Keys)
        {
            await Operations(engine).SetPausedAsync(name, isPaused: true, EngineFixture.Token);
        }

        for (var number = 1; number <= Messages; number++)
        {
            await engine.SendAsync(EngineFixture.Adt($"C{number}"));
        }

        var (ofOtherType, renamed) = (new CollectingDestination(), new CollectingDestination());
        var changed = To("a", ofOtherType) with { Connector = new PushConnector { Type = "other" } };
        await engine.DeployAsync(engine.Channel(To("c"), To("renamed", renamed), changed));
        foreach (var name in new[] { "a", "c" })
        {
            await Operations(engine).SetPausedAsync(name, isPaused: false, EngineFixture.Token);
        }

        await EngineFixture.UntilAsync(() => ofOtherType.Sent.Count == Messages && partners["c"].Sent.Count == Messages);
        Assert.Equal(
            [("b", Messages), ("d", Messages)],
            Operations(engine).Queues().Where(queue => queue.IsOrphan).Select(queue => (queue.Destination, (int)queue.Queued)));
        await engine.DeployAsync(engine.Channel(To("d"), To("c"), To("b"), changed));
        foreach (var name in new[] { "b", "d" })
        {
            await Operations(engine).SetPausedAsync(name, isPaused: false, EngineFixture.Token);
        }

        await EngineFixture.UntilAsync(() => partners["b"].Sent.Count == Messages && partners["d"].Sent.Count == Messages);
        partners["a"] = ofOtherType;
        Assert.Empty(renamed.Attempts);
        Assert.All(partners, partner => Assert.Equal(
            Enumerable.Range(1, Messages).Select(number => (partner.Key, $"C{number}")),
            partner.Value.Sent.Select(text => (text.Split('|')[4], text.Split('|')[9]))));
    }

    [Fact]
    public async Task Retry_DoesNotWaitForTheNextAttempt()
    {
        var clock = new FakeTimeProvider();
        await using var engine = new EngineFixture(clock);
        var works = false;
        var partner = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(works ? Response.Sent("now") : Response.TryAgain("down")) };
        var destination = engine.Destination("one", partner, QueueMode.Always);
        await engine.DeployAsync(engine.Channel(destination with { Queue = destination.Queue with { Delay = TimeSpan.FromHours(1), MaximumDelay = TimeSpan.FromHours(1) } }));
        await engine.SendAsync(EngineFixture.Adt("C1"));
        await EngineFixture.UntilAsync(() => Queue(engine).NextAttempt is not null);
        Assert.InRange(Queue(engine).NextAttempt!.Value - clock.GetUtcNow(), TimeSpan.FromMinutes(40), TimeSpan.FromHours(1));

        works = true;
        var outcome = await Operations(engine).RetryAsync("one", 1, EngineFixture.Token);
        await EngineFixture.UntilAsync(() => partner.Sent.Count == 1);

        Assert.True(outcome.IsDone, outcome.Told);
    }

    [Fact]
    public async Task FailedForGood_IsQueuedAgainBeforeThoseThatWait()
    {
        await using var engine = new EngineFixture();
        var healed = false;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var partner = Gated(gate.Task, text => text.Contains("BAD", StringComparison.Ordinal) && !healed ? Response.Failed("rejected") : Response.Sent("ok"));
        await engine.DeployAsync(engine.Channel(engine.Destination("one", partner, QueueMode.Always)));
        var bad = await engine.SendAsync(EngineFixture.Adt("BAD"));
        await engine.StoredAsync(bad.MessageId, summary => summary.Destinations[0].Status == MessageStatus.Error);
        await engine.SendAsync(EngineFixture.Adt("GATE"));
        await engine.SendAsync(EngineFixture.Adt("C3"));

        healed = true;
        Assert.True((await Operations(engine).RetryAsync("one", bad.MessageId, EngineFixture.Token)).IsDone);
        gate.SetResult();
        await partner.WaitForAsync(4, EngineFixture.Token);

        Assert.Equal([EngineFixture.Adt("GATE"), EngineFixture.Adt("BAD"), EngineFixture.Adt("C3")], partner.Sent);
        Assert.Equal(2, (await engine.StoredAsync(bad.MessageId, summary => summary.Destinations[0].Status == MessageStatus.Sent)).Destinations[0].Attempts);
    }

    [Fact]
    public async Task TwoRetriesAtOnce_DeliverTheMessageOnce()
    {
        await using var engine = new EngineFixture();
        var healed = false;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var partner = Gated(gate.Task, text => text.Contains("BAD", StringComparison.Ordinal) && !healed ? Response.Failed("rejected") : Response.Sent("ok"));
        await engine.DeployAsync(engine.Channel(engine.Destination("one", partner, QueueMode.Always)));
        var bad = await engine.SendAsync(EngineFixture.Adt("BAD"));
        await engine.StoredAsync(bad.MessageId, summary => summary.Destinations[0].Status == MessageStatus.Error);
        await engine.SendAsync(EngineFixture.Adt("GATE"));
        await EngineFixture.UntilAsync(() => partner.Attempts.Count == 2);

        healed = true;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Operations(engine).RetryAsync("one", bad.MessageId, EngineFixture.Token))));
        gate.SetResult();
        await engine.SendAsync(EngineFixture.Adt("LAST"));
        await EngineFixture.UntilAsync(() => partner.Sent.Contains(EngineFixture.Adt("LAST")));

        Assert.Single(outcomes, outcome => outcome.IsDone);
        Assert.Equal([EngineFixture.Adt("GATE"), EngineFixture.Adt("BAD"), EngineFixture.Adt("LAST")], partner.Sent);
    }

    [Fact]
    public async Task GivenUpAndQueuedAgain_IsSentOnceBeforeThoseThatWait()
    {
        await using var engine = new EngineFixture();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var partner = Gated(gate.Task, _ => Response.Sent("ok"));
        await engine.DeployAsync(engine.Channel(engine.Destination("one", partner, QueueMode.Always)));
        await engine.SendAsync(EngineFixture.Adt("GATE"));
        await EngineFixture.UntilAsync(() => partner.Attempts.Count == 1);
        await engine.SendAsync(EngineFixture.Adt("C2"));
        var third = await engine.SendAsync(EngineFixture.Adt("C3"));

        for (var round = 0; round < 2; round++)
        {
            Assert.True((await Operations(engine).SkipAsync("one", third.MessageId, "by mistake", EngineFixture.Token)).IsDone);
            Assert.True((await Operations(engine).RetryAsync("one", third.MessageId, EngineFixture.Token)).IsDone);
        }

        gate.SetResult();
        await engine.SendAsync(EngineFixture.Adt("LAST"));
        await EngineFixture.UntilAsync(() => partner.Sent.Contains(EngineFixture.Adt("LAST")));

        Assert.Equal([EngineFixture.Adt("GATE"), EngineFixture.Adt("C3"), EngineFixture.Adt("C2"), EngineFixture.Adt("LAST")], partner.Sent);
        await engine.StoredAsync(third.MessageId, summary => summary.Destinations[0].Status == MessageStatus.Sent);
    }

    [Fact]
    public async Task RetryWhoseCallerGoesAway_IsDoneWholeOrNotAtAll()
    {
        await using var engine = new EngineFixture();
        var healed = false;
        var partner = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(healed ? Response.Sent("ok") : Response.Failed("rejected")) };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", partner, QueueMode.Always)));
        var bad = await engine.SendAsync(EngineFixture.Adt("BAD"));
        await engine.StoredAsync(bad.MessageId, summary => summary.Destinations[0].Status == MessageStatus.Error);

        healed = true;
        using var caller = new CancellationTokenSource();
        var retry = Operations(engine).RetryAsync("one", bad.MessageId, caller.Token);
        await caller.CancelAsync();
        await Task.WhenAny(retry);

        await engine.StoredAsync(bad.MessageId, summary => summary.Destinations[0].Status == MessageStatus.Sent);
        Assert.Single(partner.Sent);
    }

    [Fact]
    public async Task GivingUpThatMeetsARedeploy_SaysThatTheMessageWaitsOn()
    {
        var clock = new FakeTimeProvider();
        await using var engine = new EngineFixture(clock);
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = Gated(never.Task, _ => Response.Sent("ok"));
        await engine.DeployAsync(engine.Channel(engine.Destination("one", first, QueueMode.Always)));
        var waiting = await engine.SendAsync(EngineFixture.Adt("GATE"));
        await EngineFixture.UntilAsync(() => first.Attempts.Count == 1);
        var skip = Operations(engine).SkipAsync("one", waiting.MessageId, "hangs", EngineFixture.Token);
        Assert.False(skip.IsCompleted);

        var second = new CollectingDestination();
        var deploy = engine.DeployAsync(engine.Channel(engine.Destination("one", second, QueueMode.Always)));
        await EngineFixture.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return deploy.IsCompleted;
        });
        await deploy;
        var outcome = await skip;
        await second.WaitForAsync(1, EngineFixture.Token);

        Assert.False(outcome.IsDone);
        Assert.Contains("redeployed", outcome.Told, StringComparison.Ordinal);
        await engine.StoredAsync(waiting.MessageId, summary => summary.Destinations[0].Status == MessageStatus.Sent);
    }

    [Fact]
    [Trait("Row", "F20")]
    public async Task OrphansOfARemovedDestination_AreShownAndGivenUp()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(engine.Channel(engine.Destination("old", Refusing("C"), QueueMode.Always)));
        await engine.SendAsync(EngineFixture.Adt("C1"));
        await engine.SendAsync(EngineFixture.Adt("C2"));
        await engine.DeployAsync(engine.Channel(engine.Destination("new", new CollectingDestination(), QueueMode.Always)));

        var orphan = Operations(engine).Queues().Single(queue => queue.IsOrphan);
        Assert.Equal(("old", 2L, 1L), (orphan.Destination, orphan.Queued, orphan.OldestId));
        Assert.True((await Operations(engine).SkipAsync("old", 1, "moved elsewhere", EngineFixture.Token)).IsDone);

        Assert.Equal(1, Operations(engine).Queues().Single(queue => queue.IsOrphan).Queued);
        Assert.Contains("moved elsewhere", engine.Store().Read(1)!.Summary.Destinations[0].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_GoesThroughThePresentVersionAsANewMessage()
    {
        await using var engine = new EngineFixture();
        var partner = new CollectingDestination();
        var broken = engine.Channel(engine.Destination("one", partner)) with { Transformer = EngineFixture.Script("throw new Error('not yet');") };
        await engine.DeployAsync(broken);
        var first = await engine.SendAsync(EngineFixture.Adt("C1"));
        Assert.Equal(MessageStatus.Error, first.Status);

        await engine.DeployAsync(broken with { Version = "2", Transformer = EngineFixture.Script("channelMap.put('of', sourceMap.get('replayOf')); msg.set('PID-8', 'U');") });
        var outcome = await Operations(engine).ReplayAsync(first.MessageId, null, EngineFixture.Token);

        Assert.Equal((first.MessageId, MessageStatus.Sent, null), (outcome.Original, outcome.Status, outcome.Reason));
        var anew = engine.Store().Read(outcome.MessageId)!;
        Assert.Equal(first.MessageId, anew.Summary.ReplayOf);
        Assert.Equal((double)first.MessageId, anew.ChannelMap!["of"]);
        Assert.Contains("|U\r", partner.Sent[0], StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Error, engine.Store().Read(first.MessageId)!.Summary.Status);
    }

    [Fact]
    public async Task ReplayToOneDestination_LeavesTheOthersAlone()
    {
        await using var engine = new EngineFixture();
        var (one, two) = (new CollectingDestination(), new CollectingDestination());
        await engine.DeployAsync(engine.Channel(engine.Destination("one", one), engine.Destination("two", two)));
        var first = await engine.SendAsync(EngineFixture.Adt("C1"));

        var outcome = await Operations(engine).ReplayAsync(first.MessageId, "two", EngineFixture.Token);

        Assert.Equal(MessageStatus.Sent, outcome.Status);
        Assert.Single(one.Sent);
        Assert.Equal(2, two.Sent.Count);
    }

    [Fact]
    public async Task ReplayOfWhatIsNotThere_SaysSo()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", new CollectingDestination())));

        Assert.Contains("no message 77", (await Operations(engine).ReplayAsync(77, null, EngineFixture.Token)).Reason, StringComparison.Ordinal);
        Assert.Contains("no destination three; there are one", (await Operations(engine).ReplayAsync(1, "three", EngineFixture.Token)).Reason, StringComparison.Ordinal);
    }

    private static ChannelOperations Operations(EngineFixture engine) => engine.Engine.OperationsOf(Channel)!;

    private static QueueStatus Queue(EngineFixture engine) => Operations(engine).Queues().Single(queue => queue.Destination == "one");

    private static CollectingDestination Gated(Task gate, Func<string, Response> answer) => new()
    {
        Answer = async (message, token) =>
        {
            var text = System.Text.Encoding.UTF8.GetString(message.Content.Span);
            if (text.Contains("|GATE|", StringComparison.Ordinal))
            {
                await gate.WaitAsync(token);
            }

            return answer(text);
        },
    };

    private static CollectingDestination Refusing(string what) => new()
    {
        Answer = (message, _) => ValueTask.FromResult(
            System.Text.Encoding.UTF8.GetString(message.Content.Span).Contains($"|{what}", StringComparison.Ordinal) ? Response.TryAgain("not that one") : Response.Sent("ok")),
    };
}
