using ChannelHost.Engine.Attachments;
using ChannelHost.Engine.Figures;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// One destination at work: its connector, its queue, and the turn that lets one delivery at a time through, in order. It lives on over a redeploy
/// that does not change the destination.
/// </summary>
internal sealed partial class DestinationLane : IAsyncDisposable
{
    /// <summary>
    /// How many outcomes of queued deliveries may be on their way to the disk at once. After a crash so many messages may have been delivered
    /// without a record; <see cref="IMessageStore.MarkUncertain"/> marks them.
    /// </summary>
    public const int UnrecordedOutcomes = 48;

    /// <summary>How long a lane that is cut off waits for deliveries to notice.</summary>
    private static readonly TimeSpan CutOffPatience = TimeSpan.FromSeconds(5);

    private readonly string _channel;
    private readonly IDestination _connector;
    private readonly DestinationSender _sender;
    private readonly DestinationQueue _queue;
    private readonly OutcomeRecorder _recorder;
    private readonly ChannelFigures _figures;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PartnerPause _pause;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();

    // Kept apart from their sources: a delivery that ends after the lane is disposed must still be able to look.
    private readonly CancellationToken _stop;
    private readonly CancellationToken _abort;
    private Task _worker = Task.CompletedTask;
    private bool _isSending;

    public DestinationLane(
        string channel,
        DestinationDefinition definition,
        IDestination connector,
        DestinationSender sender,
        DestinationQueue queue,
        OutcomeRecorder recorder,
        ChannelFigures figures,
        TimeProvider time,
        ILogger logger)
    {
        _channel = channel;
        Definition = definition;
        _connector = connector;
        _sender = sender;
        _queue = queue;
        _recorder = recorder;
        _figures = figures;
        _time = time;
        _logger = logger;
        _pause = new PartnerPause(time);
        Control = new QueueControl(time);
        _stop = _stopping.Token;
        _abort = _aborting.Token;
    }

    /// <summary>What the file says.</summary>
    public DestinationDefinition Definition { get; }

    /// <summary>How its answers are read.</summary>
    public IMessageCodec Answers => _sender.Answers;

    /// <summary>The attachments of a stored message.</summary>
    public IAttachments AttachmentsOf(long messageId) => _sender.AttachmentsOf(messageId);

    /// <summary>The id of the message that is tried again, and since when; 0 when none is.</summary>
    public (long MessageId, DateTimeOffset Since) Blocked { get; private set; }

    /// <summary>What people may do to the queue.</summary>
    public QueueControl Control { get; }

    /// <summary>When the partner may be called again, or the message in hand is tried next; null when nothing waits for that.</summary>
    public DateTimeOffset? NextAttempt => Control.NextAttempt ?? (_pause.Left is var left && left > TimeSpan.Zero ? _time.GetUtcNow() + left : null);

    /// <summary>Why the last attempt failed; null when it did not. No content.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>After <see cref="StopAsync"/>: how many of the oldest queued messages the partner may have got without a record.</summary>
    public int Uncertain => (_isSending ? 1 : 0) + (_recorder.IsIdle ? 0 : UnrecordedOutcomes) + _queue.Uncertain;

    /// <summary>Prepares the connector.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _connector.StartAsync(cancellationToken);

    /// <summary>Starts delivering what is queued.</summary>
    /// <param name="uncertain">How many of the oldest the partner may have got from the lane before.</param>
    public void StartQueue(int uncertain = 0)
    {
        _queue.BeginUncertain(uncertain);
        _worker = Task.Run(RunQueueAsync);
    }

    /// <summary>In place of <see cref="StartQueue"/>: nothing that is queued is sent before somebody asks for it by <see cref="TryQueuedAsync"/>.</summary>
    public void HoldQueue() => _queue.BeginEmpty();

    /// <summary>Makes the first attempt at a message that was queued, as the queue would; what comes of it is told and not recorded.</summary>
    public async ValueTask<Response> TryQueuedAsync(DestinationWork work) => (await AttemptAsync(work, MapsOf(work), work.Attempts + 1).ConfigureAwait(false)).Response;

    /// <summary>Queues a message. Call in the order of hand-over to the store.</summary>
    public void Enqueue(DestinationWork work, Task committed)
    {
        _figures.Queued();
        _queue.Enqueue(work, committed);
    }

