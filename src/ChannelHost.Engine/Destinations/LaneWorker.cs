using ChannelHost.Engine.Messages;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>Delivers so many queued messages at once. One that is not taken keeps those of its own key waiting, and nobody else.</summary>
internal sealed partial class LaneWorker(
    string channel,
    DestinationDefinition definition,
    LaneQueue queue,
    DeliveryLease lease,
    OrderEras eras,
    DeliveryAttempts attempts,
    DeliveryTurns turns,
    QueueControl control,
    TimeProvider time,
    ILogger logger,
    CancellationToken stop,
    CancellationToken abort) : IQueueWorker
{
    /// <summary>After a fault of ours nobody knows better than to try again a little later.</summary>
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(30);

    /// <summary>There is no doubt about the message.</summary>
    private static readonly Task<bool> Settled = Task.FromResult(true);

    /// <summary>There is, or it is for somebody else to say.</summary>
    private static readonly Task<bool> Unsettled = Task.FromResult(false);

    private readonly QueueDoor _door = new(attempts.Gate, turns, control, stop);
    private readonly SemaphoreSlim _lanes = new(definition.Queue.Lanes);
    private readonly SemaphoreSlim _unrecorded = new(DestinationLane.UnrecordedOutcomes + definition.Queue.Lanes);
    private readonly WorkInFlight _inHand = new();
    private readonly WorkInFlight _unsettled = new();
    private bool _toldFull;

    public Task FirstLook => queue.FirstLook;

    public (long MessageId, DateTimeOffset Since) Blocked => queue.Oldest;

    public DateTimeOffset? NextAttempt => queue.NextAttempt ?? control.NextAttempt;

    public int Parked => queue.Parked;

    public bool IsFull => queue.IsFull;

    public int Uncertain => 0;

    public IReadOnlyCollection<long> InDoubt => lease.Open;

    public Task WhenSettledAsync(CancellationToken cancellationToken) => _unsettled.WhenEmptyAsync(cancellationToken);

    public bool HoldsBack(long orderKey) => queue.HoldsBack(orderKey);

    public void BeginUncertain(int messages)
    {
        // What the lane before left in doubt is marked in the store.
        if (!definition.Queue.HasKey)
        {
            return;
        }

        try
        {
            queue.LastOfOtherKeys = eras.LastBefore(definition.Name, definition.Queue);
        }
        catch (StoreException exception)
        {
            // Slow, but in order: one after the other until the channel is deployed again.
            queue.LastOfOtherKeys = long.MaxValue;
            attempts.LastFailure = exception.Message;
            Log.NoEra(logger, channel, definition.Name, exception.Message);
        }
    }

    public void BeginEmpty() => queue.BeginEmpty();

    public void Enqueue(DestinationWork work, Task committed) => queue.Enqueue(work, committed);

    public void Requeue(DestinationWork work, long turn) => queue.Requeue(work, turn);

    public bool TryNow(long? messageId)
    {
        var isWaiting = control.TryNow();
        return queue.TryNow(messageId) || (isWaiting && messageId is null);
    }

    public void Skipped(long messageId) => queue.TryNow(messageId);

    public ValueTask DisposeAsync()
    {
        // The semaphores have no handle to let go of, and a delivery that ends late still gives its place back.
        return ValueTask.CompletedTask;
    }

    public async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await BeginNextAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                Failed(exception);
                await Task.Delay(DeliveryAttempts.StorePause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await _inHand.WhenEmptyAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask BeginNextAsync()
    {
        await _unrecorded.WaitAsync(stop).ConfigureAwait(false);
        await _lanes.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            TellWhenFull();
            var (line, entry) = await queue.TakeAsync(stop).ConfigureAwait(false);
            var isFirst = await CoverAsync(line, entry).ConfigureAwait(false);
            if (!isFirst)
            {
                entry = entry with { Work = entry.Work with { IsUncertain = true } };
            }

            _inHand.Enter();
            _unsettled.Enter();
            _ = Task.Run(() => DeliverAsync(line, entry, isFirst), CancellationToken.None);
        }
        catch
        {
            _lanes.Release();
            _unrecorded.Release();
            throw;
        }
    }

    /// <summary>False when what came of an earlier attempt at it is not recorded.</summary>
    private async ValueTask<bool> CoverAsync(KeyLine line, QueueEntry entry)
    {
        try
        {
            return await attempts.CoverAsync(lease, entry.Work.MessageId, () => queue.Upcoming(DeliveryLease.Ahead), stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            queue.Park(line, entry.Work.MessageId, entry.Turn, FaultPause);
            throw;
        }
    }

    /// <summary>One message in one lane. The lane is free again when it was sent or is parked; its outcome goes to the store meanwhile.</summary>
    private async Task DeliverAsync(KeyLine line, QueueEntry entry, bool isFirst)
    {
        var recording = Unsettled;
        line.IsInDoubt = !isFirst;
        try
        {
            recording = await DeliverInHandAsync(line, entry).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The lane is closed: the message waits in the store, and where it may have gone out, the lease says so.
            recording = line.IsInDoubt ? Unsettled : Settled;
        }
        catch (Exception exception)
        {
            // It stays queued, and those of its key behind it.
            Failed(exception);
            await ParkAfterFaultAsync(line, entry).ConfigureAwait(false);
        }
        finally
        {
            _lanes.Release();
            _inHand.Exit();
        }

        await ((Task)recording).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (recording.IsCompletedSuccessfully && await recording.ConfigureAwait(false))
        {
            lease.Settle(entry.Work.MessageId);
        }

        _unsettled.Exit();
        _unrecorded.Release();
    }

    /// <summary>After a fault of ours: when the message may have gone out, the next attempt must say so.</summary>
    private async ValueTask ParkAfterFaultAsync(KeyLine line, QueueEntry entry)
    {
        if (line.IsInDoubt)
        {
            try
            {
                var response = Response.Uncertain(attempts.LastFailure ?? "unexpected failure of the queue");
                line.IsInDoubt = !await attempts.RecordWaiting(entry.Work, entry.Work.Attempts + 1, response, []).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // The lease knows it still.
                Failed(exception);
            }
        }

        SettleBeforePark(line, entry);
        queue.Park(line, entry.Work.MessageId, entry.Turn, FaultPause);
    }

    /// <summary>Once it is parked, the next attempt may begin at any time and is then the one that the lease tells of.</summary>
    private void SettleBeforePark(KeyLine line, QueueEntry entry)
    {
        if (!line.IsInDoubt)
        {
            lease.Settle(entry.Work.MessageId);
        }
    }

    /// <summary>Gives whether the message is settled, once that is known.</summary>
    private async ValueTask<Task<bool>> DeliverInHandAsync(KeyLine line, QueueEntry entry)
    {
        await entry.Committed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var hand = entry.Committed.IsCompletedSuccessfully ? control.TryTake(entry.Work.MessageId, entry.Turn) : null;
        if (hand is null)
        {
            // When it was open before, another entry of it is on its way.
            var settled = line.IsInDoubt ? Unsettled : Settled;
            EndOf(line);
            return settled;
        }

        bool? isSkipped = null;
        var isParked = false;
        try
        {
            var (work, final) = await AttemptAsync(line, entry, hand).ConfigureAwait(false);
            if (final is not null)
            {
                isSkipped = false;
                return final;
            }

            if (control.TryPark(hand))
            {
                isParked = true;
                SettleBeforePark(line, entry);
                Park(line, entry, work);
                return Unsettled;
            }

            var skipped = attempts.RecordSkipped(work, hand.SkipReason!);
            await skipped.ConfigureAwait(false);
            isSkipped = true;
            return skipped;
        }
        finally
        {
            if (!isParked)
            {
                control.Done(hand, isSkipped);
                if (isSkipped is not null)
                {
                    EndOf(line);
                }
            }
        }
    }

    /// <summary>Makes an attempt. Gives the recording of the outcome, null when the message waits on or somebody gave up on it; and the message as the attempt left it.</summary>
    private async ValueTask<(DestinationWork Work, Task<bool>? Final)> AttemptAsync(KeyLine line, QueueEntry entry, QueueHand hand)
    {
        var work = await entry.WorkAsync().ConfigureAwait(false);
        await control.WhileNotPausedAsync(hand, stop).ConfigureAwait(false);
        if (hand.SkipReason is not null || await _door.EnterAsync(hand, line.Key).ConfigureAwait(false) is not { } pass)
        {
            return (work, null);
        }

        var count = work.Attempts + 1;
        var maps = DestinationLane.MapsOf(work);
        Attempt attempt;
        line.IsInDoubt = true;
        try
        {
            attempt = await attempts.MakeAsync(pass, work, maps, count, abort).ConfigureAwait(false);
        }
        finally
        {
            turns.Release(line.Key);
        }

        var response = attempts.Final(work, attempt.Response, count, byDefault: 0);
        if (response.Status != MessageStatus.Queued)
        {
            var final = attempts.RecordFinal(work, count, response, attempt.StateChanges, maps);
            line.IsInDoubt = false;
            return (work, final);
        }

        line.IsInDoubt = !await attempts.RecordWaiting(work, count, response, attempt.StateChanges, maps).ConfigureAwait(false);
        return (work with { Attempts = count, IsUncertain = work.IsUncertain || response.IsUncertain }, null);
    }

    private void Park(KeyLine line, QueueEntry entry, DestinationWork work)
    {
        var pause = RetryDelay.After(definition.Queue, work.Attempts, Random.Shared.NextDouble());
        if (queue.Park(line, work.MessageId, entry.Turn, pause) == 1)
        {
            Log.Waits(logger, channel, definition.Name, work.MessageId, attempts.LastFailure);
        }

        if (control.IsGivenUp(work.MessageId, entry.Turn))
        {
            // While it was neither in hand nor parked: nobody else would wake those behind it.
            queue.TryNow(work.MessageId);
        }
    }

    private void EndOf(KeyLine line)
    {
        queue.Done(line);
        if (queue.IsEmpty)
        {
            control.NothingWaits();
        }
    }

    private void TellWhenFull()
    {
        var isFull = queue.IsFull;
        if (isFull && !_toldFull)
        {
            Log.Full(logger, channel, definition.Name, LaneQueue.MostParked);
        }

        _toldFull = isFull;
    }

    private void Failed(Exception exception)
    {
        attempts.LastFailure = $"unexpected failure of the queue ({exception.GetType().Name}); the log has the details";
        Log.QueueFailed(logger, channel, definition.Name, exception.GetType().Name, exception.StackTrace);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2317, Level = LogLevel.Error, Message = "{Channel}: since when the keys of {Destination} are computed as they are could not be noted; all its messages go one after the other until it is deployed again: {Reason}")]
        public static partial void NoEra(ILogger logger, string channel, string destination, string reason);

        [LoggerMessage(EventId = 2313, Level = LogLevel.Warning, Message = "{Channel}: {Destination} does not take message {MessageId}; those of other keys pass it: {Reason}")]
        public static partial void Waits(ILogger logger, string channel, string destination, long messageId, string? reason);

        [LoggerMessage(EventId = 2314, Level = LogLevel.Warning, Message = "{Channel}: {Parked} keys wait at {Destination} for another attempt; no further ones are begun before some of them are through")]
        private static partial void Full(ILogger logger, string channel, int parked, string destination);

        public static void Full(ILogger logger, string channel, string destination, int parked) => Full(logger, channel, parked, destination);

        [LoggerMessage(EventId = 2315, Level = LogLevel.Error, Message = "{Channel}: the queue of {Destination} met an unexpected {Failure}; the message in hand stays queued and is tried again, the others go on\n{Trace}")]
        public static partial void QueueFailed(ILogger logger, string channel, string destination, string failure, string? trace);
    }
}
