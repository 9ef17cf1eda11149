using System.Text;
using ChannelHost.Engine.Recovery;
using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine;

public sealed class RecoveryTests
{
    [Fact]
    public async Task QueuedBeforeTheStop_AreDeliveredAfterTheStart()
    {
        await using var engine = new EngineFixture();
        var down = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(Response.TryAgain("refused")) };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", down, QueueMode.Always)));
        for (var number = 0; number < 5; number++)
        {
            await engine.SendAsync(EngineFixture.Adt($"C{number}"));
        }

        await engine.RestartAsync(graceful: true);
        var up = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", up, QueueMode.Always)));
        await up.WaitForAsync(5, EngineFixture.Token);

        Assert.Equal(Enumerable.Range(0, 5).Select(number => EngineFixture.Adt($"C{number}")), up.Sent);
    }

    [Fact]
    [Trait("Row", "F16")]
    public async Task WordOfACleanStop_HoldsForOneStart()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", new CollectingDestination(), QueueMode.Always)));
        await engine.Engine.OperationsOf("test/one")!.SetPausedAsync("one", isPaused: true, EngineFixture.Token);
        await engine.SendAsync(EngineFixture.Adt("C1"));
        await engine.RestartAsync(graceful: true);

        var (first, second) = engine.WithStores((messages, state) => (new CleanStop(messages, state).Take(), new CleanStop(messages, state).Take()));

        Assert.True(first);
        Assert.False(second);
    }

    [Fact]
    [Trait("Row", "F16")]
    public async Task StoppedInPeaceWhileMessagesWait_TheirDeliveryIsNoReattempt()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", new CollectingDestination(), QueueMode.Always)));
        await engine.Engine.OperationsOf("test/one")!.SetPausedAsync("one", isPaused: true, EngineFixture.Token);
        await engine.SendAsync(EngineFixture.Adt("C1"));

        await engine.RestartAsync(graceful: true);
        var up = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", up, QueueMode.Always)));
        await engine.Engine.OperationsOf("test/one")!.SetPausedAsync("one", isPaused: false, EngineFixture.Token);
        await up.WaitForAsync(1, EngineFixture.Token);

        Assert.False(Assert.Single(up.Attempts).IsReattempt);
    }

    [Theory]
    [Trait("Row", "F01")]
    [InlineData(QueueMode.Never)]
    [InlineData(QueueMode.OnFailure)]
    [InlineData(QueueMode.Always)]
    public async Task StoppedBeforeTheOutcomeWasRecorded_DeliveredAgainAndMarked(QueueMode mode)
    {
        await using var engine = new EngineFixture();
        var silent = new CollectingDestination
        {
            Answer = async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return Response.Sent("never");
            },
        };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", silent, mode)));
        var sending = engine.SendAsync(EngineFixture.Adt("C1")).AsTask();
        await silent.WaitForArrivalAsync(EngineFixture.Token);
        if (mode == QueueMode.OnFailure)
        {
            // The first message of a fresh queue may still be queued while the queue finds out that it is empty.
            await engine.StoredAsync(1, _ => true);
        }

        await engine.RestartAsync();
        if (mode == QueueMode.Never)
        {
            var told = await sending;
            Assert.Equal((1, true, MessageStatus.Queued), (told.MessageId, told.IsStored, told.Status));
            Assert.Contains("MSA|AA|C1", EngineFixture.Text(told), StringComparison.Ordinal);
        }

        var up = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", up, mode)));
        await up.WaitForAsync(1, EngineFixture.Token);

        Assert.True(Assert.Single(up.Attempts).IsReattempt);
        var stored = await engine.StoredAsync(1, summary => summary.Destinations is [{ Status: MessageStatus.Sent }]);
        Assert.True(stored.Destinations[0].IsReattempt);
    }

    [Fact]
    [Trait("Row", "F01")]
    public async Task StoppedAtTheDeadlineAfterTheCommit_TheSenderHearsThatItIsStoredAndIsNotToldToSendAgain()
    {
        await using var engine = new EngineFixture();
        var silent = new CollectingDestination
        {
            Answer = async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return Response.Sent("never");
            },
        };
        var quick = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", silent), engine.Destination("two", quick)) with
        {
            Postprocessor = EngineFixture.Script("return 'after';", "test/one/post.js"),
        });
        var sending = engine.Receiver.ReceiveAsync(
            new IncomingMessage { Content = System.Text.Encoding.UTF8.GetBytes(EngineFixture.Adt("C1")), OnceKey = "file-1" }, EngineFixture.Token).AsTask();
        await silent.WaitForArrivalAsync(EngineFixture.Token);
        await quick.WaitForAsync(1, EngineFixture.Token);

        await engine.Engine.StopAsync(new CancellationToken(canceled: true));
        var told = await sending;
        await engine.RestartAsync();
        var up = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", up), engine.Destination("two", quick)));
        await up.WaitForAsync(1, EngineFixture.Token);

        Assert.Equal((1, true, MessageStatus.Queued), (told.MessageId, told.IsStored, told.Status));
        Assert.True(engine.Receiver.IsTaken("file-1"));
        Assert.True(Assert.Single(up.Attempts).IsReattempt);
        Assert.Single(quick.Attempts);
    }

    [Fact]
    [Trait("Row", "F16")]
    public async Task ReplacedInTheMiddleOfAnAttemptThenStoppedInPeace_TheAttemptAfterTheStartIsStillMarked()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var engine = new EngineFixture(time);
        var silent = new CollectingDestination
        {
            Answer = async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return Response.Sent("never");
            },
        };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", silent, QueueMode.Always)));
        await engine.SendAsync(EngineFixture.Adt("C1"));
        await silent.WaitForArrivalAsync(EngineFixture.Token);
        await engine.Engine.OperationsOf("test/one")!.SetPausedAsync("one", isPaused: true, EngineFixture.Token);

        var replacing = engine.DeployAsync(engine.Channel(engine.Destination("one", new CollectingDestination(), QueueMode.Always)));
        while (!replacing.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(11));
            await Task.Delay(20, EngineFixture.Token);
        }

        await replacing;
        await engine.RestartAsync(graceful: true);
        var up = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", up, QueueMode.Always)));
        await engine.Engine.OperationsOf("test/one")!.SetPausedAsync("one", isPaused: false, EngineFixture.Token);
        await up.WaitForAsync(1, EngineFixture.Token);

        Assert.True(Assert.Single(up.Attempts).IsReattempt);
    }

    [Fact]
    [Trait("Row", "F08")]
    public async Task PartnerMayHaveGotIt_TheAttemptAfterARestartIsMarked()
    {
        await using var engine = new EngineFixture();
        var cutOff = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(Response.Uncertain("cut off")) };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", cutOff, QueueMode.Always)));
        for (var number = 0; number < 100; number++)
        {
            await engine.SendAsync(EngineFixture.Adt($"C{number}"));
        }

        await cutOff.WaitForAsync(1, EngineFixture.Token);
        await engine.RestartAsync(graceful: true);
        var up = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", up, QueueMode.Always)));
        await up.WaitForAsync(100, EngineFixture.Token);

        Assert.True(up.Attempts[0].IsReattempt);
        Assert.False(up.Attempts[99].IsReattempt);
    }

    [Theory]
    [Trait("Row", "F01")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CutOffInAnAttemptThatIsNotTheFirst_NoMoreDeliveriesThanAttemptsAreTold(bool isKilled)
    {
        var before = new CollectingDestination();
        before.Answer = async (_, cancellationToken) =>
        {
            if (before.Attempts.Count <= 2)
            {
                return Response.Uncertain("no answer came");
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
            return Response.Sent("never");
        };
        await using var engine = new EngineFixture();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", before, QueueMode.Always)));
        await engine.SendAsync(EngineFixture.Adt("C1"));
        await EngineFixture.UntilAsync(() => before.Attempts.Count == 3);
        if (isKilled)
        {
            await engine.RestartAsync();
        }

        var after = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", after, QueueMode.Always)));
        await after.WaitForAsync(1, EngineFixture.Token);
        var stored = (await engine.StoredAsync(1, summary => summary.Destinations[0].Status == MessageStatus.Sent)).Destinations[0];

        Assert.Equal((4, true), (stored.Attempts, stored.IsReattempt));
    }

    [Fact]
    public async Task AnsweredOnReceiptForSomeDestinations_OnlyThoseGetItAfterTheStart()
    {
        await using var engine = new EngineFixture();
        var (one, two) = (new CollectingDestination(), new CollectingDestination());
        var channel = engine.Channel(engine.Destination("one", one), engine.Destination("two", two));
        channel = channel with
        {
            Source = channel.Source with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.OnReceipt, null) },
            Transformer = EngineFixture.Script("while (true) {}"),
            ScriptLimits = new ScriptLimits { Time = TimeSpan.FromMinutes(5) },
        };
        await engine.DeployAsync(channel);
        var message = new IncomingMessage { Content = Encoding.UTF8.GetBytes(EngineFixture.Adt("C1")), Destinations = [2] };
        var response = await engine.Receiver.ReceiveAsync(message, EngineFixture.Token);

        await engine.RestartAsync();
        await engine.DeployAsync(channel with { Version = "2", Transformer = EngineFixture.Script("msg.set('PID-8', 'U');") });

        var stored = await engine.StoredAsync(response.MessageId, summary => summary.Destinations is [{ Status: MessageStatus.Sent }]);
        Assert.Equal("two", stored.Destinations[0].Name);
        Assert.Empty(one.Attempts);
        Assert.Empty(engine.Store().Read(response.MessageId)!.SourceMap ?? new Dictionary<string, object?>());
    }

    [Fact]
    public async Task AnsweredOnReceipt_IsProcessedAfterTheStart()
    {
        await using var engine = new EngineFixture();
        var channel = engine.Channel();
        channel = channel with
        {
            Source = channel.Source with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.OnReceipt, null) },
            Transformer = EngineFixture.Script("while (true) {}"),
            ScriptLimits = new ScriptLimits { Time = TimeSpan.FromMinutes(5) },
        };
        await engine.DeployAsync(channel);
        var response = await engine.SendAsync(EngineFixture.Adt("C1"));
        await engine.SendAsync(EngineFixture.Adt("C2"));

        await engine.RestartAsync();
        await engine.DeployAsync(channel with { Version = "2", Transformer = EngineFixture.Script("msg.set('PID-8', 'U');") });

        await engine.StoredAsync(response.MessageId + 1, summary => summary.Status == MessageStatus.Transformed);
        Assert.Equal(MessageStatus.Transformed, engine.Store().Read(response.MessageId)!.Summary.Status);
    }

    [Fact]
    [Trait("Row", "F20")]
    public async Task DestinationIsGoneWhileMessagesWait_TheyAreOrphansUntilItIsBack()
    {
        await using var engine = new EngineFixture();
        var down = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(Response.TryAgain("refused")) };
        await engine.DeployAsync(engine.Channel(engine.Destination("old", down, QueueMode.Always)));
        await engine.SendAsync(EngineFixture.Adt("C1"));
        var other = new CollectingDestination();

        await engine.DeployAsync(engine.Channel(engine.Destination("new", other, QueueMode.Always)));
        Assert.Equal(1, Assert.Single(engine.Engine.StatusOf("test/one")!.Orphans).Count);
        var back = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("new", other, QueueMode.Always), engine.Destination("old", back, QueueMode.Always)));
        await back.WaitForAsync(1, EngineFixture.Token);

        Assert.Equal([EngineFixture.Adt("C1")], back.Sent);
        Assert.Empty(other.Attempts);
    }

    [Fact]
    public async Task GlobalChannelMap_OutlivesARestartWhereTheChannelSaysSo()
    {
        await using var engine = new EngineFixture();
        var channel = engine.Channel() with
        {
            State = new StateSettings { KeepGlobalChannelMap = true },
            Transformer = EngineFixture.Script("$gc('count', ($gc('count') || 0) + 1); channelMap.put('count', $gc('count'));"),
        };
        await engine.DeployAsync(channel);
        await engine.SendAsync(EngineFixture.Adt("C1"));
        await engine.SendAsync(EngineFixture.Adt("C2"));

        await engine.RestartAsync();
        await engine.DeployAsync(channel);
        var third = await engine.SendAsync(EngineFixture.Adt("C3"));

        Assert.Equal(3.0, Convert.ToDouble(engine.Store().Read(third.MessageId)!.ChannelMap!["count"], System.Globalization.CultureInfo.InvariantCulture));
    }
}