    /// <summary>Takes a failed message before those that wait.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="queueInStore">Makes it Queued in the store and gives what is to be sent; null when it is not queued again.</param>
    /// <returns>True when it is queued again.</returns>
    public async Task<bool> RequeueAsync(long messageId, Func<Task<DestinationWork?>> queueInStore)
    {
        // Before the store says Queued: a page that is read from it at that moment must not send the message as well.
        var turn = Control.Again(messageId);
        if (await queueInStore().ConfigureAwait(false) is not { } work)
        {
            return false;
        }

        _queue.Requeue(work, turn);
        return true;
    }

    /// <summary>Gives up on a queued message: it ends in Error. False when it was delivered meanwhile.</summary>
    /// <exception cref="OperationCanceledException">The lane was closed first; the message waits on.</exception>
    public Task<bool> SkipAsync(long messageId, int attempts, string reason) =>
        Control.Skip(messageId, reason) ?? EndInErrorAsync(messageId, attempts, reason);

    /// <summary>Takes a place in the line for a direct delivery. Call in the order of hand-over to the store; then <see cref="DeliverAsync"/> or <see cref="GiveUpTurnAsync"/>.</summary>
    public Task TakeTurnAsync() => _turn.WaitAsync(CancellationToken.None);

    /// <summary>Leaves the line without delivering.</summary>
    public async Task GiveUpTurnAsync(Task turn)
    {
        await turn.ConfigureAwait(false);
        _turn.Release();
    }

