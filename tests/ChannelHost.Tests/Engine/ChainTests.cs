using System.Text;
using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine;

/// <summary>Destinations that wait for the one before them.</summary>
public sealed class ChainTests : IAsyncDisposable
{
    private readonly EngineFixture _fixture = new();
    private readonly CollectingDestination _a = new();
    private readonly CollectingDestination _b = new();
    private readonly CollectingDestination _c = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Next_SeesTheMapsAndTheAnswerOfTheOneBefore()
    {
        _a.Answer = (_, _) => ValueTask.FromResult(Response.Sent("taken", Encoding.UTF8.GetBytes(EngineFixture.Adt("ANSWER"))));
        await DeployAsync(
            Named("a", _a) with { Transformer = Script("channelMap.put('seen', channelMap.get('seen') + 'a');") },
            After("b", _b) with { Transformer = Script("msg['PID']['PID.5']['PID.5.1'] = channelMap.get('seen') + responseMap.get('a').status + responseMap.get('a').message.length;") },
            "channelMap.put('seen', 's');");

        var response = await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.Equal(MessageStatus.Sent, response.Status);
        Assert.Contains($"|saSENT{EngineFixture.Adt("ANSWER").Length}^", Assert.Single(_b.Sent), StringComparison.Ordinal);
        Assert.Equal([MessageStatus.Sent, MessageStatus.Sent], (await StoredAsync(response.MessageId)).Select(destination => destination.Status));
    }

    [Fact]
    public async Task ScriptError_EndsTheChain()
    {
        await DeployAsync(
            Named("a", _a),
            After("b", _b) with { Transformer = Script("throw new Error('no');") },
            null,
            After("c", _c));

        var response = await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Empty(_c.Attempts);
        Assert.Equal([("a", MessageStatus.Sent), ("b", MessageStatus.Error)], (await StoredAsync(response.MessageId)).Select(destination => (destination.Name, destination.Status)));
    }

    [Fact]
    public async Task SendError_DoesNotEndTheChain()
    {
        _a.Answer = (_, _) => ValueTask.FromResult(Response.Failed("rejected"));
        await DeployAsync(Named("a", _a), After("b", _b));

        var response = await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Single(_b.Sent);
    }

