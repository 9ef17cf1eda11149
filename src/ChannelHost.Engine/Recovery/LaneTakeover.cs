using ChannelHost.Engine.Destinations;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Recovery;

/// <summary>
/// Hands over from lanes that were replaced to those in their place: marks what the partner may have got, puts unrecorded deliveries back in line, and only then starts
/// the queue. What the store does not take is offered again until it does; a queue that waits for that does not keep the others from starting.
/// </summary>
/// <param name="channel">The channel's name.</param>
/// <param name="marks">Marks messages.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where events go.</param>
/// <param name="closing">Cancelled when the channel is closed.</param>
internal sealed partial class LaneTakeover(string channel, DoubtMarks marks, TimeProvider time, ILogger logger, CancellationToken closing)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // By destination; only those whose queue is not started. Touched by one swap, or by the retry that the next swap ends first.
    private readonly Dictionary<string, Left> _open = new(StringComparer.Ordinal);
    private Func<Task>? _resume;
    private CancellationTokenSource? _retrying;
    private Task _retry = Task.CompletedTask;

    /// <summary>True when nothing is left to hand over.</summary>
    public bool IsDone => _retry.IsCompleted && _open.Count == 0 && _resume is null;

    /// <summary>Ends the retry, so that lanes can be swapped again; what it did not bring to its end is taken along into the next <see cref="BeginAsync"/>.</summary>
    public async Task EndRetryAsync()
    {
        if (_retrying is { } retrying)
        {
            await retrying.CancelAsync().ConfigureAwait(false);
            await _retry.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            retrying.Dispose();
            _retrying = null;
        }
    }

    /// <summary>Hands over what can be, and goes on with the rest in the background.</summary>
    /// <param name="gone">The lanes that were replaced or taken out; they are stopped.</param>
    /// <param name="lanes">Those that deliver now.</param>
    /// <param name="resume">Puts unrecorded deliveries back in line; called again after it failed, it goes on where it was.</param>
    public async Task BeginAsync(IReadOnlyList<DestinationLane> gone, IReadOnlyDictionary<string, DestinationLane> lanes, Func<Task> resume)
    {
        foreach (var lane in gone)
        {
            var name = lane.Definition.Name;
            var before = _open.GetValueOrDefault(name);

            // A lane that was never started left nothing itself: what the one before it left still counts.
            var isStrict = before is not null ? before.IsStrict : lane.Definition.Queue.IsStrict;
            _open[name] = new Left([.. before?.InDoubt ?? [], .. lane.InDoubt], (before?.Oldest ?? 0) + lane.Uncertain, isStrict);
        }

        // What an earlier swap could not resume comes first.
        var earlier = _resume;
        _resume = earlier is null ? resume : () => ResumeBothAsync(earlier, resume);
        if (await TryAsync(lanes).ConfigureAwait(false))
        {
            return;
        }

        _retrying = CancellationTokenSource.CreateLinkedTokenSource(closing);
        var stop = _retrying.Token;
        _retry = Task.Run(() => RetryAsync(lanes, stop), CancellationToken.None);
    }

    private static async Task ResumeBothAsync(Func<Task> first, Func<Task> second)
    {
        await first().ConfigureAwait(false);
        await second().ConfigureAwait(false);
    }

    private async Task RetryAsync(IReadOnlyDictionary<string, DestinationLane> lanes, CancellationToken stop)
    {
        try
        {
            do
            {
                await Task.Delay(Pause, time, stop).ConfigureAwait(false);
            }
            while (!await TryAsync(lanes).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The next swap takes it along; the next start does where the channel is closed.
        }
    }

    private async Task<bool> TryAsync(IReadOnlyDictionary<string, DestinationLane> lanes)
    {
        var isEachMarked = true;
        foreach (var (name, left) in _open)
        {
            isEachMarked &= left.IsMarked || await TryMarkAsync(name, left, lanes.GetValueOrDefault(name)).ConfigureAwait(false);
        }

        if (_resume is not null && !await TryResumeAsync().ConfigureAwait(false))
        {
            return false;
        }

        foreach (var (name, left) in _open.Where(entry => entry.Value.IsMarked).ToList())
        {
            _open.Remove(name);
            lanes.GetValueOrDefault(name)?.StartQueue(left.IsStrict ? left.Oldest : 0);
        }

        return isEachMarked;
    }

    /// <summary>A strict queue remembers by itself how many of its first messages are in doubt; where a queue with lanes is before or after it, it must stand in the store.</summary>
    private async Task<bool> TryMarkAsync(string name, Left left, DestinationLane? after)
    {
        try
        {
            await marks.MarkAsync(name, left.InDoubt).ConfigureAwait(false);
            // Tried again, deliveries that were resumed meanwhile stand among them: a mark too many does no harm.
            if (after is { Definition.Queue.IsStrict: false } && left.Oldest > 0)
            {
                await marks.MarkOldestAsync(name, left.Oldest + (left.IsTold ? DestinationLane.UnrecordedOutcomes : 0)).ConfigureAwait(false);
            }

            left.IsMarked = true;
            return true;
        }
        catch (StoreException exception)
        {
            TellOnce(left, name, exception);
            return false;
        }
    }

    private async Task<bool> TryResumeAsync()
    {
        try
        {
            await _resume!().ConfigureAwait(false);
            _resume = null;
            return true;
        }
        catch (StoreException exception)
        {
            foreach (var (name, left) in _open)
            {
                TellOnce(left, name, exception);
            }

            return false;
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            return false;
        }
    }

    private void TellOnce(Left left, string destination, StoreException exception)
    {
        if (!left.IsTold)
        {
            left.IsTold = true;
            Log.NotTakenUp(logger, channel, destination, exception.Message);
        }
    }

    private sealed class Left(IReadOnlyList<long> inDoubt, int oldest, bool isStrict)
    {
        public IReadOnlyList<long> InDoubt => inDoubt;

        public int Oldest => oldest;

        public bool IsStrict => isStrict;

        public bool IsMarked { get; set; }

        public bool IsTold { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2007, Level = LogLevel.Error, Message = "{Channel}: what the version before left open at {Destination} could not be taken up; its queue is not started before that is done, which is tried again every second: {Reason}")]
        public static partial void NotTakenUp(ILogger logger, string channel, string destination, string reason);
    }
}
