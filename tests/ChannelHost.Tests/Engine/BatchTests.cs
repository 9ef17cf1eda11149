using System.Globalization;
using System.Text;
using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine;

public sealed class BatchTests
{
    [Fact]
    [Trait("Row", "F36")]
    public async Task BatchWithOneBadMessage_GoodOnesGoOnAndTheAnswerStatesBoth()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(Batched(engine.Channel(engine.Destination("one", destination))));

        var response = await engine.SendAsync($"FHS|^~\\&|PMS\rBHS|^~\\&|PMS\r{EngineFixture.Adt("C1")}BTS|1\rstray line without a message\r{EngineFixture.Adt("C2")}FTS|1\r");

        var parts = engine.Store().Find(new MessageQuery { BatchId = response.MessageId }).Reverse().ToList();
        Assert.Equal([MessageStatus.Transformed, MessageStatus.Error, MessageStatus.Transformed], parts.Select(part => part.Status));
        Assert.Contains("belong to no message", parts[1].Error, StringComparison.Ordinal);
        Assert.Equal([EngineFixture.Adt("C1"), EngineFixture.Adt("C2")], destination.Sent);
        Assert.True(response.IsStored);
        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.StartsWith("1 of 3 parts failed", response.Reason, StringComparison.Ordinal);
        var answer = EngineFixture.Text(response);
        Assert.StartsWith("FHS|", answer, StringComparison.Ordinal);
        Assert.Contains("MSA|AA|C1", answer, StringComparison.Ordinal);
        Assert.Contains("MSA|AA|C2", answer, StringComparison.Ordinal);
        Assert.Contains("MSA|AE", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_KnowTheirPlace()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(Batched(engine.Channel()) with
        {
            Transformer = EngineFixture.Script("channelMap.put('place', sourceMap.get('batchSequenceId') + '/' + sourceMap.get('batchCount') + ' ' + sourceMap.get('batchComplete'));"),
        });

        var response = await engine.SendAsync(Messages(3));

        var places = engine.Store().Find(new MessageQuery { BatchId = response.MessageId }).Reverse().Select(part => engine.Store().Read(part.Id)!.ChannelMap!["place"]);
        Assert.Equal(["1/3 false", "2/3 false", "3/3 true"], places);
    }

    [Fact]
    public async Task SingleMessageAtABatchSource_IsAnsweredAsOne()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(Batched(engine.Channel()));

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.StartsWith("MSH|", EngineFixture.Text(response), StringComparison.Ordinal);
        Assert.Equal(0, engine.Store().Read(response.MessageId)!.Summary.BatchId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task ThousandsOfParts_KeepTheirOrder(int threads)
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(Batched(engine.Channel(engine.Destination("one", destination, QueueMode.Always))) with { Threads = threads });

        var response = await engine.SendAsync(Messages(3_000));
        await destination.WaitForAsync(3_000, EngineFixture.Token);

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Equal(Enumerable.Range(1, 3_000).Select(number => EngineFixture.Adt(Name(number))), destination.Sent);
    }

    [Fact]
    [Trait("Row", "F36")]
    public async Task StoppedInTheMiddle_TheNextReadingGoesOnWhereItWas()
    {
        const int Parts = 5_000;
        await using var engine = new EngineFixture();

        // The partner hangs at the 700th part; not many more than may be under way at once come in behind it.
        var first = new CollectingDestination();
        first.Answer = async (_, token) =>
        {
            await Task.Delay(first.Attempts.Count < 700 ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, token);
            return Response.Sent("collected");
        };
        await engine.DeployAsync(Batched(engine.Channel(engine.Destination("one", first))));
        var file = File("day-1.hl7", Messages(Parts));
        var reading = engine.Receiver.ReceiveAsync(file, EngineFixture.Token).AsTask();
        await first.WaitForAsync(699, EngineFixture.Token);

        await engine.RestartAsync();
        await AssertNotTakenAsync(reading);
        var second = new CollectingDestination();
        await engine.DeployAsync(Batched(engine.Channel(engine.Destination("one", second))));
        Assert.False(engine.Receiver.IsTaken("day-1.hl7"));
        var before = Received(engine);
        var response = await engine.Receiver.ReceiveAsync(file, EngineFixture.Token);

        Assert.InRange(before, 699, Parts - 1);
        Assert.True(response.IsStored);
        Assert.True(engine.Receiver.IsTaken("day-1.hl7"));
        Assert.Null(engine.Store().ReadBatchProgress("day-1.hl7"));
        Assert.Equal(Parts, Received(engine));
        Assert.Equal(Enumerable.Range(1, Parts).Select(Name), ControlIds(engine, response.MessageId));
    }