    [Fact]
    public async Task FilteredAndQueued_DoNotHoldTheNextOneUp()
    {
        await DeployAsync(
            Named("a", _a) with { Filter = Script("channelMap.put('by', 'a'); return false;") },
            After("b", _b, QueueMode.Always),
            null,
            After("c", _c) with { Transformer = Script("msg['PID']['PID.5']['PID.5.1'] = channelMap.get('by') + responseMap.get('b').status;") });

        await _fixture.SendAsync(EngineFixture.Adt("1"));

        await _b.WaitForAsync(1, Token);
        Assert.Contains("|aQUEUED^", Assert.Single(_c.Sent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chains_RunSideBySideAndDoNotSeeEachOther()
    {
        await DeployAsync(
            Named("a", _a) with { Transformer = Script("channelMap.put('k', 'a');") },
            After("b", _b) with { Transformer = Script("msg['PID']['PID.5']['PID.5.1'] = 'b' + channelMap.get('k');") },
            null,
            Named("c", _c) with { Transformer = Script("msg['PID']['PID.5']['PID.5.1'] = 'c' + channelMap.containsKey('k');") });

        await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.Contains("|ba^", Assert.Single(_b.Sent), StringComparison.Ordinal);
        Assert.Contains("|cfalse^", Assert.Single(_c.Sent), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AcknowledgeWhen.AfterDestinations, "201", "b", "b", true)]
    [InlineData(AcknowledgeWhen.AfterTransform, "202", "s", null, false)]
    public async Task SettingsOfTheSource_AreFilledIntoTheAnswerFromTheMaps(AcknowledgeWhen when, string status, string own, string? fromMap, bool isMade)
    {
        var source = Source(new AcknowledgeChoice(when, null));
        await _fixture.DeployAsync(_fixture.Channel(
            Named("a", _a) with { Transformer = Script("channelMap.put('status', 201);") },
            After("b", _b) with { Transformer = Script("channelMap.put('k', 'b'); channelMap.put('headers', { 'X-One': 'b', 'X-Own': 'no' }); channelMap.put('made', 1);") }) with
        {
            Transformer = Script("channelMap.put('status', 202); channelMap.put('k', 's'); responseMap.put('push.X-Own', 'script');"),
            Source = source with
            {
                Options = new PushOptions
                {
                    AnswerTemplates = new Dictionary<string, Template> { ["push.status"] = Template.Parse("${status}"), ["push.k"] = Template.Parse("${k}"), ["push.made"] = Template.Parse("made ${made}") },
                    AnswerMaps = new Dictionary<string, string> { ["push."] = "headers" },
                },
            },
        });

        var answer = await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.Equal((status, own, fromMap, "script"), (answer.Variables!["push.status"], answer.Variables["push.k"], answer.Variables.GetValueOrDefault("push.X-One"), answer.Variables["push.X-Own"]));
        Assert.Equal(isMade, answer.Variables.ContainsKey("push.made"));
    }

    [Fact]
    public async Task Postprocessor_SeesWhatAllDestinationsLeft()
    {
        await _fixture.DeployAsync(_fixture.Channel(
            Named("a", _a) with { Transformer = Script("channelMap.put('k', 'a'); channelMap.put('own', 1);") },
            After("b", _b) with { Transformer = Script("channelMap.put('k', 'b');") }) with
        {
            Postprocessor = Script("return channelMap.get('k') + channelMap.get('own') + responseMap.get('b').status;"),
            Source = Source(new AcknowledgeChoice(AcknowledgeWhen.Postprocess, null)),
        });

        Assert.Equal("b1SENT", EngineFixture.Text(await _fixture.SendAsync(EngineFixture.Adt("1"))));
    }

    [Fact]
    public async Task KilledWhileTheFirstIsSent_BothAreMadeAtTheNextStart()
    {
        _a.Answer = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return Response.Sent("");
        };
        var channel = await DeployAsync(Named("a", _a) with { Transformer = Script("channelMap.put('k', 'a');") }, Marked("b", _b));
        var sending = _fixture.SendAsync(EngineFixture.Adt("1")).AsTask();
        await _a.WaitForArrivalAsync(Token);

        await _fixture.RestartAsync();
        _a.Answer = (_, _) => ValueTask.FromResult(Response.Sent(""));
        await _fixture.DeployAsync(channel);

        await _b.WaitForAsync(1, Token);
        Assert.Contains("|ba^", Assert.Single(_b.Sent), StringComparison.Ordinal);
        Assert.Equal([false, true], _a.Attempts.Select(attempt => attempt.IsReattempt));
        Assert.Equal(MessageStatus.Queued, (await sending).Status);
    }

    [Fact]
    public async Task KilledWhileTheSecondIsSent_TheFirstIsNotSentAgain()
    {
        _b.Answer = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return Response.Sent("");
        };
        var channel = await DeployAsync(Named("a", _a) with { Transformer = Script("channelMap.put('k', 'a');") }, Marked("b", _b), null, Marked("c", _c));
        _ = _fixture.SendAsync(EngineFixture.Adt("1")).AsTask();
        await _b.WaitForArrivalAsync(Token);

        await _fixture.RestartAsync();
        _b.Answer = (_, _) => ValueTask.FromResult(Response.Sent(""));
        await _fixture.DeployAsync(channel);

        await _c.WaitForAsync(1, Token);
        Assert.Single(_a.Attempts);
        Assert.Equal(2, _b.Attempts.Count);
        Assert.Contains("|ca^", Assert.Single(_c.Sent), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KilledWhileTheLastIsSent_ThePostprocessorFollowsAtTheNextStart(bool inChain)
    {
        _b.Answer = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return Response.Sent("");
        };
        var log = _fixture.Channel(_fixture.Destination("c", _c)) with { Name = "test/log", Source = RawSource() };
        var channel = _fixture.Channel(
            Named("a", _a) with { Transformer = Script("channelMap.put('k', 'from a');") },
            inChain ? Marked("b", _b) : Named("b", _b)) with
        {
            Compatibility = Compatibility.Mirth,
            Postprocessor = Script(
                "router.routeMessage('test/log', [message.getMessageId(), channelMap.get('k'), responseMap.get('d1').getStatus(), responseMap.get('d2').getStatus()].join(' '));"),
        };
        await _fixture.DeployAsync(log);
        await _fixture.DeployAsync(channel);
        _ = _fixture.SendAsync(EngineFixture.Adt("1")).AsTask();
        await _b.WaitForArrivalAsync(Token);
        await _fixture.StoredAsync(1, summary => summary.Destinations.Any(destination => destination is { Name: "a", Status: MessageStatus.Sent }));

        await _fixture.RestartAsync();
        _b.Answer = (_, _) => ValueTask.FromResult(Response.Sent(""));
        await _fixture.DeployAsync(log);
        await _fixture.DeployAsync(channel);

        await _c.WaitForAsync(1, Token);
        Assert.Equal(["1 from a SENT SENT"], _c.Sent);
    }

    /// <summary>The first is recorded, the second was not begun: what a kill between the two leaves.</summary>
    [Fact]
    public async Task KilledBetweenTwo_GoesOnWithTheSecondAndWhatTheFirstLeft()
    {
        var channel = _fixture.Channel(Named("a", _a), Marked("b", _b));
        var raw = Encoding.UTF8.GetBytes(EngineFixture.Adt("1"));
        var work = _fixture.WithStores((store, state) =>
        {
            return Task.Run(async () =>
            {
                await store.AddAsync(new MessageRecord
                {
                    Id = store.NextId(),
                    ReceivedAt = DateTimeOffset.UtcNow,
                    Status = MessageStatus.Transformed,
                    Raw = raw,
                    DataType = "hl7v2",
                    Destinations =
                    [
                        new DestinationRecord { Name = "a", Status = MessageStatus.Pending, ChannelMap = new Dictionary<string, object?> { ["k"] = "a" } },
                        new DestinationRecord { Name = "b", Status = MessageStatus.Pending, IsWaiting = true },
                    ],
                });
                await store.UpdateAsync(new DestinationUpdate { MessageId = 1, Destination = "a", Status = MessageStatus.Sent, Attempts = 1, SentAt = DateTimeOffset.UtcNow });
                await state.DisposeAsync();
                await store.DisposeAsync();
            });
        });
        await work;

        await _fixture.DeployAsync(channel);

        await _b.WaitForAsync(1, Token);
        Assert.Empty(_a.Attempts);
        Assert.Contains("|ba^", Assert.Single(_b.Sent), StringComparison.Ordinal);
        Assert.False(Assert.Single(_b.Attempts).IsReattempt);
    }

    [Fact]
    public async Task LaneOfTheSecondIsReplacedMeanwhile_TheNewOneDelivers()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _a.Answer = async (_, _) =>
        {
            await release.Task;
            return Response.Sent("");
        };
        var channel = await DeployAsync(Named("a", _a), After("b", _b));
        var sending = _fixture.SendAsync(EngineFixture.Adt("1")).AsTask();
        await _a.WaitForArrivalAsync(Token);

        await _fixture.DeployAsync(channel with { Version = "next", Destinations = [channel.Destinations[0], After("b", _c)] });
        release.SetResult();

        Assert.Equal(MessageStatus.Sent, (await sending).Status);
        Assert.Empty(_b.Attempts);
        Assert.Single(_c.Sent);
    }

    [Fact]
    public async Task DestinationSetWithoutTheFirst_TheChainGoesOnWithTheRest()
    {
        await DeployAsync(Named("a", _a), After("b", _b), "destinationSet.remove('a');");

        await _fixture.SendAsync(EngineFixture.Adt("1"));

        Assert.Empty(_a.Attempts);
        Assert.Single(_b.Sent);
    }

    [Fact]
    public async Task Content_IsFilledInFromTheMapsAndStored()
    {
        await DeployAsync(
            Named("a", _a) with { Transformer = Script("channelMap.put('k', 'v');"), Content = Template.Parse("MSH|^~\\&|${k}|${controlId}\r") },
            After("b", _b) with { Content = Template.Parse("MSH|${nothing}\r") });

        var response = await _fixture.SendAsync(EngineFixture.Adt("7"));

        Assert.Equal("MSH|^~\\&|v|7\r", Assert.Single(_a.Sent));
        Assert.Empty(_b.Attempts);
        Assert.Contains("content: nothing is named nothing", (await StoredAsync(response.MessageId))[1].Error!, StringComparison.Ordinal);
    }

    private SourceDefinition RawSource() => new() { Connector = _fixture.Connector, Options = new PushOptions(), DataType = EngineFixture.Type("raw") };

    private DestinationDefinition Named(string name, CollectingDestination destination) => _fixture.Destination(name, destination);

    private DestinationDefinition After(string name, CollectingDestination destination, QueueMode mode = QueueMode.Never) =>
        _fixture.Destination(name, destination, mode) with { WaitForPrevious = true };

    /// <summary>Says in the message who it is and what it found.</summary>
    private DestinationDefinition Marked(string name, CollectingDestination destination) =>
        After(name, destination) with { Transformer = Script($"msg['PID']['PID.5']['PID.5.1'] = '{name}' + channelMap.get('k');") };

    private SourceDefinition Source(AcknowledgeChoice acknowledge) =>
        new() { Connector = _fixture.Connector, Options = new PushOptions(), DataType = EngineFixture.Type("hl7v2"), Acknowledge = acknowledge };

    private async Task<ChannelDefinition> DeployAsync(DestinationDefinition a, DestinationDefinition b, string? transform = null, params DestinationDefinition[] more)
    {
        var channel = _fixture.Channel([a, b, .. more]) with { Transformer = transform is null ? null : Script(transform) };
        await _fixture.DeployAsync(channel);
        return channel;
    }

    private async Task<IReadOnlyList<DestinationSummary>> StoredAsync(long id) =>
        (await _fixture.StoredAsync(id, summary => summary.Destinations.All(destination => destination.Status is not MessageStatus.Pending))).Destinations;

    private static ScriptFile Script(string text) => EngineFixture.Script(text);
}
