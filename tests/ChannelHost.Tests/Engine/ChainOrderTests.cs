using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine;

/// <summary>The order of arrival holds at every member of a chain, whatever the scripts and partners before it take.</summary>
public sealed class ChainOrderTests : IAsyncDisposable
{
    /// <summary>The first message takes its time, the others do not.</summary>
    private const string SlowForTheFirst =
        "if (msg['MSH']['MSH.10']['MSH.10.1'].toString() == '1') { var began = Date.now(); while (Date.now() - began < 250) { } }";

    private readonly EngineFixture _fixture = new();
    private readonly CollectingDestination _a = new();
    private readonly CollectingDestination _b = new();
    private readonly CollectingDestination _c = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ScriptsBehindTheFirstAreSlowForAnEarlierMessage_LaterOnesDoNotOvertake()
    {
        await DeployAsync(Named("a", _a), After("b", _b) with { Transformer = Script(SlowForTheFirst) }, After("c", _c));

        await SendAllAsync(4);

        Assert.Equal([1, 2, 3, 4], Order(_a));
        Assert.Equal([1, 2, 3, 4], Order(_b));
        Assert.Equal([1, 2, 3, 4], Order(_c));
    }

    [Fact]
    public async Task FirstIsFilteredForTheLaterMessage_ItWaitsBehindTheEarlierOne()
    {
        _a.Answer = HeldAsync;
        await DeployAsync(Named("a", _a) with { Filter = Script("return msg['MSH']['MSH.10']['MSH.10.1'].toString() == '1';") }, After("b", _b), After("c", _c));
        var first = SendAsync(1);
        await _a.WaitForArrivalAsync(Token);
        var second = SendAsync(2);
        var waiting = await _fixture.StoredAsync(2, summary => summary.Destinations.Count == 3);

        _release.SetResult();

        Assert.Equal(MessageStatus.Sent, (await first).Status);
        Assert.Equal(MessageStatus.Sent, (await second).Status);
        Assert.Equal([MessageStatus.Filtered, MessageStatus.Pending, MessageStatus.Pending], waiting.Destinations.Select(destination => destination.Status));
        Assert.Equal([1, 2], Order(_b));
        Assert.Equal([1, 2], Order(_c));
    }

    [Fact]
    public async Task QueueInTheMiddle_IsEnteredInOrder()
    {
        _a.Answer = HeldAsync;
        await DeployAsync(Named("a", _a), After("b", _b, QueueMode.Always), After("c", _c));
        var first = SendAsync(1);
        await _a.WaitForArrivalAsync(Token);
        var second = SendOnlyAsync(2, 2, 3);
        await _fixture.StoredAsync(2, _ => true);

        _release.SetResult();
        await first;
        await second;
        await _b.WaitForAsync(2, Token);

        Assert.Equal([1, 2], Order(_b));
        Assert.Equal([1, 2], Order(_c));
    }

    /// <summary>The earlier message never comes to c, and says so before its other chain is through.</summary>
    [Fact]
    public async Task EarlierMessageEndsBeforeTheMember_TheLaterOneDoesNotWaitForTheRestOfIt()
    {
        var held = new CollectingDestination { Answer = async (message, _) => { if (message.MessageId == 1) { await _release.Task; } return Response.Sent(""); } };
        await DeployAsync(
            Named("a", _a),
            After("b", _b) with { Transformer = Script("if (msg['MSH']['MSH.10']['MSH.10.1'].toString() == '1') { throw new Error('no'); }") },
            After("c", _c),
            Named("other", held) with { Filter = Script("return msg['MSH']['MSH.10']['MSH.10.1'].toString() == '1';") });
        var first = SendAsync(1);
        await held.WaitForArrivalAsync(Token);

        var second = await SendAsync(2);

        Assert.Equal(MessageStatus.Sent, second.Status);
        Assert.False(first.IsCompleted);
        _release.SetResult();
        Assert.Equal(MessageStatus.Error, (await first).Status);
        Assert.Equal([2], Order(_c));
    }

    [Fact]
    public async Task LaneIsReplacedWhileALaterMessageWaits_BothComeInOrder()
    {
        _a.Answer = HeldAsync;
        var channel = await DeployAsync(Named("a", _a) with { Filter = Script("return msg['MSH']['MSH.10']['MSH.10.1'].toString() == '1';") }, After("b", _b));
        var first = SendAsync(1);
        await _a.WaitForArrivalAsync(Token);
        var second = SendAsync(2);
        await _fixture.StoredAsync(2, _ => true);

        await _fixture.DeployAsync(channel with { Version = "next", Destinations = [channel.Destinations[0], After("b", _c)] });
        _release.SetResult();
        await first;
        await second;

        Assert.Empty(_b.Attempts);
        Assert.Equal([1, 2], Order(_c));
    }

    [Fact]
    public async Task KilledWhileALaterMessageWaits_BothComeInOrderAtTheNextStart()
    {
        _a.Answer = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return Response.Sent("");
        };
        var channel = await DeployAsync(Named("a", _a) with { Filter = Script("return msg['MSH']['MSH.10']['MSH.10.1'].toString() == '1';") }, After("b", _b));
        var first = SendAsync(1);
        await _a.WaitForArrivalAsync(Token);
        var second = SendAsync(2);
        await _fixture.StoredAsync(2, _ => true);

        await _fixture.RestartAsync();
        Assert.Equal(MessageStatus.Queued, (await first).Status);
        Assert.Equal(MessageStatus.Queued, (await second).Status);
        _a.Answer = (_, _) => ValueTask.FromResult(Response.Sent(""));
        await _fixture.DeployAsync(channel);

        await _b.WaitForAsync(2, Token);
        Assert.Equal([1, 2], Order(_b));
    }

    private async ValueTask<Response> HeldAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        await _release.Task.WaitAsync(cancellationToken);
        return Response.Sent("");
    }

    private static List<long> Order(CollectingDestination destination) => [.. destination.Attempts.Select(attempt => attempt.MessageId)];

    private Task<SourceResponse> SendAsync(int number) => _fixture.SendAsync(EngineFixture.Adt($"{number}")).AsTask();

    private Task<SourceResponse> SendOnlyAsync(int number, params int[] destinations) => _fixture.Receiver.ReceiveAsync(
        new IncomingMessage { Content = System.Text.Encoding.UTF8.GetBytes(EngineFixture.Adt($"{number}")), Destinations = destinations }, Token).AsTask();

    private async Task SendAllAsync(int count)
    {
        var sends = new List<Task<SourceResponse>>();
        for (var number = 1; number <= count; number++)
        {
            sends.Add(SendAsync(number));
        }

        Assert.All(await Task.WhenAll(sends), response => Assert.Equal(MessageStatus.Sent, response.Status));
    }

    private DestinationDefinition Named(string name, CollectingDestination destination) => _fixture.Destination(name, destination);

    private DestinationDefinition After(string name, CollectingDestination destination, QueueMode mode = QueueMode.Never) =>
        _fixture.Destination(name, destination, mode) with { WaitForPrevious = true };

    private async Task<ChannelDefinition> DeployAsync(params DestinationDefinition[] destinations)
    {
        var channel = _fixture.Channel(destinations);
        await _fixture.DeployAsync(channel);
        return channel;
    }

    private static ScriptFile Script(string text) => EngineFixture.Script(text);
}