    [Fact]
    public async Task OtherPartsThanBefore_AreTakenFromTheBeginning()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(Batched(engine.Channel()));
        var id = engine.Store().NextId();
        await engine.Store().AddAsync(new MessageRecord
        {
            Id = id,
            ReceivedAt = DateTimeOffset.UnixEpoch,
            Status = MessageStatus.Transformed,
            Raw = Encoding.UTF8.GetBytes("a part of other settings"),
            DataType = "hl7v2",
            BatchId = id,
            BatchStep = new BatchStep("day-1.hl7", 1, IsLast: false, Check: 4711),
        });

        var response = await engine.Receiver.ReceiveAsync(File("day-1.hl7", Messages(4)), EngineFixture.Token);

        Assert.NotEqual(id, response.MessageId);
        Assert.Equal(["P000001", "P000002", "P000003", "P000004"], ControlIds(engine, response.MessageId));
    }

    [Fact]
    public async Task AnsweredOnReceipt_EveryPartIsProcessedAfterwards()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(Batched(engine.Channel(engine.Destination("one", destination)), AcknowledgeWhen.OnReceipt));

        var response = await engine.SendAsync(Messages(50));
        await destination.WaitForAsync(50, EngineFixture.Token);

        Assert.Equal(50, EngineFixture.Text(response).Split("MSA|AA|").Length - 1);
        Assert.Equal(Enumerable.Range(1, 50).Select(number => EngineFixture.Adt(Name(number))), destination.Sent);
        var last = await engine.StoredAsync(response.MessageId + 49, summary => summary.Status == MessageStatus.Transformed);
        Assert.Equal(response.MessageId, last.BatchId);
    }

    [Fact]
    public async Task AcknowledgeNone_NothingIsAnswered()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(Batched(engine.Channel(), AcknowledgeWhen.None));

        var response = await engine.SendAsync(Messages(3));

        Assert.True(response.IsStored);
        Assert.Null(response.Content);
    }

    [Fact]
    public async Task MorePartsThanTheLimit_AreKeptWholeAsAnError()
    {
        await using var engine = new EngineFixture();
        var channel = Batched(engine.Channel());
        await engine.DeployAsync(channel with { Source = channel.Source with { Batch = channel.Source.Batch! with { MaximumParts = 10 } } });

        var response = await engine.Receiver.ReceiveAsync(File("big.hl7", Messages(11)), EngineFixture.Token);

        var stored = engine.Store().Read(response.MessageId)!;
        Assert.Equal(MessageStatus.Error, stored.Summary.Status);
        Assert.Contains("more than 10 parts", stored.Summary.Error, StringComparison.Ordinal);
        Assert.Equal(Messages(11), Encoding.UTF8.GetString(stored.Raw!.Value.Span));
        Assert.True(engine.Receiver.IsTaken("big.hl7"));
    }

    [Fact]
    public async Task ReplayOfABatchThatWasKeptWhole_TakesItApart()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        var channel = Batched(engine.Channel(engine.Destination("one", destination)));
        var narrow = channel with { Source = channel.Source with { Batch = channel.Source.Batch! with { MaximumParts = 2 } } };
        await engine.DeployAsync(narrow);
        var whole = (await engine.SendAsync($"FHS|^~\\&|PMS\rBHS|^~\\&|PMS\r{Messages(2)}BTS|2\rstray line without a message\r{EngineFixture.Adt(Name(3))}FTS|1\r")).MessageId;

        var refused = await Operations(engine).ReplayAsync(whole, null, EngineFixture.Token);
        Assert.Contains("more than 2 parts", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(1, Received(engine));
        await engine.DeployAsync(channel with { Version = "2" });
        var outcome = await Operations(engine).ReplayAsync(whole, null, EngineFixture.Token);

        var parts = engine.Store().Find(new MessageQuery { ReplayOf = whole }).Reverse().ToList();
        Assert.Equal(parts[0].Id, outcome.MessageId);
        Assert.All(parts, part => Assert.Equal(parts[0].Id, part.BatchId));
        Assert.All(parts, part => Assert.False(engine.Store().Read(part.Id)!.SourceMap!.ContainsKey("batchWhole")));
        Assert.Equal(Enumerable.Range(1, 3).Select(number => EngineFixture.Adt(Name(number))), destination.Sent);

        var problem = parts.Single(part => part.Status == MessageStatus.Error).Id;
        Assert.StartsWith("it is no message: ", (await Operations(engine).ReplayAsync(problem, null, EngineFixture.Token)).Reason, StringComparison.Ordinal);
        Assert.Equal(3, destination.Attempts.Count);
    }

    [Fact]
    public async Task EmptyBatch_IsSeenAndNothingIsWrong()
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(Batched(engine.Channel()));

        var response = await engine.SendAsync("FHS|^~\\&|PMS\rBHS|^~\\&|PMS\rBTS|0\rFTS|1\r");

        Assert.Equal(MessageStatus.Filtered, engine.Store().Read(response.MessageId)!.Summary.Status);
        Assert.Null(response.Reason);
    }

    [Fact]
    [Trait("Row", "F52")]
    public async Task KeyedBatchCutOffInTheMiddle_RefusesOtherContentAndGoesOnWithItsOwn()
    {
        const int Parts = 2_000;
        await using var engine = new EngineFixture();
        var hangs = new CollectingDestination();
        hangs.Answer = async (_, token) =>
        {
            await Task.Delay(hangs.Attempts.Count < 20 ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, token);
            return Response.Sent("collected");
        };
        var refusesTheSecond = EngineFixture.Script("if (sourceMap.get('batchSequenceId') === 2) throw new Error('no');");
        await engine.DeployAsync(Batched(engine.Channel(engine.Destination("one", hangs))) with { Transformer = refusesTheSecond });
        var first = engine.Receiver.ReceiveAsync(Keyed(Messages(Parts), "f"), EngineFixture.Token).AsTask();
        await hangs.WaitForAsync(19, EngineFixture.Token);
        await engine.RestartAsync();
        await AssertNotTakenAsync(first);
        await engine.DeployAsync(Batched(engine.Channel(engine.Destination("one", new CollectingDestination()))) with { Transformer = refusesTheSecond });

        var other = await engine.Receiver.ReceiveAsync(Keyed(Messages(3), "another"), EngineFixture.Token);
        var before = Received(engine);
        var through = await engine.Receiver.ReceiveAsync(Keyed(Messages(Parts), "f"), EngineFixture.Token);
        var again = await engine.Receiver.ReceiveAsync(Keyed(Messages(Parts), "f"), EngineFixture.Token);

        Assert.Equal((KeyUse.Mismatch, false), (other.KeyUse, other.IsStored));
        Assert.InRange(before, 19, Parts - 1);
        Assert.Equal((KeyUse.First, MessageStatus.Error), (through.KeyUse, through.Status));
        Assert.StartsWith($"1 of {Parts} parts failed; the first: ", through.Reason, StringComparison.Ordinal);
        Assert.Contains("MSA|AE|P000002", EngineFixture.Text(through), StringComparison.Ordinal);
        Assert.Equal(Parts - 1, EngineFixture.Text(through).Split("MSA|AA|").Length - 1);
        Assert.Equal(Enumerable.Range(1, Parts).Select(Name), ControlIds(engine, engine.Store().Read(through.MessageId)!.Summary.BatchId));
        Assert.Equal((KeyUse.Repeated, EngineFixture.Text(through)), (again.KeyUse, EngineFixture.Text(again)));
    }

    [Theory]
    [Trait("Row", "F01")]
    [InlineData(AcknowledgeWhen.AfterDestinations)]
    [InlineData(AcknowledgeWhen.OnReceipt)]
    public async Task KilledBetweenTheLastPartAndTheAnswer_TheSenderHearsOfAllParts(AcknowledgeWhen when)
    {
        await using var engine = new EngineFixture();
        await engine.DeployAsync(Batched(engine.Channel(), when));
        var first = await AddPartAsync(engine, 1, 0, MessageStatus.Error, null);
        await AddPartAsync(engine, 2, first, MessageStatus.Error, "stray bytes");
        var last = await AddPartAsync(engine, 3, first, MessageStatus.Transformed, null);

        var answer = await engine.Receiver.ReceiveAsync(Keyed(Messages(3), "f"), EngineFixture.Token);

        var isOnReceipt = when == AcknowledgeWhen.OnReceipt;
        Assert.Equal((KeyUse.Repeated, true, last, MessageStatus.Error), (answer.KeyUse, answer.IsStored, answer.MessageId, answer.Status));
        Assert.StartsWith($"{(isOnReceipt ? 1 : 2)} of 3 parts failed", answer.Reason, StringComparison.Ordinal);
        Assert.Contains(isOnReceipt ? "MSA|AA|P000001" : "MSA|AE|P000001", EngineFixture.Text(answer), StringComparison.Ordinal);
        Assert.Contains("MSA|AA|P000003", EngineFixture.Text(answer), StringComparison.Ordinal);
        Assert.Equal(3, Received(engine));
    }

    /// <summary>A part of a keyed batch as a process left it that was killed before it answered.</summary>
    private static async Task<long> AddPartAsync(EngineFixture engine, int number, long batchId, MessageStatus status, string? problem)
    {
        var id = engine.Store().NextId();
        var sourceMap = new Dictionary<string, object?> { ["batchSequenceId"] = (double)number, ["batchPlace"] = $"message {number}" };
        if (problem is not null)
        {
            sourceMap["batchProblem"] = problem;
        }

        await engine.Store().AddAsync(new MessageRecord
        {
            Id = id,
            ReceivedAt = DateTimeOffset.UnixEpoch,
            Status = status,
            Raw = Encoding.UTF8.GetBytes(EngineFixture.Adt(Name(number))),
            DataType = "hl7v2",
            ControlId = Name(number),
            SourceMap = sourceMap,
            BatchId = batchId == 0 ? id : batchId,
            BatchStep = new BatchStep("key k f", number, number == 3, Check: number),
            AnswerKey = number == 2 ? null : new AnswerKey("k", "f"),
        });
        return id;
    }

    private static IncomingMessage Keyed(string content, string fingerprint) => new() { Content = Encoding.UTF8.GetBytes(content), AnswerKey = new AnswerKey("k", fingerprint) };

    private static ChannelDefinition Batched(ChannelDefinition channel, AcknowledgeWhen when = AcknowledgeWhen.AfterDestinations) => channel with
    {
        Source = channel.Source with
        {
            Batch = new BatchChoice(Activator.CreateInstance(channel.Source.DataType.DataType.BatchOptionsType!)!),
            Acknowledge = new AcknowledgeChoice(when, null),
        },
    };

    private static IncomingMessage File(string key, string content) => new() { Content = Encoding.UTF8.GetBytes(content), OnceKey = key, WantsAnswer = false };

    /// <summary>A batch that a closing channel cut off has no answer or, when the store was closed first, one that says that it is not stored.</summary>
    private static async Task AssertNotTakenAsync(Task<SourceResponse> batch)
    {
        try
        {
            Assert.False((await batch).IsStored);
        }
        catch (OperationCanceledException)
        {
            Assert.True(batch.IsCanceled);
        }
    }

    private static ChannelHost.Engine.Deployment.ChannelOperations Operations(EngineFixture engine) => engine.Engine.OperationsOf("test/one")!;

    private static string Messages(int count) => string.Concat(Enumerable.Range(1, count).Select(number => EngineFixture.Adt(Name(number))));

    private static string Name(int number) => number.ToString("'P'000000", CultureInfo.InvariantCulture);

    private static long Received(EngineFixture engine) => engine.Store().Counts().Where(count => count.Connector == "source").Sum(count => count.Count);

    private static List<string?> ControlIds(EngineFixture engine, long batchId)
    {
        var ids = new List<string?>();
        for (long before = 0; engine.Store().Find(new MessageQuery { BatchId = batchId, BeforeId = before, Count = 1_000 }) is { Count: > 0 } page; before = page[^1].Id)
        {
            ids.AddRange(page.Select(message => message.ControlId));
        }

        ids.Reverse();
        return ids;
    }
}
