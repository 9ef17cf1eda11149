using ChannelHost.Engine.Deployment;
using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine;

public sealed class DeploymentTests
{
    [Fact]
    public async Task NewVersion_NextMessageGetsItAndTheSourceStaysOpen()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        var channel = engine.Channel(engine.Destination("one", destination));
        await engine.DeployAsync(channel with { Transformer = EngineFixture.Script("msg.set('PID-8', 'A');") });
        await engine.SendAsync(EngineFixture.Adt("C1"));

        await engine.DeployAsync(channel with { Version = "2", Transformer = EngineFixture.Script("msg.set('PID-8', 'B');") });
        await engine.SendAsync(EngineFixture.Adt("C2"));

        Assert.EndsWith("|A\r", destination.Sent[0], StringComparison.Ordinal);
        Assert.EndsWith("|B\r", destination.Sent[1], StringComparison.Ordinal);
        Assert.False(Assert.Single(engine.Connector.Sources).IsStopped);
        Assert.False(destination.IsStopped);
    }

    [Fact]
    public async Task PruningFailsInAWayNobodyExpected_ItIsTriedAgain()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var runs = 0;
        await using var engine = new EngineFixture(time, prune: () =>
        {
            Interlocked.Increment(ref runs);
            throw new System.Text.Json.JsonException("Quill");
        });
        await engine.DeployAsync(engine.Channel(engine.Destination("one", new CollectingDestination())) with { Store = new StoreSettings { Retention = TimeSpan.FromDays(30) } });
        await EngineFixture.UntilAsync(() => Volatile.Read(ref runs) == 1);

        await EngineFixture.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return Volatile.Read(ref runs) >= 3;
        });

        Assert.Equal(ChannelCondition.Running, engine.Engine.StatusOf("test/one")!.Condition);
    }

    [Fact]
    public async Task TimesByStatusReadAnew_AreNoReasonToStopTheChannel()
    {
        await using var engine = new EngineFixture();
        var channel = engine.Channel(engine.Destination("one", new CollectingDestination()));
        StoreSettings Kept(int days) => new() { RetentionByStatus = new Dictionary<MessageStatus, TimeSpan> { [MessageStatus.Error] = TimeSpan.FromDays(days) } };
        await engine.DeployAsync(channel with { Store = Kept(90) });

        await engine.DeployAsync(channel with { Version = "2", Store = Kept(90) });
        Assert.False(Assert.Single(engine.Connector.Sources).IsStopped);

        await engine.DeployAsync(channel with { Version = "3", Store = Kept(91) });
        Assert.True(engine.Connector.Sources[0].IsStopped);
    }

    [Fact]
    [Trait("Row", "F67")]
    public async Task ScriptDoesNotCompile_TheRunningVersionGoesOnAndTheProblemIsTold()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        var channel = engine.Channel(engine.Destination("one", destination));
        await engine.DeployAsync(channel);

        var outcome = await engine.Engine.DeployAsync(
            channel with { Version = "2", Transformer = EngineFixture.Script("var a = ;", "test/one/transform.js") },
            EngineFixture.Token);
        await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.False(outcome.IsRunning);
        Assert.Equal(("test/one/transform.js", 1), (outcome.Problems[0].File, outcome.Problems[0].Line));
        Assert.Single(destination.Sent);
        var status = engine.Engine.StatusOf("test/one")!;
        Assert.Equal(ChannelCondition.Running, status.Condition);
        Assert.Equal(channel.Version, status.Version);
        Assert.Single(status.Problems);
    }

    [Fact]
    public async Task VersionThatMustBeStartedAnewCannotStart_TheOneBeforeComesBack()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        var channel = engine.Channel(engine.Destination("one", destination));
        await engine.DeployAsync(channel);
        var bad = new CollectingDestination { Starting = () => throw new ConnectorException("the key cannot be read") };

        var outcome = await engine.Engine.DeployAsync(
            engine.Channel(engine.Destination("one", bad)) with { Version = "2", Threads = 4 }, EngineFixture.Token);
        var answer = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal((false, "the key cannot be read"), (outcome.IsRunning, outcome.Reason));
        Assert.Equal(MessageStatus.Sent, answer.Status);
        Assert.Single(destination.Sent);
        var status = engine.Engine.StatusOf("test/one")!;
        Assert.Equal((ChannelCondition.Running, channel.Version), (status.Condition, status.Version));
        Assert.Contains("the key cannot be read", status.Reason, StringComparison.Ordinal);
        Assert.Equal(channel.Version, engine.Engine.LastDefinitionOf("test/one")!.Version);
    }

    [Fact]
    public async Task MessageInFlight_FinishesOnTheVersionItBeganWith()
    {
        await using var engine = new EngineFixture();
        var held = new TaskCompletionSource();
        var destination = new CollectingDestination
        {
            Answer = async (_, token) =>
            {
                await held.Task.WaitAsync(token);
                return Response.Sent("ok");
            },
        };
        var channel = engine.Channel(engine.Destination("one", destination));
        await engine.DeployAsync(channel with { Transformer = EngineFixture.Script("msg.set('PID-8', 'A');") });
        var first = engine.SendAsync(EngineFixture.Adt("C1")).AsTask();
        await engine.StoredAsync(1, _ => true);

        var deploying = engine.DeployAsync(channel with { Version = "2", Transformer = EngineFixture.Script("msg.set('PID-8', 'B');") });
        var second = engine.SendAsync(EngineFixture.Adt("C2")).AsTask();
        Assert.False(second.IsCompleted);
        held.SetResult();
        await deploying;

        Assert.Equal(MessageStatus.Sent, (await first).Status);
        Assert.Equal(MessageStatus.Sent, (await second).Status);
        Assert.Equal(2, destination.Sent.Count);
    }

    [Fact]
    public async Task DestinationChangesWhileItNeverAnswers_TheMessageGoesToTheNewOneMarked()
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
        await engine.DeployAsync(engine.Channel(engine.Destination("one", silent)));
        var first = engine.SendAsync(EngineFixture.Adt("C1")).AsTask();
        await engine.StoredAsync(1, summary => summary.Destinations is [{ Status: MessageStatus.Pending }]);
        var next = new CollectingDestination();

        var deploying = engine.DeployAsync(engine.Channel(engine.Destination("one", next)));
        while (!deploying.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(11));
            await Task.Delay(20, EngineFixture.Token);
        }

        var told = await first;
        Assert.Equal((true, MessageStatus.Queued), (told.IsStored, told.Status));
        await engine.StoredAsync(1, summary => summary.Destinations is [{ Status: MessageStatus.Sent, IsReattempt: true }]);
        Assert.Equal(MessageStatus.Sent, (await engine.SendAsync(EngineFixture.Adt("C2"))).Status);
        Assert.Equal([true, false], next.Attempts.Select(attempt => attempt.IsReattempt));
    }

    [Fact]
    [Trait("Row", "F68")]
    public async Task SourceCannotStart_TheChannelWaitsAndTheOthersRun()
    {
        await using var engine = new EngineFixture();
        var taken = engine.Channel() with { Name = "test/taken" };
        taken = taken with { Source = taken.Source with { Options = new PushOptions("b", Fails: true) } };

        await engine.Engine.DeployAsync(taken, EngineFixture.Token);
        await engine.DeployAsync(engine.Channel());

        var status = engine.Engine.StatusOf("test/taken")!;
        Assert.Equal(ChannelCondition.Waiting, status.Condition);
        Assert.Contains("the port is taken", status.Reason, StringComparison.Ordinal);
        Assert.True((await engine.SendAsync(EngineFixture.Adt("C1"))).IsStored);
    }

    [Fact]
    public async Task NeverRightAfterTheSwap_TheSenderStillGetsTheDestinationsOwnAnswer()
    {
        await using var engine = new EngineFixture();
        for (var version = 0; version < 20; version++)
        {
            var destination = new CollectingDestination();
            await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)));

            Assert.Equal(MessageStatus.Sent, (await engine.SendAsync(EngineFixture.Adt($"C{version}"))).Status);
        }
    }

    [Fact]
    public async Task ListenerChanges_TheOldOneIsClosedAndTheNewOneTakesMessages()
    {
        await using var engine = new EngineFixture();
        var channel = engine.Channel();
        await engine.DeployAsync(channel);

        await engine.DeployAsync(channel with { Version = "2", Source = channel.Source with { Options = new PushOptions("other") } });
        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal([true, false], engine.Connector.Sources.Select(source => source.IsStopped));
        Assert.True(response.IsStored);
    }

    [Fact]
    public async Task DestinationSet_NarrowsWhoGetsTheMessage()
    {
        await using var engine = new EngineFixture();
        var one = new CollectingDestination();
        var two = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", one), engine.Destination("two", two)) with
        {
            Transformer = EngineFixture.Script("destinationSet.remove('one');"),
        });

        await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Empty(one.Attempts);
        Assert.Single(two.Sent);
    }

    [Fact]
    public async Task DestinationScripts_ShapeOnlyTheirOwnMessage()
    {
        await using var engine = new EngineFixture();
        var one = new CollectingDestination();
        var two = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(
            engine.Destination("one", one) with { Transformer = EngineFixture.Script("msg.set('PID-8', 'X');") },
            engine.Destination("two", two) with { Filter = EngineFixture.Script("return msg.get('PID-8') === 'F';") }));

        await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.EndsWith("|X\r", Assert.Single(one.Sent), StringComparison.Ordinal);
        Assert.Equal(EngineFixture.Adt("C1"), Assert.Single(two.Sent));
    }

    [Fact]
    public async Task ResponseTransformer_MayTurnARejectionIntoSuccess()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(Response.Failed("AR", "MSH|^~\\&|A\rMSA|AR|C1\r"u8.ToArray())) };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination) with
        {
            ResponseTransformer = EngineFixture.Script("if (msg.get('MSA-1') === 'AR') { responseStatus = SENT; responseStatusMessage = 'fine with us'; }"),
        }));

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal(MessageStatus.Sent, response.Status);
    }

    [Fact]
    public async Task Metadata_IsIndexed()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(engine.Channel() with { Metadata = new Dictionary<string, string> { ["mrn"] = "PID-3.1" } });

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        var found = engine.Store().Find(new MessageQuery { Metadata = ("mrn", "10001") });
        Assert.Equal(response.MessageId, Assert.Single(found).Id);
    }

    [Fact]
    public async Task Undeploy_StopsTheSourceAndForgetsTheChannel()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(engine.Channel());

        await engine.Engine.UndeployAsync("test/one", EngineFixture.Token);

        Assert.Null(engine.Engine.StatusOf("test/one"));
        Assert.True(Assert.Single(engine.Connector.Sources).IsStopped);
    }

    [Fact]
    public async Task RouterHandsAMessageToAnotherChannel()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)) with { Name = "test/two" });
        await engine.DeployAsync(engine.Channel() with { Transformer = EngineFixture.Script("channelMap.put('answer', router.routeMessage('two', 'MSH|^~\\\\&|X||||||ADT^A01|R1|P|2.5\\r'));") });

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Single(destination.Sent);
        Assert.Contains("MSA|AA|R1", (string)engine.Store().Read(response.MessageId)!.ChannelMap!["answer"]!, StringComparison.Ordinal);
    }
}
