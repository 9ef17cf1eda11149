using ChannelHost.Connectors.Text;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Polling;

/// <summary>
/// Calls a source's poll by its schedule. One loop waits, polls, waits: a run never overlaps itself. It goes by the wall clock and looks at it every
/// minute at least, so that a clock that is set, or a machine that slept, neither starts a burst of runs nor stops them.
/// </summary>
internal sealed partial class PollingLoop : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WaitWithoutRun = TimeSpan.FromHours(1);
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private readonly PollingSchedule _schedule;
    private readonly TimeSpan _retryPause;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<CancellationToken, ValueTask<TimeSpan?>> _poll;
    private readonly EventThrottle _missedEvents;
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    // Only the loop touches these. Intervals are counted from the anchor; times up to _consumed had their run.
    private DateTimeOffset _anchor;
    private DateTimeOffset _consumed;
    private DateTimeOffset? _due;

    private long _nextTicks;

    /// <param name="schedule">When.</param>
    /// <param name="retryPause">After how long a poll that threw is tried again.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where missed and failed runs are told.</param>
    /// <param name="poll">
    /// One run. Gives the pause after which it wants to go on before the next run is due (zero: at once), or null for nothing more to do. What it goes on
    /// with keeps to the active hours, too.
    /// </param>
    public PollingLoop(PollingSchedule schedule, TimeSpan retryPause, TimeProvider time, ILogger logger, Func<CancellationToken, ValueTask<TimeSpan?>> poll)
    {
        (_schedule, _retryPause, _time, _logger, _poll) = (schedule, retryPause, time, logger, poll);
        _missedEvents = new EventThrottle(time, TimeSpan.FromMinutes(10));
    }

    /// <summary>When the next run is due; null when there is none, or before the start.</summary>
    public DateTimeOffset? NextRun => Interlocked.Read(ref _nextTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Starts the loop. Called once.</summary>
    public void Start()
    {
        _anchor = _consumed = _time.GetUtcNow();
        if (_schedule.StartsAtOnce && _schedule.Allows(_anchor))
        {
            SetDue(_anchor);
        }
        else
        {
            SetDueBySchedule();
        }

        if (!_schedule.CountsFromEnd)
        {
            var next = _schedule.ShowNext(_due);
            Log.Scheduled(_logger, _schedule.Words, next);
        }

        _loop = Task.Run(LoopAsync, CancellationToken.None);
    }

    /// <summary>Ends the loop and waits for a run under way. False when the token was cancelled before that ended.</summary>
    public async Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        try
        {
            await _loop.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_loop.IsCompleted)
        {
            _stopping.Dispose();
        }
    }

    private async Task LoopAsync()
    {
        var stopping = _stopping.Token;
        try
        {
            while (true)
            {
                await WaitAsync(stopping);
                await RunAsync(stopping);
                SetNext();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (Exception e)
        {
            // The schedule itself failed: without this line the source would be silent for good.
            Log.LoopFailed(_logger, _schedule.Words, e);
        }
    }

    /// <summary>Waits until a run is due that is to be made.</summary>
    private async Task WaitAsync(CancellationToken stopping)
    {
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            var now = _time.GetUtcNow();
            if (now < _consumed - Late)
            {
                // The clock was set back.
                _consumed = now;
                SetDueBySchedule();
            }

            if (_due <= now && IsToRun(_due.Value, now))
            {
                return;
            }

            var wait = _due is { } due ? due - now : WaitWithoutRun;
            await Task.Delay(wait < LongestWait || _due is null ? wait : LongestWait, _time, stopping);
            RefreshDates();
        }
    }

    private bool IsToRun(DateTimeOffset due, DateTimeOffset now)
    {
        if (now - due <= Late)
        {
            _consumed = due;
            return true;
        }

        // Nobody looked at the clock for a while: the machine slept, or the clock was set forward.
        _consumed = now;
        Missed();
        if (_schedule.Misfire == MisfireRule.RunOnce && _schedule.Allows(now))
        {
            return true;
        }

        SetDueBySchedule();
        return false;
    }

    /// <summary>One run with what it goes on with.</summary>
    private async Task RunAsync(CancellationToken stopping)
    {
        while (await PollAsync(stopping) is { } pause)
        {
            var now = _time.GetUtcNow();
            var next = _schedule.CountsFromEnd ? _schedule.NextAfter(now, now) : _schedule.NextAfter(_anchor, _consumed);
            if (!_schedule.Allows(now + pause) || (pause > TimeSpan.Zero && next <= now + pause))
            {
                return;
            }

            await Task.Delay(pause, _time, stopping);
        }
    }

    private async ValueTask<TimeSpan?> PollAsync(CancellationToken stopping)
    {
        try
        {
            return await _poll(stopping);
        }
        catch (OperationCanceledException)
        {
            // We stop; or the channel does, or is being replaced, before its source is told.
            stopping.ThrowIfCancellationRequested();
        }
        catch (Exception e)
        {
            Log.PollFailed(_logger, _retryPause, e);
        }

        return _retryPause;
    }

    private void SetNext()
    {
        var now = _time.GetUtcNow();
        if (_schedule.CountsFromEnd)
        {
            _anchor = _consumed = now;
        }

        SetDueBySchedule();
        if (_due is null || _due > now)
        {
            return;
        }

        Missed();
        _consumed = now;
        if (_schedule.Misfire == MisfireRule.RunOnce && _schedule.Allows(now))
        {
            SetDue(now);
        }
        else
        {
            SetDueBySchedule();
        }
    }

    private void RefreshDates()
    {
        var (isChanged, trouble) = _schedule.Refresh();
        if (trouble is not null)
        {
            Log.DatesUnreadable(_logger, trouble);
        }

        if (isChanged || _due is null)
        {
            SetDueBySchedule();
        }
    }

    /// <summary>The first run after those that were made. The next intervals are counted from it.</summary>
    private void SetDueBySchedule()
    {
        SetDue(_schedule.NextAfter(_anchor, _consumed));
        _anchor = _due ?? _anchor;
    }

    private void SetDue(DateTimeOffset? due)
    {
        _due = due;
        Interlocked.Exchange(ref _nextTicks, due?.UtcTicks ?? 0);
    }

    private void Missed()
    {
        // A plain pause cannot be missed: there is nothing that it should have kept to.
        if (!_schedule.CountsFromEnd && _missedEvents.Allows(out var held))
        {
            Log.RunsMissed(_logger, _schedule.Words, _schedule.Misfire == MisfireRule.RunOnce ? "one run makes up for them" : "they are left out", held);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Runs {Schedule}; {Next}.")]
        public static partial void Scheduled(ILogger logger, string schedule, string next);

        [LoggerMessage(Level = LogLevel.Warning,
            Message = "Runs were missed ({Schedule}) because one took longer, the machine slept or its clock was set: {Outcome} ({Held} more such events since the last such line).")]
        public static partial void RunsMissed(ILogger logger, string schedule, string outcome, long held);

        [LoggerMessage(Level = LogLevel.Error, Message = "A run failed unexpectedly; it is tried again after {Pause}.")]
        public static partial void PollFailed(ILogger logger, TimeSpan pause, Exception exception);

        [LoggerMessage(Level = LogLevel.Error, Message = "The dates without runs were changed and cannot be used: {Reason}. Those before stay in force; correct the file.")]
        public static partial void DatesUnreadable(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Critical, Message = "The schedule ({Schedule}) failed: no more runs until the channel is deployed again. Please report this.")]
        public static partial void LoopFailed(ILogger logger, string schedule, Exception exception);
    }
}
