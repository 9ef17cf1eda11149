using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>Delivers queued messages one after the other, in order: one that is not taken keeps all others waiting.</summary>
internal sealed partial class StrictWorker(
    string channel,
    DestinationDefinition definition,
    DestinationQueue queue,
    DeliveryAttempts attempts,
    DeliveryTurns turns,
    QueueControl control,
    TimeProvider time,
    ILogger logger,
    CancellationToken stop,
    CancellationToken abort) : IQueueWorker
{
    private bool _isSending;

    public Task FirstLook => queue.FirstLook;

    public (long MessageId, DateTimeOffset Since) Blocked { get; private set; }

    public DateTimeOffset? NextAttempt => control.NextAttempt;

    public int Parked => Blocked.MessageId == 0 ? 0 : 1;

    public bool IsFull => false;

    public int Uncertain => (_isSending ? 1 : 0) + queue.Uncertain;

    public IReadOnlyCollection<long> InDoubt => [];

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
                var entry = await queue.TakeAsync(stop).ConfigureAwait(false);
                await entry.Committed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (entry.Committed.IsCompletedSuccessfully)
                {
                    recording.Enqueue(await DeliverAsync(await entry.WorkAsync().ConfigureAwait(false), entry.Turn).ConfigureAwait(false));
                }

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
                // The message in hand stays queued in the store and comes again with the next start; those behind it go on.
                attempts.LastFailure = $"unexpected failure of the queue ({exception.GetType().Name}); the log has the details";
                Log.QueueFailed(logger, channel, definition.Name, exception.GetType().Name, exception.StackTrace);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Delivers one queued message, however often it takes. Gives the recording of its outcome, which goes on while the next message is sent.</summary>
    private async Task<Task> DeliverAsync(DestinationWork work, long turn)
    {
        if (control.TryTake(work.MessageId, turn) is not { } hand)
        {
            return Task.CompletedTask;
        }

        bool? isSkipped = null;
        try
        {
            var (recording, last) = await DeliverInHandAsync(work, hand).ConfigureAwait(false);
            if (recording is null)
            {
                Blocked = default;
                recording = attempts.RecordSkipped(last, hand.SkipReason!);
                await recording.ConfigureAwait(false);
                isSkipped = true;
                return recording;
            }

            isSkipped = false;
            return recording;
        }
        finally
        {
            control.Done(hand, isSkipped);
        }
    }

    /// <summary>The recording of the outcome, null when somebody gave up on the message; and the message as the attempts left it.</summary>
    private async Task<(Task? Recording, DestinationWork Work)> DeliverInHandAsync(DestinationWork work, QueueHand hand)
    {
        var maps = DestinationLane.MapsOf(work);
        for (var count = work.Attempts + 1; ; count++)
        {
            await control.WhileNotPausedAsync(hand, stop).ConfigureAwait(false);
            if (hand.SkipReason is not null)
            {
                return (null, work);
            }

            Attempt attempt;
            if (!await TakeTurnAsync(hand).ConfigureAwait(false))
            {
                return (null, work);
            }

            try
            {
                _isSending = true;
                attempt = await attempts.MakeAsync(work, maps, count, abort).ConfigureAwait(false);
                _isSending = false;
            }
            finally
            {
                turns.Release(0);
            }

            var response = attempts.Final(work, attempt.Response, count, byDefault: 0);
            if (response.Status != MessageStatus.Queued)
            {
                Blocked = default;
                return (attempts.RecordFinal(work, count, response, attempt.StateChanges, maps), work);
            }

            if (Blocked.MessageId != work.MessageId)
            {
                Blocked = (work.MessageId, time.GetUtcNow());
                Log.Waits(logger, channel, definition.Name, work.MessageId, response.StatusMessage);
            }

            await attempts.RecordWaiting(work, count, response, attempt.StateChanges, maps).ConfigureAwait(false);
            work = work with { Attempts = count, IsUncertain = work.IsUncertain || response.IsUncertain };
            await control.WaitAsync(hand, RetryDelay.After(definition.Queue, count, Random.Shared.NextDouble()), stop).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the turn, and for the partner to be callable. False when somebody gave up on the message meanwhile.</summary>
    private async ValueTask<bool> TakeTurnAsync(QueueHand hand)
    {
        while (true)
        {
            while (attempts.Gate.Left is var left && left > TimeSpan.Zero)
            {
                await control.WaitAsync(hand, left, stop).ConfigureAwait(false);
                if (hand.SkipReason is not null)
                {
                    return false;
                }
            }

            await attempts.Gate.WaitAsync(stop).ConfigureAwait(false);
            await turns.WaitAsync(0, stop).ConfigureAwait(false);
            if (attempts.Gate.TryEnter())
            {
                return true;
            }

            // Whoever had the turn before was asked to wait, or found the partner gone.
            turns.Release(0);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2303, Level = LogLevel.Warning, Message = "{Channel}: {Destination} does not take message {MessageId}; it and those behind it wait: {Reason}")]
        public static partial void Waits(ILogger logger, string channel, string destination, long messageId, string reason);

        [LoggerMessage(EventId = 2304, Level = LogLevel.Error, Message = "{Channel}: the queue of {Destination} met an unexpected {Failure}; the message in hand stays queued until the next start, the others go on\n{Trace}")]
        public static partial void QueueFailed(ILogger logger, string channel, string destination, string failure, string? trace);
    }
}
