using ChannelHost.Engine.Messages;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>Delivers queued messages one after the other, in order: one that is not taken keeps all others waiting.</summary>
internal sealed partial class StrictWorker(
    string channel,
    DestinationDefinition definition,
    DestinationQueue queue,
    DeliveryLease lease,
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

    private readonly WorkInFlight _unsettled = new();
    private readonly QueueDoor _door = new(attempts.Gate, turns, control, stop);

    // Begun, and what came of it is not handed to the store.
    private bool _isSending;

    // The one in hand was queued again: it is not among the oldest, so the lease tells of it.
    private bool _isLeased;
    private QueueEntry? _held;

    public Task FirstLook => queue.FirstLook;

    public (long MessageId, DateTimeOffset Since) Blocked { get; private set; }

    public DateTimeOffset? NextAttempt => control.NextAttempt;

    public int Parked => Blocked.MessageId == 0 ? 0 : 1;

    public bool IsFull => false;

    public int Uncertain => (_isSending && !_isLeased ? 1 : 0) + queue.Uncertain;

    public IReadOnlyCollection<long> InDoubt => lease.Open;

    public Task WhenSettledAsync(CancellationToken cancellationToken) => _unsettled.WhenEmptyAsync(cancellationToken);

    public bool HoldsBack(long orderKey) => !queue.IsEmpty;

    public void BeginUncertain(int messages) => queue.BeginUncertain(messages);

    public void BeginEmpty() => queue.BeginEmpty();

    public void Enqueue(DestinationWork work, Task committed) => queue.Enqueue(work, committed);

    public void Requeue(DestinationWork work, long turn) => queue.Requeue(work, turn);

    public bool TryNow(long? messageId)
    {
        var isWoken = (messageId is not { } id || Blocked.MessageId == id) && (control.TryNow() || messageId is not null);
        return isWoken;
    }

    public void Skipped(long messageId)
    {
        // It is passed over when its turn comes.
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public async Task RunAsync()
    {
        var recording = new Queue<Task>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var entry = _held ?? await queue.TakeAsync(stop).ConfigureAwait(false);
                _held = entry;
                await entry.Committed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (entry.Committed.IsCompletedSuccessfully)
                {
                    recording.Enqueue(await DeliverAsync(entry).ConfigureAwait(false));
                }

                _held = null;
                queue.Done();
                if (queue.IsEmpty)
                {
                    control.NothingWaits();
                }

                while (recording.Count >= DestinationLane.UnrecordedOutcomes || (recording.TryPeek(out var oldest) && oldest.IsCompleted))
                {
                    await recording.Dequeue().ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The message in hand keeps its place: those behind it must not pass.
                if (_held is { } held && _isSending)
                {
                    _held = held with { Work = held.Work with { IsUncertain = true } };
                }

                attempts.LastFailure = $"unexpected failure of the queue ({exception.GetType().Name}); the log has the details";
                Log.QueueFailed(logger, channel, definition.Name, exception.GetType().Name, exception.StackTrace);
                await Task.Delay(_held is null ? DeliveryAttempts.StorePause : FaultPause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Delivers one queued message, however often it takes. Gives the recording of its outcome, which goes on while the next message is sent.</summary>
    private async Task<Task> DeliverAsync(QueueEntry entry)
    {
        var work = await entry.WorkAsync().ConfigureAwait(false);
        if (control.TryTake(work.MessageId, entry.Turn) is not { } hand)
        {
            _isSending = false;
            return Task.CompletedTask;
        }

        bool? isSkipped = null;
        try
        {
            _isLeased = entry.Turn != 0;
            if (_isLeased && !await attempts.CoverAsync(lease, work.MessageId, () => queue.UpcomingAgain(DeliveryLease.Ahead), stop).ConfigureAwait(false))
            {
                work = work with { IsUncertain = true };
            }

            var (recording, last) = await DeliverInHandAsync(work, hand).ConfigureAwait(false);
            if (recording is null)
            {
                Blocked = default;
                recording = attempts.RecordSkipped(last, hand.SkipReason!);
                if (await recording.ConfigureAwait(false))
                {
                    lease.Settle(work.MessageId);
                }

                isSkipped = true;
                return recording;
            }

            isSkipped = false;
            return _isLeased ? SettleAsync(work.MessageId, recording) : recording;
        }
        catch when (_isLeased && !_isSending)
        {
            // All that was tried is recorded.
            lease.Settle(work.MessageId);
            throw;
        }
        finally
        {
            control.Done(hand, isSkipped);
        }
    }

    private async Task SettleAsync(long messageId, Task<bool> recording)
    {
        _unsettled.Enter();
        try
        {
            if (await recording.ConfigureAwait(false))
            {
                lease.Settle(messageId);
            }
        }
        finally
        {
            _unsettled.Exit();
        }
    }

    /// <summary>The recording of the outcome, null when somebody gave up on the message; and the message as the attempts left it.</summary>
    private async Task<(Task<bool>? Recording, DestinationWork Work)> DeliverInHandAsync(DestinationWork work, QueueHand hand)
    {
        var maps = DestinationLane.MapsOf(work);
        for (var count = work.Attempts + 1; ; count++)
        {
            await control.WhileNotPausedAsync(hand, stop).ConfigureAwait(false);
            if (hand.SkipReason is not null)
            {
                return (null, work);
            }

            if (await _door.EnterAsync(hand, 0).ConfigureAwait(false) is not { } pass)
            {
                return (null, work);
            }

            Attempt attempt;
            try
            {
                _isSending = true;
                attempt = await attempts.MakeAsync(pass, work, maps, count, abort).ConfigureAwait(false);
            }
            finally
            {
                turns.Release(0);
            }

            var response = attempts.Final(work, attempt.Response, count, byDefault: 0);
            if (response.Status != MessageStatus.Queued)
            {
                Blocked = default;
                var final = attempts.RecordFinal(work, count, response, attempt.StateChanges, maps);
                _isSending = false;
                return (final, work);
            }

            if (Blocked.MessageId != work.MessageId)
            {
                Blocked = (work.MessageId, time.GetUtcNow());
                Log.Waits(logger, channel, definition.Name, work.MessageId, response.StatusMessage);
            }

            _isSending = !await attempts.RecordWaiting(work, count, response, attempt.StateChanges, maps).ConfigureAwait(false);
            work = work with { Attempts = count, IsUncertain = work.IsUncertain || response.IsUncertain };
            _held = _held is { } held ? held with { Work = work } : null;
            await control.WaitAsync(hand, RetryDelay.After(definition.Queue, count, Random.Shared.NextDouble()), stop).ConfigureAwait(false);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2303, Level = LogLevel.Warning, Message = "{Channel}: {Destination} does not take message {MessageId}; it and those behind it wait: {Reason}")]
        public static partial void Waits(ILogger logger, string channel, string destination, long messageId, string reason);

        [LoggerMessage(EventId = 2304, Level = LogLevel.Error, Message = "{Channel}: the queue of {Destination} met an unexpected {Failure}; the message in hand keeps its place and is tried again, those behind it wait\n{Trace}")]
        public static partial void QueueFailed(ILogger logger, string channel, string destination, string failure, string? trace);
    }
}
