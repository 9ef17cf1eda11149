using ChannelHost.Engine.Figures;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// One destination at work: its connector, its queue, and the turns that let one delivery at a time through, in order, or as many as it has lanes. It lives on
/// over a redeploy that does not change the destination.
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

    private readonly IDestination _connector;
    private readonly DestinationSender _sender;
    private readonly OutcomeRecorder _recorder;
    private readonly ChannelFigures _figures;
    private readonly TimeProvider _time;
    private readonly DeliveryAttempts _attempts;
    private readonly DeliveryTurns _turns;
    private readonly IQueueWorker _queue;
    private readonly IMessageStore _store;
    private readonly QueuedAgainList _queuedAgain;
    private volatile bool _isTakenUp;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();

    // Kept apart from its source: a delivery that ends after the lane is disposed must still be able to look.
    private readonly CancellationToken _abort;
    private Task _worker = Task.CompletedTask;

    public DestinationLane(
        string channel,
        DestinationDefinition definition,
        IDestination connector,
        DestinationSender sender,
        IMessageStore store,
        PartnerPauses pauses,
        ResentMessages resent,
        DeliveryLeases leases,
        OrderEras eras,
        OutcomeRecorder recorder,
        ChannelFigures figures,
        TimeProvider time,
        ILogger logger)
    {
        Definition = definition;
        _connector = connector;
        _sender = sender;
        _recorder = recorder;
        _figures = figures;
        _time = time;
        _abort = _aborting.Token;
        _store = store;
        _queuedAgain = leases.QueuedAgain(definition.Name);
        var settings = definition.Queue;
        _turns = new DeliveryTurns(settings.Lanes, settings.HasKey);
        _attempts = new DeliveryAttempts(channel, definition, sender, recorder, pauses.Of(definition.Name), resent, figures, time, logger);
        Control = new QueueControl(time, UnrecordedOutcomes + settings.Lanes);
        _queue = settings.IsStrict
            ? new StrictWorker(channel, definition, new DestinationQueue(definition.Name, store, time), leases.Of(definition.Name), _attempts, _turns, Control, time, logger, _stopping.Token, _abort)
            : new LaneWorker(
                channel, definition, new LaneQueue(definition.Name, store, time, settings.HasKey), leases.Of(definition.Name), eras, _attempts, _turns, Control, time, logger, _stopping.Token, _abort);
    }

    /// <summary>What the file says.</summary>
    public DestinationDefinition Definition { get; }

    /// <summary>How its answers are read.</summary>
    public IMessageCodec Answers => _sender.Answers;

    /// <summary>The attachments of a stored message.</summary>
    public IAttachments AttachmentsOf(long messageId) => _sender.AttachmentsOf(messageId);

    /// <summary>The id of the message that is tried again, the oldest where there are several, and since when; 0 when none is.</summary>
    public (long MessageId, DateTimeOffset Since) Blocked => _queue.Blocked;

    /// <summary>How many messages wait for another attempt.</summary>
    public int Parked => _queue.Parked;

    /// <summary>True when so many wait for another attempt that no further ones are begun.</summary>
    public bool IsFull => _queue.IsFull;

    /// <summary>Where the circuit breaker stands; null where there is none.</summary>
    public BreakerState? Breaker => _attempts.Gate.Breaker;

    /// <summary>What people may do to the queue.</summary>
    public QueueControl Control { get; }

    /// <summary>When the partner may be called again, or a message is tried next; null when nothing waits for that.</summary>
    public DateTimeOffset? NextAttempt => _queue.NextAttempt ?? (_attempts.Gate.Left is var left && left > TimeSpan.Zero ? _time.GetUtcNow() + left : null);

    /// <summary>Why the last attempt failed; null when it did not. No content.</summary>
    public string? LastFailure => _attempts.LastFailure;

    /// <summary>After <see cref="StopAsync"/>: how many of the oldest queued messages the partner may have got without a record.</summary>
    public int Uncertain => _queue.Uncertain + (Definition.Queue.IsStrict && !_recorder.IsIdle ? UnrecordedOutcomes : 0) is var uncertain and > 0
        ? uncertain + Control.QueuedAgain().Count
        : 0;

    /// <summary>After <see cref="StopAsync"/>: which queued messages besides.</summary>
    public IReadOnlyCollection<long> InDoubt => _queue.InDoubt;

    /// <summary>How many messages people had queued again, before it was started.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public int QueuedAgain => _queuedAgain.Read().Count;

    /// <summary>Completes when every outcome so far is on stable storage, also one that the store could not take at first.</summary>
    public Task WhenRecordedAsync(CancellationToken cancellationToken) => _recorder.WhenIdleAsync(cancellationToken);

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
    public async ValueTask<Response> TryQueuedAsync(DestinationWork work) =>
        (await _attempts.MakeAsync(default, work, MapsOf(work), work.Attempts + 1, _abort).ConfigureAwait(false)).Response;

    /// <summary>Queues a message. Call in the order of hand-over to the store.</summary>
    public void Enqueue(DestinationWork work, Task committed)
    {
        _figures.Queued();
        _queue.Enqueue(work, committed);
        CrashPoints.Pass("queued");
    }

    /// <summary>Takes a failed message before those that wait.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="queueInStore">Makes it Queued in the store and gives what is to be sent; null when it is not queued again.</param>
    /// <returns>True when it is queued again.</returns>
    public async Task<bool> RequeueAsync(long messageId, Func<Task<DestinationWork?>> queueInStore)
    {
        // Before the store says Queued: a page that is read from it at that moment must not send the message as well.
        var again = Control.Again(messageId);
        var isQueued = false;
        try
        {
            var all = Control.QueuedAgain();
            _queuedAgain.Write(_isTakenUp ? all : [.. _queuedAgain.Read().Except(all), .. all]);
            if (await queueInStore().ConfigureAwait(false) is not { } work)
            {
                return false;
            }

            _queue.Requeue(work, again.Turn);
            isQueued = true;
            return true;
        }
        finally
        {
            if (!isQueued)
            {
                // Whatever it is there, it is as it was: what waits of it in the queue counts again.
                Control.NotAgain(messageId, again);
            }
        }
    }

    /// <summary>Somebody sends a message again after so many attempts: its limits count from here.</summary>
    public void SentAgain(long messageId, int attempts) => _attempts.SentAgain(messageId, attempts);

    /// <summary>Makes the next attempt now, also when the circuit breaker is open.</summary>
    /// <param name="messageId">The message that is meant; null for all that wait for an attempt.</param>
    /// <returns>False when none waits for that.</returns>
    public bool TryNow(long? messageId = null)
    {
        _attempts.Gate.LetOneThrough();
        return _queue.TryNow(messageId);
    }

    /// <summary>Gives up on a queued message: it ends in Error. False when it was delivered meanwhile.</summary>
    /// <exception cref="OperationCanceledException">The lane was closed first; the message waits on.</exception>
    public Task<bool> SkipAsync(long messageId, DestinationSummary found, string reason) =>
        Control.Skip(messageId, reason) ?? EndInErrorAsync(messageId, found, reason);

    /// <summary>Takes a place in the line for a direct delivery. Call in the order of hand-over to the store; then <see cref="DeliverAsync"/> or <see cref="GiveUpTurnAsync"/>.</summary>
    /// <param name="orderKey">The message's order key.</param>
    public DeliveryTurn TakeTurn(long orderKey) => new(_turns.TakeAsync(orderKey), orderKey);

    /// <summary>Leaves the line without delivering.</summary>
    public Task GiveUpTurnAsync(DeliveryTurn turn) => _turns.GiveUpAsync(turn.Granted, turn.OrderKey);

    /// <summary>Delivers a message while its sender waits.</summary>
    /// <exception cref="OperationCanceledException">The lane was closed; the message stays Pending, and the lane that takes its place, or the next start, delivers it.</exception>
    public async Task<Response> DeliverAsync(DestinationWork work, MessageMaps maps, DeliveryTurn turn)
    {
        await _turns.WaitAsync(turn.Granted, turn.OrderKey, _abort).ConfigureAwait(false);
        try
        {
            _abort.ThrowIfCancellationRequested();
            if (!_queue.FirstLook.IsCompleted)
            {
                await _queue.FirstLook.WaitAsync(_abort).ConfigureAwait(false);
            }

            // Also where there is no queue any more: what was queued before goes first.
            if (_queue.HoldsBack(work.OrderKey))
            {
                return MoveToQueue(work, Response.TryAgain("Earlier messages wait in the queue."), []);
            }

            if (Definition.Queue.Mode != QueueMode.Never && Control.IsPaused)
            {
                return MoveToQueue(work, Response.TryAgain("The queue is paused."), []);
            }

            if (_attempts.Gate.TryEnter() is { } pass)
            {
                return await DeliverNowAsync(work, maps, pass).ConfigureAwait(false);
            }

            return PutOff(work) ?? await DeliverNowAsync(work, maps, null).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release(turn.OrderKey);
        }
    }

    /// <summary>
    /// No new delivery is begun; those in hand may finish until the token is cancelled. When this returns, nobody delivers here any more and, unless the
    /// store is at fault, every outcome is recorded.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await WithinAsync(_worker, cancellationToken).ConfigureAwait(false);
        var lastTurn = _turns.CloseAsync();
        await WithinAsync(lastTurn, cancellationToken).ConfigureAwait(false);
        await _aborting.CancelAsync().ConfigureAwait(false);

        // What was in hand is cut off now and notices soon, unless its connector hangs in the operating system.
        using var patience = new CancellationTokenSource(CutOffPatience);
        await WithinAsync(_worker, patience.Token).ConfigureAwait(false);
        await WithinAsync(lastTurn, patience.Token).ConfigureAwait(false);
        await WithinAsync(_recorder.WhenIdleAsync(patience.Token), patience.Token).ConfigureAwait(false);
        await WithinAsync(_queue.WhenSettledAsync(patience.Token), patience.Token).ConfigureAwait(false);
        await WithinAsync(_connector.StopAsync(cancellationToken), patience.Token).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _aborting.CancelAsync().ConfigureAwait(false);
        await _connector.DisposeAsync().ConfigureAwait(false);
        await _queue.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _aborting.Dispose();
    }

    private async Task RunQueueAsync()
    {
        while (!_isTakenUp && !_stopping.IsCancellationRequested)
        {
            try
            {
                TakeUpQueuedAgain();
                _isTakenUp = true;
            }
            catch (StoreException exception)
            {
                // The store tells of its own fault; nothing is sent before it is mended.
                _attempts.LastFailure = exception.Message;
                await Task.Delay(DeliveryAttempts.StorePause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await _queue.RunAsync().ConfigureAwait(false);
    }

    /// <summary>What people queued again, in the last process or at the lane before, keeps its place before all others.</summary>
    private void TakeUpQueuedAgain()
    {
        var kept = _queuedAgain.Read();
        foreach (var id in kept)
        {
            if (_store.ReadQueued(Definition.Name, id) is { } work)
            {
                _queue.Requeue(work, Control.Again(id).Turn);
            }
        }

        if (kept.Count > 0)
        {
            _queuedAgain.Write(Control.QueuedAgain());
        }
    }

    private static async Task WithinAsync(Task task, CancellationToken limit) =>
        await task.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<bool> EndInErrorAsync(long messageId, DestinationSummary found, string reason)
    {
        var work = new DestinationWork { MessageId = messageId, Content = default, Attempts = found.Attempts, IsUncertain = found.IsUncertain };
        if (!await _attempts.RecordSkipped(work, reason, MessageStatus.Queued).ConfigureAwait(false))
        {
            return false;
        }

        _queue.Skipped(messageId);
        return true;
    }

    /// <summary>Nobody calls the partner now: the message waits in the queue or, where there is none and one attempt is all it has, fails without one. Null when it waits here.</summary>
    private Response? PutOff(DestinationWork work)
    {
        var reason = _attempts.Gate.Reason;
        if (Definition.Queue.Mode != QueueMode.Never)
        {
            return MoveToQueue(work, Response.TryAgain(reason), []);
        }

        if ((Definition.Queue.Attempts ?? 1) != 1)
        {
            return null;
        }

        var failed = Response.Failed(reason);
        _ = _attempts.RecordFinal(work, work.Attempts, failed, []);
        return failed;
    }

    private async Task<Response> DeliverNowAsync(DestinationWork work, MessageMaps maps, GatePass? entered)
    {
        var changes = new List<StateChange>();
        for (var count = work.Attempts + 1; ; count++)
        {
            var pass = entered ?? await _attempts.Gate.EnterAsync(_abort).ConfigureAwait(false);
            if (_attempts.Gate.ReserveRate() is var wait && wait > TimeSpan.Zero)
            {
                await _attempts.Gate.WaitRateAsync(pass, wait, _abort).ConfigureAwait(false);
            }

            var attempt = await _attempts.MakeAsync(pass, work, maps, count, _abort).ConfigureAwait(false);
            entered = null;
            changes.AddRange(attempt.StateChanges);
            var response = _attempts.Final(work, attempt.Response, count, Definition.Queue.Mode == QueueMode.Never ? 1 : 0);
            if (response.Status != MessageStatus.Queued)
            {
                _ = _attempts.RecordFinal(work, count, response, changes, maps);
                return response;
            }

            work = work with { Attempts = count, IsUncertain = work.IsUncertain || response.IsUncertain };
            if (Definition.Queue.Mode != QueueMode.Never)
            {
                return MoveToQueue(work, response, changes, maps);
            }

            _attempts.LastFailure = response.StatusMessage;
            await Task.Delay(RetryDelay.After(Definition.Queue, count, Random.Shared.NextDouble()), _time, _abort).ConfigureAwait(false);
        }
    }

    private Response MoveToQueue(DestinationWork work, Response response, IReadOnlyList<StateChange> changes, MessageMaps? maps = null)
    {
        Enqueue(work, _attempts.RecordWaiting(work, work.Attempts, response, changes, maps));
        return response;
    }

    /// <summary>The maps of a message that comes from the store.</summary>
    public static MessageMaps MapsOf(DestinationWork work) => new()
    {
        Source = work.SourceMap ?? new Dictionary<string, object?>(),
        Channel = work.ChannelMap is { Count: > 0 } channelMap ? new VariableMap(channelMap) : new VariableMap(),
        Connector = work.ConnectorMap is { Count: > 0 } connectorMap ? new VariableMap(connectorMap) : new VariableMap(),
    };
}