    /// <summary>Delivers a message while its sender waits.</summary>
    /// <exception cref="OperationCanceledException">The lane was closed; the message stays Pending, and the lane that takes its place, or the next start, delivers it.</exception>
    public async Task<Response> DeliverAsync(DestinationWork work, MessageMaps maps, Task turn)
    {
        await MyTurnAsync(turn).ConfigureAwait(false);
        try
        {
            _abort.ThrowIfCancellationRequested();
            if (!_queue.FirstLook.IsCompleted)
            {
                await _queue.FirstLook.WaitAsync(_abort).ConfigureAwait(false);
            }

            // Also where there is no queue any more: what was queued before goes first.
            if (Definition.Queue.Mode != QueueMode.Always && !_queue.IsEmpty)
            {
                return MoveToQueue(work, Response.TryAgain("Earlier messages wait in the queue."), []);
            }

            if (Definition.Queue.Mode == QueueMode.OnFailure && Control.IsPaused)
            {
                return MoveToQueue(work, Response.TryAgain("The queue is paused."), []);
            }

            if (_pause.Left > TimeSpan.Zero && PutOff(work) is { } putOff)
            {
                return putOff;
            }

            return await DeliverNowAsync(work, maps).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// No new delivery is begun; the one in hand may finish until the token is cancelled. When this returns, nobody delivers here any more and, unless the
    /// store is at fault, every outcome is recorded.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await WithinAsync(_worker, cancellationToken).ConfigureAwait(false);
        var lastTurn = TakeTurnAsync();
        await WithinAsync(lastTurn, cancellationToken).ConfigureAwait(false);
        await _aborting.CancelAsync().ConfigureAwait(false);

        // What was in hand is cut off now and notices soon, unless its connector hangs in the operating system.
        using var patience = new CancellationTokenSource(CutOffPatience);
        await WithinAsync(_worker, patience.Token).ConfigureAwait(false);
        await WithinAsync(lastTurn, patience.Token).ConfigureAwait(false);
        await WithinAsync(_recorder.WhenIdleAsync(patience.Token), patience.Token).ConfigureAwait(false);
        await WithinAsync(_connector.StopAsync(cancellationToken), patience.Token).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _aborting.CancelAsync().ConfigureAwait(false);
        await _connector.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _aborting.Dispose();
    }

    /// <summary>Waits for the turn, but not behind a lane that was closed: whoever holds the turn last never gives it back.</summary>
    private async ValueTask MyTurnAsync(Task turn)
    {
        if (turn.IsCompleted)
        {
            return;
        }

        try
        {
            await turn.WaitAsync(_abort).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The place in the line stays ours until it comes; those behind must not wait for it.
            _ = GiveUpTurnAsync(turn);
            throw;
        }
    }

    private static async Task WithinAsync(Task task, CancellationToken limit) =>
        await task.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<bool> EndInErrorAsync(long messageId, int attempts, string reason)
    {
        var work = new DestinationWork { MessageId = messageId, Content = default, Attempts = attempts };
        if (!await _recorder.RecordAsync(Update(work, attempts, Response.Failed(reason), []) with { ExpectedStatus = MessageStatus.Queued }).ConfigureAwait(false))
        {
            return false;
        }

        LastFailure = reason;
        _figures.DeliveryFailed();
        return true;
    }

    /// <summary>The partner asked not to be called now: the message waits in the queue or, where there is none and one attempt is all it has, fails without one. Null when it waits here.</summary>
    private Response? PutOff(DestinationWork work)
    {
        var reason = $"The partner asked not to be called for another {Math.Ceiling(_pause.Left.TotalSeconds)} s; no attempt was made.";
        if (Definition.Queue.Mode == QueueMode.OnFailure)
        {
            return MoveToQueue(work, Response.TryAgain(reason), []);
        }

        if ((Definition.Queue.Attempts ?? 1) != 1)
        {
            return null;
        }

        var failed = Response.Failed(reason);
        _ = RecordFinal(work, work.Attempts, failed, []);
        return failed;
    }

    private async Task<Response> DeliverNowAsync(DestinationWork work, MessageMaps maps)
    {
        var changes = new List<StateChange>();
        for (var attempts = work.Attempts + 1; ; attempts++)
        {
            await _pause.WaitAsync(_abort).ConfigureAwait(false);
            var attempt = await AttemptAsync(work, maps, attempts).ConfigureAwait(false);
            changes.AddRange(attempt.StateChanges);
            var response = Final(attempt.Response, attempts, Definition.Queue.Attempts ?? (Definition.Queue.Mode == QueueMode.Never ? 1 : 0));
            if (response.Status != MessageStatus.Queued)
            {
                _ = RecordFinal(work, attempts, response, changes, maps);
                return response;
            }

            LastFailure = response.StatusMessage;
            work = work with { Attempts = attempts, IsUncertain = work.IsUncertain || response.IsUncertain };
            if (Definition.Queue.Mode == QueueMode.OnFailure)
            {
                return MoveToQueue(work, response, changes, maps);
            }

            await Task.Delay(RetryDelay.After(Definition.Queue, attempts, Random.Shared.NextDouble()), _time, _abort).ConfigureAwait(false);
        }
    }

    private Response MoveToQueue(DestinationWork work, Response response, IReadOnlyList<StateChange> changes, MessageMaps? maps = null)
    {
        Enqueue(work, _recorder.RecordAsync(Update(work, work.Attempts, response, changes, maps)));
        return response;
    }

    private async Task RunQueueAsync()
    {
        var recording = new Queue<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var entry = await _queue.TakeAsync(_stop).ConfigureAwait(false);
                await entry.Committed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (entry.Committed.IsCompletedSuccessfully)
                {
                    recording.Enqueue(await DeliverQueuedAsync(await WorkOfAsync(entry).ConfigureAwait(false), entry.Turn).ConfigureAwait(false));
                }

                _queue.Done();
                if (_queue.IsEmpty)
                {
                    Control.NothingWaits();
                }

                while (recording.Count >= UnrecordedOutcomes || (recording.TryPeek(out var oldest) && oldest.IsCompleted))
                {
                    await recording.Dequeue().ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The message in hand stays queued in the store and comes again with the next start; those behind it go on.
                LastFailure = $"unexpected failure of the queue ({exception.GetType().Name}); the log has the details";
                Log.QueueFailed(_logger, _channel, Definition.Name, exception.GetType().Name, exception.StackTrace);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, _stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async ValueTask<DestinationWork> WorkOfAsync(QueueEntry entry) =>
        entry.Committed is Task<StoredOutcome> stored && (await stored.ConfigureAwait(false)).DuplicateOf is var duplicateOf and not 0
            ? entry.Work with { DuplicateOf = duplicateOf }
            : entry.Work;

    /// <summary>Delivers one queued message, however often it takes. Gives the recording of its outcome, which goes on while the next message is sent.</summary>
    private async Task<Task> DeliverQueuedAsync(DestinationWork work, long turn)
    {
        if (!Control.TryTake(work.MessageId, turn))
        {
            return Task.CompletedTask;
        }

        bool? isSkipped = null;
        try
        {
            var (recording, last) = await DeliverInHandAsync(work).ConfigureAwait(false);
            if (recording is null)
            {
                Blocked = default;
                recording = RecordFinal(last, last.Attempts, Response.Failed(Control.SkipReason!), []);
                await recording.ConfigureAwait(false);
                isSkipped = true;
                return recording;
            }

            isSkipped = false;
            return recording;
        }
        finally
        {
            Control.Done(isSkipped);
        }
    }

    /// <summary>The recording of the outcome, null when somebody gave up on the message; and the message as the attempts left it.</summary>
    private async Task<(Task? Recording, DestinationWork Work)> DeliverInHandAsync(DestinationWork work)
    {
        var maps = MapsOf(work);
        for (var attempts = work.Attempts + 1; ; attempts++)
        {
            await Control.WhileNotPausedAsync(_stop).ConfigureAwait(false);
            if (Control.SkipReason is not null)
            {
                return (null, work);
            }

            Attempt attempt;
            await TakeTurnAfterPauseAsync().ConfigureAwait(false);
            try
            {
                _isSending = true;
                attempt = await AttemptAsync(work, maps, attempts).ConfigureAwait(false);
                _isSending = false;
            }
            finally
            {
                _turn.Release();
            }

            var response = Final(attempt.Response, attempts, Definition.Queue.Attempts ?? 0);
            if (response.Status != MessageStatus.Queued)
            {
                Blocked = default;
                return (RecordFinal(work, attempts, response, attempt.StateChanges, maps), work);
            }

            if (Blocked.MessageId != work.MessageId)
            {
                Blocked = (work.MessageId, _time.GetUtcNow());
                Log.Waits(_logger, _channel, Definition.Name, work.MessageId, response.StatusMessage);
            }

            LastFailure = response.StatusMessage;
            await _recorder.RecordAsync(Update(work, attempts, response, attempt.StateChanges, maps)).ConfigureAwait(false);
            work = work with { Attempts = attempts, IsUncertain = work.IsUncertain || response.IsUncertain };
            await Control.WaitAsync(RetryDelay.After(Definition.Queue, attempts, Random.Shared.NextDouble()), _stop).ConfigureAwait(false);
        }
    }

    private async ValueTask TakeTurnAfterPauseAsync()
    {
        while (true)
        {
            await _pause.WaitAsync(_stop).ConfigureAwait(false);
            await _turn.WaitAsync(_stop).ConfigureAwait(false);
            if (_pause.Left == TimeSpan.Zero)
            {
                return;
            }

            // Whoever had the turn before was asked to wait.
            _turn.Release();
        }
    }

    private async ValueTask<Attempt> AttemptAsync(DestinationWork work, MessageMaps maps, int attempts)
    {
        var attempt = await _sender.AttemptAsync(work, maps, attempts, _abort).ConfigureAwait(false);
        if (attempt.RetryAfter is { } asked)
        {
            _pause.Begin(asked, Random.Shared.NextDouble());
        }

        if (attempts > 1)
        {
            _figures.Retried();
        }

        if (work.IsUncertain)
        {
            _figures.Reattempted();
        }

        return attempt;
    }

    /// <summary>A failure that may pass, when it was the last attempt that there is, is final.</summary>
    private static Response Final(Response response, int attempts, int limit) =>
        response.Status != MessageStatus.Queued || limit == 0 || attempts < limit ? response
        : attempts == 1 ? response with { Status = MessageStatus.Error }
        : Response.Failed($"Gave up after {attempts} attempts; the last one: {response.StatusMessage}", response.Content);

    private Task<bool> RecordFinal(DestinationWork work, int attempts, Response response, IReadOnlyList<StateChange> changes, MessageMaps? maps = null)
    {
        if (response.Status == MessageStatus.Sent)
        {
            LastFailure = null;
            _figures.Sent();
        }
        else
        {
            LastFailure = response.StatusMessage;
            _figures.DeliveryFailed();
        }

        return _recorder.RecordAsync(Update(work, attempts, response, changes, maps));
    }

    private DestinationUpdate Update(DestinationWork work, int attempts, Response response, IReadOnlyList<StateChange> changes, MessageMaps? maps = null) => new()
    {
        MessageId = work.MessageId,
        Destination = Definition.Name,
        Status = response.Status,
        Attempts = attempts,
        IsReattempt = work.IsUncertain,
        IsUncertain = response.Status == MessageStatus.Queued && (work.IsUncertain || response.IsUncertain),
        SentAt = response.Status == MessageStatus.Sent ? _time.GetUtcNow() : null,
        Response = response.Content.IsEmpty ? default(ReadOnlyMemory<byte>?) : response.Content,
        Error = response.Status == MessageStatus.Sent ? null : response.Error ?? response.StatusMessage,
        StateChanges = changes,
        Attachments = (maps?.Attachments as MessageAttachments)?.TakeToStore() ?? [],
    };

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

        [LoggerMessage(EventId = 2304, Level = LogLevel.Error, Message = "{Channel}: the queue of {Destination} met an unexpected {Failure}; the message in hand stays queued until the next start, the others go on\n{Trace}")]
        public static partial void QueueFailed(ILogger logger, string channel, string destination, string failure, string? trace);
    }
}
