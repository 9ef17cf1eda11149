using ChannelHost.Engine.Destinations;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Engine;

/// <summary>A queued message before its attempt: whatever it waits for, somebody can give up on it, and it leaves nothing behind.</summary>
public sealed class QueueDoorTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly CancellationTokenSource _stop = new();
    private readonly DeliveryTurns _turns = new(1, keepsOrder: false);
    private readonly QueueControl _control;

    public QueueDoorTests() => _control = new QueueControl(_time, 10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task GivenUpBehindADeliveryThatHangs_GoesAtOnceAndLeavesTheLine()
    {
        var door = Door(new QueueSettings());
        var hangs = _turns.TakeAsync(0);
        var entering = Enter(door, 1);
        Assert.False(entering.IsCompleted);

        _ = _control.Skip(1, "no more");

        Assert.Null(await entering.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.True(hangs.IsCompletedSuccessfully);
        _turns.Release(0);
        Assert.NotNull(await Enter(door, 2).WaitAsync(TimeSpan.FromSeconds(20), Token));
    }

    [Fact]
    public async Task GivenUpWhileItWaitsForItsRate_GivesItsTurnAndTheProbeBack()
    {
        var gate = Gate(new QueueSettings { MaximumRate = 1.0 / 3600, Breaker = new BreakerSettings { Failures = 1, OpenFor = TimeSpan.FromSeconds(10) } });
        var door = new QueueDoor(gate, _turns, _control, _stop.Token);
        gate.Done((await Enter(door, 1)).GetValueOrDefault(), failed: true);
        _turns.Release(0);
        _time.Advance(TimeSpan.FromSeconds(11));
        var entering = Enter(door, 2);
        Assert.Null(gate.TryEnter());

        _ = _control.Skip(2, "no more");

        Assert.Null(await entering.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.True(gate.TryEnter()!.Value.IsProbe);
        Assert.True(_turns.TakeAsync(0).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task GivenUpWhileAnotherIsTheProbe_DoesNotWaitForWhatBecomesOfIt()
    {
        var gate = Gate(new QueueSettings { Breaker = new BreakerSettings { Failures = 1, OpenFor = TimeSpan.FromSeconds(10) } });
        gate.Done(gate.TryEnter()!.Value, failed: true);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(gate.TryEnter()!.Value.IsProbe);
        var entering = Enter(new QueueDoor(gate, _turns, _control, _stop.Token), 1);
        Assert.False(entering.IsCompleted);

        _ = _control.Skip(1, "no more");

        Assert.Null(await entering.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Null(gate.TryEnter());
    }

    [Fact]
    public async Task StoppedWhileItWaitsForItsRate_IsNotSent()
    {
        var door = Door(new QueueSettings { MaximumRate = 1.0 / 3600 });
        Assert.NotNull(await Enter(door, 1));
        _turns.Release(0);
        var entering = Enter(door, 2);

        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => entering.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.True(_turns.TakeAsync(0).IsCompletedSuccessfully);
    }

    private PartnerGate Gate(QueueSettings settings) => new(settings, new PartnerPause(_time), _time);

    private QueueDoor Door(QueueSettings settings) => new(Gate(settings), _turns, _control, _stop.Token);

    private Task<GatePass?> Enter(QueueDoor door, long id) => door.EnterAsync(_control.TryTake(id, 0)!, 0).AsTask();
}
