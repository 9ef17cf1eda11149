using ChannelHost.Engine.Figures;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// One destination at work: its connector, its queue, and the turn that lets one delivery at a time through, in order. It lives on over a redeploy
/// that does not change the destination.
/// </summary>
internal sealed partial class DestinationLane(
    DestinationDefinition definition,
    IDestination connector,
    DestinationSender sender,
    DestinationQueue queue,
    OutcomeRecorder recorder,
    ChannelFigures figures,
    TimeProvider time,
    ILogger logger,
    string channel) : IAsyncDisposable
{
    /// <summary>
    /// How many outcomes of queued deliveries may be on their way to the disk at once. After a crash so many messages may have been delivered
    /// without a record; <see cref="IMessageStore.MarkUncertain"/> marks them.
    /// </summary>
    public const int UnrecordedOutcomes = 48;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private Task _worker = Task.CompletedTask;
    private bool _isReplaced;
    private bool _isSending;

    /// <summary>What the file says.</summary>
    public DestinationDefinition Definition => definition;

    /// <summary>True when the lane was closed in the middle of an attempt: the partner may have got the message in hand.</summary>
    public bool WasCutOff { get; private set; }

    /// <summary>The id of the message that is tried again, and since when; 0 when none is.</summary>
    public (long MessageId, DateTimeOffset Since) Blocked { get; private set; }

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>Prepares the connector.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => connector.StartAsync(cancellationToken);

    /// <summary>Starts delivering what is queued.</summary>
    public void StartQueue() => _worker = Task.Run(RunQueueAsync);

    /// <summary>Queues a message. Call in the order of hand-over to the store.</summary>
    public void Enqueue(DestinationWork work, Task committed)
    {
        figures.Queued();
        queue.Enqueue(work, committed);
    }

    /// <summary>Takes a place in the line for a direct delivery. Call in the order of hand-over to the store; then <see cref="DeliverAsync"/> or <see cref="GiveUpTurnAsync"/>.</summary>
    public Task TakeTurnAsync() => _turn.WaitAsync(_aborting.Token);

    /// <summary>Leaves the line without delivering.</summary>
    public async Task GiveUpTurnAsync(Task turn)
    {
        await turn.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (turn.IsCompletedSuccessfully)
        {
            _turn.Release();
        }
    }

    /// <summary>Delivers a message while its sender waits.</summary>
    /// <exception cref="OperationCanceledException">The channel was closed; the message stays Pending and is delivered at the next start.</exception>
    public async Task<Response> DeliverAsync(DestinationWork work, MessageMaps maps, Task turn)
    {
        await turn.ConfigureAwait(false);
        try
        {
            if (definition.Queue.Mode == QueueMode.OnFailure && !queue.IsEmpty)
            {
                return MoveToQueue(work, Response.TryAgain("Earlier messages wait in the queue."));
            }

            return await DeliverNowAsync(work, maps).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_isReplaced)
        {
            return await LeaveToSuccessorAsync(work).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>No new queued message is begun; the one in hand may finish until the token is cancelled.</summary>
    /// <param name="isReplaced">True when the channel goes on without this lane; false when the channel stops and its next start finds what is unfinished.</param>
    /// <param name="cancellationToken">Ends the attempt in hand.</param>
    public async Task StopAsync(bool isReplaced, CancellationToken cancellationToken)
    {
        _isReplaced = isReplaced;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await using (cancellationToken.Register(() => _aborting.Cancel()))
        {
            await _worker.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        WasCutOff = _isSending;
        await _aborting.CancelAsync().ConfigureAwait(false);
        await connector.StopAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await _aborting.CancelAsync().ConfigureAwait(false);
        await connector.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _aborting.Dispose();
    }

    private async Task<Response> DeliverNowAsync(DestinationWork work, MessageMaps maps)
    {
        var limit = definition.Queue.Attempts ?? 1;
        for (var attempts = work.Attempts + 1; ; attempts++)
        {
            var attempt = await sender.AttemptAsync(work, maps, attempts, _aborting.Token).ConfigureAwait(false);
            CountAttempt(work, attempts);
            var response = attempt.Response;
            if (response.Status != MessageStatus.Queued)
            {
                RecordSoon(Outcome(work, attempts, attempt, response));
                return response;
            }

            LastFailure = response.StatusMessage;
            work = work with { IsUncertain = work.IsUncertain || response.IsUncertain };
            if (definition.Queue.Mode == QueueMode.OnFailure)
            {
                return MoveToQueue(work with { Attempts = attempts }, response, attempt.StateChanges);
            }

            if (limit > 0 && attempts >= limit)
            {
                var final = Response.Failed(GaveUp(attempts, response), response.Content);
                RecordSoon(Outcome(work, attempts, attempt, final));
                return final;
            }

            await Task.Delay(RetryDelay.After(definition.Queue, attempts, Random.Shared.NextDouble()), time, _aborting.Token).ConfigureAwait(false);
        }
    }

    /// <summary>A direct delivery that a redeploy cut off: the lane that takes this one's place finds it in the queue, or somebody decides.</summary>
    private async Task<Response> LeaveToSuccessorAsync(DestinationWork work)
    {
        const string Reason = "The destination was changed while the message was on its way; whether the partner got it is not known.";
        var response = definition.Queue.Mode == QueueMode.Never ? Response.Failed(Reason) : Response.Uncertain(Reason);
        await recorder.RecordAsync(
            new DestinationUpdate
            {
                MessageId = work.MessageId,
                Destination = definition.Name,
                Status = response.Status,
                Attempts = work.Attempts + 1,
                IsReattempt = work.IsUncertain,
                Error = Reason,
            },
            CancellationToken.None).ConfigureAwait(false);
        return response;
    }

    private Response MoveToQueue(DestinationWork work, Response response, IReadOnlyList<StateChange>? changes = null)
    {
        var queued = recorder.RecordAsync(
            new DestinationUpdate
            {
                MessageId = work.MessageId,
                Destination = definition.Name,
                Status = MessageStatus.Queued,
                Attempts = work.Attempts,
                IsReattempt = work.IsUncertain,
                Error = response.Error,
                StateChanges = changes ?? [],
            },
            _aborting.Token);
        Enqueue(work, queued);
        return response;
    }

    private async Task RunQueueAsync()
    {
        var recording = new Queue<Task>();
        try
        {
            while (true)
            {
                var entry = await queue.TakeAsync(_stopping.Token).ConfigureAwait(false);
                await entry.Committed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (entry.Committed.IsCompletedSuccessfully)
                {
                    var work = entry.Committed is Task<StoredOutcome> stored
                        ? entry.Work with { DuplicateOf = (await stored.ConfigureAwait(false)).DuplicateOf }
                        : entry.Work;
                    recording.Enqueue(await DeliverQueuedAsync(work).ConfigureAwait(false));
                }

                queue.Done();
                while (recording.Count >= UnrecordedOutcomes || recording.TryPeek(out var oldest) && oldest.IsCompleted)
                {
                    await recording.Dequeue().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped. What was delivered must still be recorded.
            await Task.WhenAll(recording).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception exception)
        {
            Log.QueueDied(logger, exception, channel, definition.Name);
            throw;
        }
    }

    /// <summary>Delivers one queued message, however often it takes. Gives the recording of its outcome, which goes on while the next message is sent.</summary>
    private async Task<Task> DeliverQueuedAsync(DestinationWork work)
    {
        var maps = MapsOf(work);
        var limit = definition.Queue.Attempts ?? 0;
        for (var attempts = work.Attempts + 1; ; attempts++)
        {
            Attempt attempt;
            await _turn.WaitAsync(_stopping.Token).ConfigureAwait(false);
            try
            {
                _isSending = true;
                attempt = await sender.AttemptAsync(work, maps, attempts, _aborting.Token).ConfigureAwait(false);
                _isSending = false;
            }
            finally
            {
                _turn.Release();
            }

            CountAttempt(work, attempts);
            var response = attempt.Response;
            if (response.Status == MessageStatus.Queued && limit > 0 && attempts >= limit)
            {
                response = Response.Failed(GaveUp(attempts, response), response.Content);
            }

            if (response.Status != MessageStatus.Queued)
            {
                Blocked = default;
                return RecordAsync(Outcome(work, attempts, attempt, response));
            }

            if (Blocked.MessageId != work.MessageId)
            {
                Blocked = (work.MessageId, time.GetUtcNow());
                Log.Waits(logger, channel, definition.Name, work.MessageId, response.StatusMessage);
            }

            LastFailure = response.StatusMessage;
            await recorder.RecordAsync(Outcome(work, attempts, attempt, response), _aborting.Token).ConfigureAwait(false);
            work = work with { IsUncertain = work.IsUncertain || response.IsUncertain };
            await Task.Delay(RetryDelay.After(definition.Queue, attempts, Random.Shared.NextDouble()), time, _stopping.Token).ConfigureAwait(false);
        }
    }

    private void RecordSoon(DestinationUpdate update) => _ = RecordAsync(update);

    private Task RecordAsync(DestinationUpdate update)
    {
        if (update.Status == MessageStatus.Sent)
        {
            LastFailure = null;
            figures.Sent();
        }
        else
        {
            LastFailure = update.Error;
            figures.DeliveryFailed();
        }

        return recorder.RecordAsync(update, _aborting.Token);
    }

    private void CountAttempt(DestinationWork work, int attempts)
    {
        if (attempts > 1)
        {
            figures.Retried();
        }

        if (work.IsUncertain)
        {
            figures.Reattempted();
        }
    }

    private DestinationUpdate Outcome(DestinationWork work, int attempts, Attempt attempt, Response response) => new()
    {
        MessageId = work.MessageId,
        Destination = definition.Name,
        Status = response.Status,
        Attempts = attempts,
        IsReattempt = work.IsUncertain,
        SentAt = response.Status == MessageStatus.Sent ? time.GetUtcNow() : null,
        Response = response.Content.IsEmpty ? default(ReadOnlyMemory<byte>?) : response.Content,
        Error = response.Status == MessageStatus.Sent ? null : response.Error ?? response.StatusMessage,
        StateChanges = attempt.StateChanges,
    };

    private static string GaveUp(int attempts, Response response) =>
        attempts == 1 ? response.StatusMessage : $"Gave up after {attempts} attempts; the last one: {response.StatusMessage}";

    /// <summary>The maps of a message that comes from the store.</summary>
    public static MessageMaps MapsOf(DestinationWork work) => new()
    {
        Source = work.SourceMap ?? new Dictionary<string, object?>(),
        Channel = work.ChannelMap is { Count: > 0 } channelMap ? new VariableMap(channelMap) : new VariableMap(),
        Connector = work.ConnectorMap is { Count: > 0 } connectorMap ? new VariableMap(connectorMap) : new VariableMap(),
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 2303, Level = LogLevel.Warning, Message = "{Channel}: {Destination} does not take message {MessageId}; it and those behind it wait: {Reason}")]
        public static partial void Waits(ILogger logger, string channel, string destination, long messageId, string reason);

        [LoggerMessage(EventId = 2304, Level = LogLevel.Critical, Message = "{Channel}: the queue of {Destination} ended unexpectedly; redeploy the channel")]
        public static partial void QueueDied(ILogger logger, Exception exception, string channel, string destination);
    }
}
