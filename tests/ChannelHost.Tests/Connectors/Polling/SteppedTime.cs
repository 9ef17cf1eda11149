using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Connectors.Polling;

/// <summary>A clock that knows what the loop under test waits for, and goes on from wait to wait without sleeping.</summary>
internal sealed class SteppedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Channel<DateTimeOffset> _waits = Channel.CreateUnbounded<DateTimeOffset>();
    private DateTimeOffset? _pending;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _waits.Writer.TryWrite(GetUtcNow() + dueTime);
        return timer;
    }

    /// <summary>When the loop, which is waiting again by then, next wakes.</summary>
    public async Task<DateTimeOffset> IdleAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        _pending ??= await _waits.Reader.ReadAsync(deadline.Token);
        return _pending.Value;
    }

    /// <summary>Lets time pass, stopping wherever the loop wakes.</summary>
    public async Task PassUntilAsync(DateTimeOffset end)
    {
        while (await IdleAsync() is var wake && wake <= end)
        {
            _pending = null;
            if (wake > GetUtcNow())
            {
                SetUtcNow(wake);
            }
        }

        if (end > GetUtcNow())
        {
            SetUtcNow(end);
        }
    }

    /// <summary>Moves the clock at once, as when a machine slept or its clock was set.</summary>
    public async Task JumpAsync(TimeSpan by)
    {
        var wake = await IdleAsync();
        if (by < TimeSpan.Zero)
        {
            // What waits goes on waiting as long as it would have.
            AdjustTime(GetUtcNow() + by);
            _pending = wake + by;
            return;
        }

        if (wake <= GetUtcNow() + by)
        {
            _pending = null;
        }

        Advance(by);
    }
}
