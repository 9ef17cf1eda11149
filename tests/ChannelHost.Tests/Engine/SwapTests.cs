using System.Text;
using ChannelHost.Tests.Engine.Support;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Engine;

/// <summary>Messages that are on their way while another version takes the channel over.</summary>
public sealed class SwapTests : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private readonly EngineFixture _engine;
    private readonly CollectingDestination _before = new();
    private readonly CollectingDestination _after = new();

    public SwapTests() => _engine = new EngineFixture(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>Its destination is another one by the time its scripts are through, and the one that they prepared it for is closed.</summary>
    [Theory]
    [Trait("Row", "F19")]
    [InlineData(QueueMode.Always, QueueMode.Always)]
    [InlineData(QueueMode.Never, QueueMode.Never)]
    [InlineData(QueueMode.OnFailure, QueueMode.Always)]
    [InlineData(QueueMode.Never, QueueMode.Always)]
    [InlineData(QueueMode.Always, QueueMode.Never)]
    public async Task ScriptsOutlastTheSwap_TheMessageGoesOnceWhereTheNewVersionSends(QueueMode before, QueueMode after)
    {
        var slow = Slow(_engine.Destination("one", _before, before));
        await DeployOtherAsync();
        await _engine.DeployAsync(slow);
        var sending = await SendSlowAsync();
        await SwapAsync(slow with { Version = "next", Transformer = null, Destinations = [_engine.Destination("one", _after, after)] });
        Assert.False(sending.IsCompleted);

        await LetGoAsync();
        var answer = await sending.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await _after.WaitForAsync(1, Token);
        await _engine.SendAsync(EngineFixture.Adt("C2"));
        await _after.WaitForAsync(1, Token);

        Assert.NotEqual(MessageStatus.Error, answer.Status);
        Assert.Equal(["C1", "C2"], _after.Sent.Select(text => text.Split('|')[9]));
        Assert.Empty(_before.Attempts);
        Assert.Equal(MessageStatus.Sent, (await _engine.StoredAsync(answer.MessageId, summary => summary.Destinations[0].Status == MessageStatus.Sent)).Destinations[0].Status);
    }

    [Fact]
    [Trait("Row", "F20")]
    public async Task ScriptsOutlastTheSwapThatTookTheDestinationAway_TheMessageIsShownThere()
    {
        var slow = Slow(_engine.Destination("one", _before, QueueMode.Always), _engine.Destination("direct", _before));
        await DeployOtherAsync();
        await _engine.DeployAsync(slow);
        var sending = await SendSlowAsync();
        await SwapAsync(slow with { Version = "next", Transformer = null, Destinations = [_engine.Destination("two", _after)] });

        await LetGoAsync();
        var answer = await sending.WaitAsync(TimeSpan.FromSeconds(60), Token);
        var stored = await _engine.StoredAsync(answer.MessageId, summary => summary.Destinations.All(destination => destination.Status != MessageStatus.Pending));

        Assert.Equal([("one", MessageStatus.Queued), ("direct", MessageStatus.Error)], stored.Destinations.Select(destination => (destination.Name, destination.Status)));
        Assert.Contains(_engine.Engine.OperationsOf("test/one")!.Queues(), queue => queue is { Destination: "one", IsOrphan: true, Queued: 1 });
        Assert.Empty(_before.Attempts);
        Assert.Empty(_after.Attempts);
    }

    private ChannelDefinition Slow(params DestinationDefinition[] destinations) => _engine.Channel(destinations) with
    {
        Transformer = EngineFixture.Script("globalMap.put('inside', true); while (!globalMap.get('go')) { for (var i = 0; i < 100000; i++) { } }"),
        ScriptLimits = new ScriptLimits { Time = TimeSpan.FromMinutes(5), Memory = ByteSize.Megabytes(4000) },
    };

    /// <summary>A channel that says whether the slow script has begun, and tells it to end.</summary>
    private Task DeployOtherAsync() => _engine.DeployAsync(_engine.Channel() with
    {
        Name = "test/other",
        Transformer = EngineFixture.Script(
            "if (!globalMap.get('inside')) { throw 'not yet'; } if (msg.get('MSH-10') === 'GO') { globalMap.put('go', true); }", "test/other/script.js"),
    });

    private async Task SwapAsync(ChannelDefinition next)
    {
        var swap = _engine.DeployAsync(next);
        while (!swap.IsCompleted)
        {
            _time.Advance(Step);
            await Task.Delay(5, Token);
        }

        await swap;
    }

    /// <summary>Gives the sending when its script runs.</summary>
    private async Task<Task<SourceResponse>> SendSlowAsync()
    {
        var sending = Task.Run(() => _engine.SendAsync(EngineFixture.Adt("C1")).AsTask(), Token);
        while ((await TellOtherAsync("ASK")).Status == MessageStatus.Error)
        {
            await Task.Delay(5, Token);
        }

        return sending;
    }

    private ValueTask<SourceResponse> LetGoAsync() => TellOtherAsync("GO");

    private ValueTask<SourceResponse> TellOtherAsync(string word) =>
        _engine.Connector.Sources[0].Receiver!.ReceiveAsync(new IncomingMessage { Content = Encoding.UTF8.GetBytes(EngineFixture.Adt(word)) }, Token);
}
