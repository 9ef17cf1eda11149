using ChannelHost.Tests.Engine.Support;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Engine;

/// <summary>Chains over changes of their lanes, and over steps that the store is slow with or refuses.</summary>
public sealed class ChainFaultTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly EngineFixture _fixture;
    private readonly CollectingDestination _a = new();
    private readonly CollectingDestination _b = new();
    private readonly CollectingDestination _c = new();
    private Advancing _advance = (_, store) => store();

    public ChainFaultTests() => _fixture = new EngineFixture(_time, (step, store) => _advance(step, store));

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LaneOfAPlainDestinationIsReplacedWhileAChainIsUnderWay_TheNewOneDelivers()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _a.Answer = async (_, _) =>
        {
            await release.Task;
            return Response.Sent("");
        };
        _b.Answer = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return Response.Sent("");
        };
        var last = new CollectingDestination();
        var channel = _fixture.Channel(Named("a", _a), After("last", last), Named("b", _b));
        await _fixture.DeployAsync(channel);
        var sending = _fixture.SendAsync(EngineFixture.Adt("1")).AsTask();
        await _a.WaitForArrivalAsync(Token);
        await _b.WaitForArrivalAsync(Token);

        await ChangeAsync(channel with { Version = "next", Destinations = [channel.Destinations[0], channel.Destinations[1], Named("b", _c)] });

        await _c.WaitForAsync(1, Token);
        Assert.True(Assert.Single(_c.Attempts).IsReattempt);
        release.SetResult();
        await sending;
        Assert.Single(_a.Attempts);
        Assert.Single(last.Sent);
    }

    [Fact]
    public async Task LaneIsReplacedWhileTheStepIsOnItsWayToTheDisk_TheNewOneDeliversInItsOwnTurn()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _advance = async (_, store) =>
        {
            arrived.TrySetResult();
            await release.Task;
            return await store();
        };
        var channel = _fixture.Channel(Named("a", _a), After("b", _b));
        await _fixture.DeployAsync(channel);
        var sending = _fixture.SendAsync(EngineFixture.Adt("1")).AsTask();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);

        await ChangeAsync(channel with { Version = "next", Destinations = [channel.Destinations[0], After("b", _c)] });
        release.SetResult();

        Assert.Equal(MessageStatus.Sent, (await sending).Status);
        Assert.Equal(MessageStatus.Sent, (await _fixture.SendAsync(EngineFixture.Adt("2"))).Status);
        Assert.Empty(_b.Attempts);
        Assert.Equal([false, false], _c.Attempts.Select(attempt => attempt.IsReattempt));
    }

    [Fact]
    public async Task StoreRefusesAStepForGood_ItIsNotSentAndTheSenderIsTold()
    {
        var refused = false;
        _advance = (step, store) =>
        {
            if (refused)
            {
                return store();
            }

            refused = true;
            throw new StoreException("too deep") { IsPermanent = true };
        };
        await _fixture.DeployAsync(_fixture.Channel(Named("a", _a), After("b", _b, QueueMode.Always), After("c", _c)));

        var first = await _fixture.SendAsync(EngineFixture.Adt("1"));
        await _fixture.SendAsync(EngineFixture.Adt("2"));

        await _b.WaitForAsync(1, Token);
        Assert.Equal(MessageStatus.Error, first.Status);
        Assert.Contains("|2|P", Assert.Single(_b.Attempts).Text, StringComparison.Ordinal);
        Assert.Single(_c.Attempts);
        Assert.Equal("too deep", (await _fixture.StoredAsync(first.MessageId, summary => summary.Destinations.All(one => one.Status is not MessageStatus.Pending))).Destinations[1].Error);
    }

    [Fact]
    public async Task StoreRefusesEvenTheError_TheChainEndsAndTheSenderIsTold()
    {
        _advance = (_, _) => throw new StoreException("not this one") { IsPermanent = true };
        await _fixture.DeployAsync(_fixture.Channel(Named("a", _a), After("b", _b)));

        var response = await _fixture.SendAsync(EngineFixture.Adt("1")).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token);

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Empty(_b.Attempts);
    }

    /// <summary>What a kill between the second and the third leaves.</summary>
    [Fact]
    public async Task KilledInTheMiddle_TheRestSeesTheAnswersOfAllBeforeIt()
    {
        await LeaveAsync(MessageStatus.Sent);

        await _fixture.DeployAsync(_fixture.Channel(Named("a", _a), After("b", _b), Telling("c", _c)));

        await _c.WaitForAsync(1, Token);
        Assert.Contains("|SENTSENT^", Assert.Single(_c.Sent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task KilledWhileTheSecondIsSent_TheRestSeesTheAnswersOfAllBeforeIt()
    {
        await LeaveAsync(null);

        await _fixture.DeployAsync(_fixture.Channel(Named("a", _a), After("b", _b), Telling("c", _c)));

        await _c.WaitForAsync(1, Token);
        Assert.Single(_b.Sent);
        Assert.Contains("|SENTSENT^", Assert.Single(_c.Sent), StringComparison.Ordinal);
    }

    /// <summary>A message whose first destination is sent, whose second is sent or was being sent, and whose third was not begun.</summary>
    private Task LeaveAsync(MessageStatus? second) => _fixture.WithStores((store, state) => Task.Run(async () =>
    {
        await store.AddAsync(new MessageRecord
        {
            Id = store.NextId(),
            ReceivedAt = DateTimeOffset.UtcNow,
            Status = MessageStatus.Transformed,
            Raw = System.Text.Encoding.UTF8.GetBytes(EngineFixture.Adt("1")),
            DataType = "hl7v2",
            Destinations =
            [
                new DestinationRecord { Name = "a", Status = MessageStatus.Pending },
                new DestinationRecord { Name = "b", Status = MessageStatus.Pending },
                new DestinationRecord { Name = "c", Status = MessageStatus.Pending, IsWaiting = true },
            ],
        });
        await store.UpdateAsync(new DestinationUpdate { MessageId = 1, Destination = "a", Status = MessageStatus.Sent, Attempts = 1, SentAt = DateTimeOffset.UtcNow });
        if (second is { } status)
        {
            await store.UpdateAsync(new DestinationUpdate { MessageId = 1, Destination = "b", Status = status, Attempts = 1, SentAt = DateTimeOffset.UtcNow });
        }

        await state.DisposeAsync();
        await store.DisposeAsync();
    }));

    /// <summary>Deploys, and lets the time pass that a swap gives a lane to end by itself.</summary>
    private async Task ChangeAsync(ChannelDefinition next)
    {
        var changing = _fixture.DeployAsync(next);
        await EngineFixture.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            return changing.IsCompleted;
        });
        await changing;
    }

    private DestinationDefinition Named(string name, CollectingDestination destination) => _fixture.Destination(name, destination);

    private DestinationDefinition After(string name, CollectingDestination destination, QueueMode mode = QueueMode.Never) =>
        _fixture.Destination(name, destination, mode) with { WaitForPrevious = true };

    /// <summary>Says in the message what the first two came to.</summary>
    private DestinationDefinition Telling(string name, CollectingDestination destination) =>
        After(name, destination) with
        {
            Transformer = EngineFixture.Script("msg['PID']['PID.5']['PID.5.1'] = responseMap.get('a').status + responseMap.get('b').status;"),
        };
}
