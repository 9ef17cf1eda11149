using System.Text;
using ChannelHost.Engine.Deployment;
using ChannelHost.Tests.Engine.Support;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Engine;

/// <summary>Messages that come again: forwarded once, answered as the first one was, and nothing dropped that is not the same.</summary>
public sealed class DuplicateTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private readonly EngineFixture _engine;
    private readonly CollectingDestination _next = new();

    public DuplicateTests() => _engine = new EngineFixture(_time);

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Theory]
    [Trait("Row", "F07")]
    [InlineData(AcknowledgeWhen.OnReceipt)]
    [InlineData(AcknowledgeWhen.AfterTransform)]
    [InlineData(AcknowledgeWhen.AfterDestinations)]
    public async Task MessageSentAgain_IsForwardedOnceAndAnsweredAsTheFirst(AcknowledgeWhen acknowledge)
    {
        await _engine.DeployAsync(Channel(acknowledge: acknowledge));

        var first = await _engine.SendAsync(EngineFixture.Adt("C1"));
        await _next.WaitForAsync(1, EngineFixture.Token);
        var again = await _engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.True(again.IsStored);
        Assert.Equal(first.Status, again.Status);
        Assert.Contains("MSA|AA|C1", EngineFixture.Text(again), StringComparison.Ordinal);
        Assert.Single(_next.Attempts);
        var stored = _engine.Store().Read(again.MessageId)!;
        Assert.Equal((MessageStatus.Filtered, first.MessageId), (stored.Summary.Status, stored.Summary.DuplicateOf));
        Assert.Empty(stored.Summary.Destinations);
        Assert.Equal(EngineFixture.Adt("C1"), Encoding.UTF8.GetString(stored.Raw!.Value.Span));
        Assert.Equal(1, Figures().Duplicates);
    }

    [Fact]
    [Trait("Row", "F07")]
    public async Task FirstEndedAsADeadLetter_TheOneThatIsSentAgainIsForwarded()
    {
        _next.Answer = (_, _) => ValueTask.FromResult(_next.Attempts.Count == 1 ? Response.Failed("no") : Response.Sent("collected"));
        var channel = Channel();
        var next = channel.Destinations[0];
        await _engine.DeployAsync(channel with { Destinations = [next with { Queue = next.Queue with { OnGiveUp = GiveUp.DeadLetter } }] });
        var first = await _engine.SendAsync(EngineFixture.Adt("C1"));

        var again = await _engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal(MessageStatus.DeadLetter, _engine.Store().Read(first.MessageId)!.Summary.Destinations[0].Status);
        Assert.Contains("MSA|AA|C1", EngineFixture.Text(again), StringComparison.Ordinal);
        Assert.Equal(2, _next.Attempts.Count);
    }

    [Fact]
    [Trait("Row", "F07")]
    public async Task MessageSentAgainAfterARestart_IsDropped()
    {
        await _engine.DeployAsync(Channel());
        await _engine.SendAsync(EngineFixture.Adt("C1"));

        await _engine.RestartAsync();
        await _engine.DeployAsync(Channel());
        var again = await _engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Contains("MSA|AA|C1", EngineFixture.Text(again), StringComparison.Ordinal);
        Assert.Single(_next.Attempts);
    }

    [Fact]
    [Trait("Row", "F07")]
    public async Task CopiesAtTheSameMoment_OneIsForwardedAndAllGetItsAnswer()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _next.Answer = async (_, _) =>
        {
            await gate.Task;
            return Response.Sent("collected");
        };
        await _engine.DeployAsync(Channel() with { Threads = 8 });

        var all = Enumerable.Range(0, 16).Select(_ => Task.Run(() => _engine.SendAsync(EngineFixture.Adt("C1")).AsTask())).ToList();
        await _next.WaitForArrivalAsync(EngineFixture.Token);
        Assert.DoesNotContain(all, task => task.IsCompleted);
        gate.SetResult();
        var answers = await Task.WhenAll(all);

        Assert.All(answers, answer => Assert.Contains("MSA|AA|C1", EngineFixture.Text(answer), StringComparison.Ordinal));
        Assert.Equal(16, answers.Select(answer => answer.MessageId).Distinct().Count());
        Assert.Single(_next.Attempts);
        Assert.Equal(15, _engine.Store().Find(new MessageQuery { Status = MessageStatus.Filtered }).Count);
    }

    [Fact]
    [Trait("Row", "F07")]
    public async Task ManyCopiesOfManyMessages_EachIsForwardedOnce()
    {
        await _engine.DeployAsync(Channel() with { Threads = 4 });

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 1_200), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = EngineFixture.Token },
            async (number, _) => Assert.True((await _engine.SendAsync(EngineFixture.Adt($"C{number % 100}"))).IsStored));

        Assert.Equal(Enumerable.Range(0, 100).Select(number => EngineFixture.Adt($"C{number}")).Order(), _next.Sent.Order());
    }

    [Fact]
    [Trait("Row", "F07")]
    public async Task SameControlIdOtherContent_IsForwardedAndTold()
    {
        await _engine.DeployAsync(Channel());

        await _engine.SendAsync(EngineFixture.Adt("C1"));
        var other = await _engine.SendAsync(EngineFixture.Adt("C1", "Reed"));
        await _engine.SendAsync(EngineFixture.Adt("C1", "Reed"));

        Assert.Equal(2, _next.Attempts.Count);
        Assert.Equal((MessageStatus.Transformed, 1L), (_engine.Store().Read(other.MessageId)!.Summary.Status, _engine.Store().Read(other.MessageId)!.Summary.DuplicateOf));
        Assert.Equal((1, 2), (Figures().ReusedControlIds, Figures().Duplicates));
    }

    [Fact]
    public async Task ByControlIdAlone_OtherContentIsDroppedToo()
    {
        await _engine.DeployAsync(Channel(by: DuplicateKey.ControlId));

        await _engine.SendAsync(EngineFixture.Adt("C1"));
        await _engine.SendAsync(EngineFixture.Adt("C1", "Reed"));

        Assert.Single(_next.Attempts);
    }

    [Fact]
    public async Task ByContent_MessagesWithoutControlIdAreKnown()
    {
        await _engine.DeployAsync(Channel(by: DuplicateKey.Content));

        await _engine.SendAsync(EngineFixture.Adt(""));
        await _engine.SendAsync(EngineFixture.Adt("", "Reed"));
        var again = await _engine.SendAsync(EngineFixture.Adt(""));

        Assert.Equal(2, _next.Attempts.Count);
        Assert.Equal(1, _engine.Store().Read(again.MessageId)!.Summary.DuplicateOf);
    }

    [Fact]
    public async Task ByControlIdAndContent_MessagesWithoutControlIdAllPass()
    {
        await _engine.DeployAsync(Channel());

        await _engine.SendAsync(EngineFixture.Adt(""));
        await _engine.SendAsync(EngineFixture.Adt(""));

        Assert.Equal(2, _next.Attempts.Count);
    }

    [Fact]
    public async Task AfterTheWindow_TheSameMessageIsNewAgain()
    {
        await _engine.DeployAsync(Channel());
        await _engine.SendAsync(EngineFixture.Adt("C1"));

        _time.Advance(TimeSpan.FromDays(6));
        await _engine.SendAsync(EngineFixture.Adt("C1"));
        _time.Advance(TimeSpan.FromDays(8));
        await _engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal(2, _next.Attempts.Count);
    }

    [Fact]
    public async Task FirstFailedAndItsSenderWasTold_TheSameMessageIsTriedAgain()
    {
        var fails = true;
        _next.Answer = (_, _) => ValueTask.FromResult(fails ? Response.Failed("rejected") : Response.Sent("collected"));
        await _engine.DeployAsync(Channel());
        var first = await _engine.SendAsync(EngineFixture.Adt("C1"));
        fails = false;

        var second = await _engine.SendAsync(EngineFixture.Adt("C1"));
        var third = await _engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Contains("MSA|AE|C1", EngineFixture.Text(first), StringComparison.Ordinal);
        Assert.Contains("MSA|AA|C1", EngineFixture.Text(second), StringComparison.Ordinal);
        Assert.Contains("MSA|AA|C1", EngineFixture.Text(third), StringComparison.Ordinal);
        Assert.Single(_next.Sent);
        Assert.Equal(second.MessageId, _engine.Store().Read(third.MessageId)!.Summary.DuplicateOf);
    }

    [Fact]
    [Trait("Row", "F07")]
    public async Task OneOfSeveralDestinationsFailed_CopiesGoToThatOneUntilItHasIt()
    {
        var other = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(Response.Failed("not yet")) };
        var channel = Channel();
        await _engine.DeployAsync(channel with { Destinations = [.. channel.Destinations, _engine.Destination("other", other)] });
        var first = await _engine.SendAsync(EngineFixture.Adt("C1"));
        var second = await _engine.SendAsync(EngineFixture.Adt("C1"));
        await _engine.StoredAsync(second.MessageId, summary => summary.Destinations[0].Status == MessageStatus.Error);
        await _engine.RestartAsync();
        await _engine.DeployAsync(channel with { Destinations = [.. channel.Destinations, _engine.Destination("other", other)] });
        other.Answer = (_, _) => ValueTask.FromResult(Response.Sent("now"));

        var third = await _engine.SendAsync(EngineFixture.Adt("C1"));
        var fourth = await _engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal(["AE", "AE", "AA", "AA"], new[] { first, second, third, fourth }.Select(answer => EngineFixture.Text(answer).Split("MSA|")[1][..2]));
        Assert.Single(_next.Attempts);
        Assert.Equal(3, other.Attempts.Count);
        Assert.Equal([first.MessageId, first.MessageId, first.MessageId], new[] { second, third, fourth }.Select(answer => _engine.Store().Read(answer.MessageId)!.Summary.DuplicateOf));
        Assert.Equal(MessageStatus.Filtered, _engine.Store().Read(fourth.MessageId)!.Summary.Status);
    }

    [Fact]
    public async Task OtherContentWithTheSameControlIdReachedTheDestination_TheCopyGoesThereAllTheSame()
    {
        var other = new CollectingDestination { Answer = (message, _) => ValueTask.FromResult(message.MessageId == 2 || message.MessageId > 3 ? Response.Sent("yes") : Response.Failed("no")) };
        var channel = Channel();
        await _engine.DeployAsync(channel with { Destinations = [.. channel.Destinations, _engine.Destination("other", other)] });
        await _engine.SendAsync(EngineFixture.Adt("C1"));
        await _engine.SendAsync(EngineFixture.Adt("C1", "Plume"));
        var third = await _engine.SendAsync(EngineFixture.Adt("C1"));

        var fourth = await _engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Contains("MSA|AE|C1", EngineFixture.Text(third), StringComparison.Ordinal);
        Assert.Contains("MSA|AA|C1", EngineFixture.Text(fourth), StringComparison.Ordinal);
        Assert.Equal([1L, 2, 3, 4], other.Attempts.Select(attempt => attempt.MessageId));
        Assert.Equal([1L, 2], _next.Attempts.Select(attempt => attempt.MessageId));
    }

    [Fact]
    public async Task AnsweredByTheDestinationThatHasIt_ACopyIsDroppedWhateverBecameOfTheOthers()
    {
        var other = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(Response.Failed("no")) };
        var channel = Channel();
        var acknowledged = channel with
        {
            Destinations = [.. channel.Destinations, _engine.Destination("other", other)],
            Source = channel.Source with { Acknowledge = new AcknowledgeChoice(AcknowledgeWhen.Destination, "next") },
        };
        await _engine.DeployAsync(acknowledged);
        await _engine.SendAsync(EngineFixture.Adt("C1"));

        var again = await _engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal(MessageStatus.Filtered, _engine.Store().Read(again.MessageId)!.Summary.Status);
        Assert.Single(other.Attempts);
    }

    [Fact]
    public async Task Flag_IsProcessedAndScriptsSeeTheFirst()
    {
        await _engine.DeployAsync(Channel(DuplicateAction.Flag) with { Transformer = EngineFixture.Script("channelMap.put('seen', sourceMap.get('duplicateOf'));") });

        await _engine.SendAsync(EngineFixture.Adt("C1"));
        await _engine.SendAsync(EngineFixture.Adt("C1"));
        var third = await _engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal(3, _next.Attempts.Count);
        Assert.Equal(1.0, _engine.Store().Read(third.MessageId)!.ChannelMap!["seen"]);
        Assert.Equal(1, _engine.Store().Read(third.MessageId)!.Summary.DuplicateOf);
        Assert.Null(_engine.Store().Read(1)!.ChannelMap!["seen"]);
    }

    [Fact]
    public async Task FlagAnsweredOnReceipt_ScriptsSeeTheFirstLater()
    {
        await _engine.DeployAsync(Channel(DuplicateAction.Flag, acknowledge: AcknowledgeWhen.OnReceipt) with
        {
            Transformer = EngineFixture.Script("channelMap.put('seen', sourceMap.get('duplicateOf'));"),
        });

        await _engine.SendAsync(EngineFixture.Adt("C1"));
        var again = await _engine.SendAsync(EngineFixture.Adt("C1"));
        await _engine.StoredAsync(again.MessageId, message => message.Status == MessageStatus.Transformed);

        Assert.Equal(1.0, _engine.Store().Read(again.MessageId)!.ChannelMap!["seen"]);
        Assert.Equal(1, _engine.Store().Read(again.MessageId)!.Summary.DuplicateOf);
    }

    [Fact]
    public async Task DroppedCopy_RunsNoScript()
    {
        await _engine.DeployAsync(Channel() with
        {
            Transformer = EngineFixture.Script("globalChannelMap.put('runs', (globalChannelMap.get('runs') || 0) + 1);"),
            Postprocessor = EngineFixture.Script("globalChannelMap.put('ends', (globalChannelMap.get('ends') || 0) + 1);"),
        });

        await _engine.SendAsync(EngineFixture.Adt("C1"));
        await _engine.SendAsync(EngineFixture.Adt("C1"));
        await _engine.RestartAsync();

        var (runs, ends) = _engine.WithStores((messages, _) =>
        {
            var changes = messages.ReadStateChanges(0, 100).SelectMany(record => record.Changes).ToList();
            return (changes.Count(change => change.Key == "runs"), changes.Count(change => change.Key == "ends"));
        });
        Assert.Equal((1, 1), (runs, ends));
    }

    [Fact]
    public async Task CopiesInOneBatch_AreKnownToEachOther()
    {
        var channel = Channel(DuplicateAction.Drop);
        await _engine.DeployAsync(channel with
        {
            Source = channel.Source with { Batch = new BatchChoice(Activator.CreateInstance(channel.Source.DataType.DataType.BatchOptionsType!)) },
        });

        var response = await _engine.SendAsync($"FHS|^~\\&|PMS\rBHS|^~\\&|PMS\r{EngineFixture.Adt("C1")}{EngineFixture.Adt("C2")}{EngineFixture.Adt("C1")}BTS|3\rFTS|1\r");
        var again = await _engine.SendAsync($"FHS|^~\\&|PMS\rBHS|^~\\&|PMS\r{EngineFixture.Adt("C2")}{EngineFixture.Adt("C3")}BTS|2\rFTS|1\r");

        Assert.Equal([EngineFixture.Adt("C1"), EngineFixture.Adt("C2"), EngineFixture.Adt("C3")], _next.Sent);
        Assert.Equal(3, EngineFixture.Text(response).Split("MSA|AA|").Length - 1);
        Assert.Equal(2, EngineFixture.Text(again).Split("MSA|AA|").Length - 1);
    }

    [Fact]
    public async Task Pass_IsWhatItWas()
    {
        await _engine.DeployAsync(Channel(DuplicateAction.Pass));

        await _engine.SendAsync(EngineFixture.Adt("C1"));
        var again = await _engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal(2, _next.Attempts.Count);
        Assert.Equal(1, _engine.Store().Read(again.MessageId)!.Summary.DuplicateOf);
    }

    [Fact]
    public async Task ProcessedAnewByHand_IsNoDuplicate()
    {
        await _engine.DeployAsync(Channel());
        var first = await _engine.SendAsync(EngineFixture.Adt("C1"));

        var replay = await _engine.Engine.OperationsOf("test/one")!.ReplayAsync(first.MessageId, null, EngineFixture.Token);

        Assert.Equal(MessageStatus.Transformed, _engine.Store().Read(replay.MessageId)!.Summary.Status);
        Assert.Equal(2, _next.Attempts.Count);
    }

    private ChannelFiguresSnapshot Figures() => _engine.Engine.StatusOf("test/one")!.Figures;

    private ChannelDefinition Channel(
        DuplicateAction action = DuplicateAction.Drop, DuplicateKey by = DuplicateKey.ControlIdAndContent, AcknowledgeWhen acknowledge = AcknowledgeWhen.AfterDestinations)
    {
        var channel = _engine.Channel(_engine.Destination("next", _next));
        return channel with
        {
            Source = channel.Source with { Duplicates = new DuplicateSettings { Action = action, By = by }, Acknowledge = new AcknowledgeChoice(acknowledge, null) },
        };
    }
}
