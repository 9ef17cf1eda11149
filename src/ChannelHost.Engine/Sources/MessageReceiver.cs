using ChannelHost.Engine.Attachments;
using ChannelHost.Engine.Figures;
using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Pipeline;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Sources;

/// <summary>Takes messages from the source: gives them an id, walks them through the pipeline, and carries the answer back.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The semaphore holds no handle, and a late message must be able to leave after the channel is closed.")]
internal sealed partial class MessageReceiver(
    string channel,
    Intake intake,
    ReceivedBacklog backlog,
    IMessageStore store,
    IChannelState state,
    ChannelFigures figures,
    TimeProvider time,
    ILogger logger,
    CancellationToken aborting) : IMessageReceiver
{
    /// <summary>Deliveries of messages that were answered already and wait for a partner.</summary>
    private const int MostInBackground = 256;

    private readonly DuplicateWatch _duplicates = new(channel, store, new StoredAnswers(intake, store), figures, time, logger);
    private readonly SemaphoreSlim _background = new(MostInBackground, MostInBackground);

    public bool IsTaken(string onceKey) => state.IsTaken(onceKey);

    public ReadOnlyMemory<byte>? Refuse(ReadOnlyMemory<byte> content, string reason)
    {
        figures.Refused();
        return intake.Pipeline.Responses.Refuse(content, reason, isRejected: true).Content;
    }

    public async ValueTask<SourceResponse> ReceiveAsync(IncomingMessage message, CancellationToken cancellationToken)
    {
        if (intake.Pipeline.Batch is { } batch)
        {
            return await ReceiveBatchAsync(batch, message, cancellationToken).ConfigureAwait(false);
        }

        IntakeClaim? claim = null;
        try
        {
            claim = await ClaimAsync(message.Content, cancellationToken).ConfigureAwait(false);
            await intake.EnterAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // Whether it came before cannot be told: offered again, it goes on.
            figures.Refused();
            return intake.Pipeline.Responses.Refuse(message.Content, "The message could not be stored. Send it again.", isRejected: false);
        }
        catch
        {
            claim?.Dispose();
            throw;
        }

        return await ReceiveInsideAsync(message, null, claim, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A message's place among its copies; to be asked for before its place at the door, which nobody may hold who waits for a copy.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal ValueTask<IntakeClaim?> ClaimAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        _duplicates.ClaimAsync(intake.Pipeline, content, cancellationToken);

    private async ValueTask<SourceResponse> ReceiveBatchAsync(BatchTaking batch, IncomingMessage message, CancellationToken cancellationToken)
    {
        try
        {
            (batch, message) = batch.For(message, aborting);
            return await new BatchReceiver(this, intake, backlog, store).ReceiveAsync(batch, message, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // How far the batch was taken before cannot be read: offered again, it goes on.
            figures.Refused();
            return intake.Pipeline.Responses.Refuse(message.Content, "The message could not be stored. Send it again.", isRejected: false);
        }
    }

    /// <summary>Takes one message, or one part of a batch, that has its place at the door. Never throws for what the message is guilty of.</summary>
    internal async ValueTask<SourceResponse> ReceiveInsideAsync(IncomingMessage message, IMessageOrigin? origin, IntakeClaim? claim, CancellationToken cancellationToken)
    {
        var pipeline = intake.Pipeline;
        try
        {
            if (pipeline.Responses.AnswersOnReceipt && HasScripts(origin, claim))
            {
                return await ReceiveFirstAsync(pipeline, message, origin, claim, cancellationToken).ConfigureAwait(false);
            }

            var handedOver = await ProcessAsync(pipeline, message, origin, claim, cancellationToken).ConfigureAwait(false);
            Accepted(pipeline, handedOver.Prepared.Message, await pipeline.CommittedAsync(handedOver).ConfigureAwait(false));
            if (claim is { IsDropped: true })
            {
                return AnswerOfFirst(pipeline, handedOver.Prepared.Message);
            }

            var response = await AnswerStoredAsync(pipeline, handedOver).ConfigureAwait(false);
            if (claim is not null && (response.Status == MessageStatus.Error || pipeline.Responses.AnswersFromDestinations))
            {
                // Who was told no sends again at once. What became of it at the destinations is on its way to the store, and must be found there.
                _ = ReleaseWhenRecordedAsync(pipeline, claim, response.MessageId);
                claim = null;
            }

            return response;
        }
        catch (AttachmentException exception)
        {
            figures.Refused();
            Log.AttachmentsNotTaken(logger, channel, exception.Message);
            return pipeline.Responses.Refuse(message.Content, $"The message was not accepted: {exception.Message}", isRejected: false);
        }
        catch (StoreException)
        {
            // Why is in the channel's status; a sender is not told of paths on this machine.
            figures.Refused();
            return pipeline.Responses.Refuse(message.Content, "The message could not be stored. Send it again.", isRejected: false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            figures.Refused();
            Log.Unexpected(logger, channel, exception.GetType().Name, exception.StackTrace);
            return pipeline.Responses.Refuse(message.Content, "Internal error; the log of the receiving system has the details.", isRejected: false);
        }
        finally
        {
            claim?.Dispose();
            intake.InFlight.Exit();
        }
    }

    /// <summary>What is no message, and a copy that is dropped, have no scripts to wait for.</summary>
    private static bool HasScripts(IMessageOrigin? origin, IntakeClaim? claim) => origin is not { IsNoMessage: true } && claim is not { IsDropped: true };

    private async Task ReleaseWhenRecordedAsync(MessagePipeline pipeline, IntakeClaim claim, long messageId)
    {
        try
        {
            // Entries are committed in the order in which they are handed over: behind this one the outcomes are stored.
            await store.RecordAfterwardsAsync(messageId, [], null).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // Why is in the channel's status. The outcomes are offered again until the store takes them; a copy that came in before would not find them.
            await pipeline.WhenRecordedAsync(aborting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            claim.Dispose();
        }
    }

    /// <summary>The sender of a copy hears what became of the first: it is that answer that was lost.</summary>
    private SourceResponse AnswerOfFirst(MessagePipeline pipeline, ConnectorMessage message)
    {
        try
        {
            if (new StoredAnswers(intake, store).OfFirst(message) is { } answer)
            {
                return answer;
            }
        }
        catch (StoreException exception)
        {
            Log.FirstNotRead(logger, channel, message.Id, message.Earlier!.DuplicateOf, exception.Message);
        }

        // The first was taken, or this one were no copy: that much is sure, and the sender need not send it again.
        return pipeline.Responses.Select(message, MessageStatus.Filtered, null, [], default);
    }

    /// <summary>Processes a stored message anew, through the current version and to its end, whatever <c>acknowledge:</c> says.</summary>
    /// <exception cref="OperationCanceledException">The channel stops; nothing is stored.</exception>
    public async ValueTask<SourceResponse> ReplayAsync(IncomingMessage message, ReplayedMessage origin, CancellationToken cancellationToken)
    {
        if (PlaceInBatch.IsWholeIn(message.SourceMap))
        {
            if (intake.Pipeline.Batch is { } batch)
            {
                (batch, message) = batch.For(message with { WantsAnswer = false }, aborting);
                return await new BatchReceiver(this, intake, backlog, store, origin).ReceiveAsync(batch, message, cancellationToken).ConfigureAwait(false);
            }

            return NotReplayed("it is a whole batch, and the channel does not take batches apart any more (source.batch)");
        }

        if (PlaceInBatch.ProblemIn(message.SourceMap) is { } problem)
        {
            return NotReplayed($"it is no message: {problem}");
        }

        await intake.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await ReplayInsideAsync(message, origin, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A message that is not processed anew, and why.</summary>
    internal static SourceResponse NotReplayed(string reason) => new(0, false, MessageStatus.Error, null, reason);

    /// <summary>As <see cref="ReplayAsync"/>, for a message or part that has its place at the door.</summary>
    internal async ValueTask<SourceResponse> ReplayInsideAsync(IncomingMessage message, IMessageOrigin origin, CancellationToken cancellationToken)
    {
        var pipeline = intake.Pipeline;
        try
        {
            var handedOver = await ProcessAsync(pipeline, message, origin, null, cancellationToken).ConfigureAwait(false);
            await pipeline.CommittedAsync(handedOver).ConfigureAwait(false);
            figures.Received();
            return await pipeline.DeliverAsync(handedOver, aborting).ConfigureAwait(false);
        }
        catch (AttachmentException exception)
        {
            figures.Refused();
            return NotReplayed(exception.Message);
        }
        catch (StoreException exception)
        {
            figures.Refused();
            return new SourceResponse(0, false, MessageStatus.Error, null, exception.Message);
        }
        finally
        {
            intake.InFlight.Exit();
        }
    }

    /// <summary>The message is ours: whatever fails from here on, the sender must not believe that it is not.</summary>
    private async ValueTask<SourceResponse> AnswerStoredAsync(MessagePipeline pipeline, HandedOver handedOver)
    {
        try
        {
            if (pipeline.Responses.WaitsForDestinations)
            {
                return await pipeline.DeliverAsync(handedOver, aborting).ConfigureAwait(false);
            }

            // Made before anything goes on in the background: the postprocessor writes into the map that the answer is made from.
            var answer = pipeline.AnswerNow(handedOver.Prepared);
            if (handedOver.HasMoreToDo)
            {
                await BeginInBackgroundAsync(pipeline, handedOver).ConfigureAwait(false);
            }

            return answer;
        }
        catch (Exception exception)
        {
            Log.FailedAfterStoring(logger, channel, handedOver.Prepared.Message.Id, exception.GetType().Name, exception.StackTrace);
            return pipeline.Responses.Select(
                handedOver.Prepared.Message, MessageStatus.Error, "Stored, but what became of it is not known; the log of the receiving system has the details.", [], default);
        }
    }

    /// <summary>Runs the scripts and hands the message over, in the order of arrival. The place at the door is free when this returns.</summary>
    private async ValueTask<HandedOver> ProcessAsync(
        MessagePipeline pipeline, IncomingMessage incoming, IMessageOrigin? origin, IntakeClaim? claim, CancellationToken cancellationToken)
    {
        var before = Task.CompletedTask;
        TaskCompletionSource? handedOver = null;
        var commitsHere = false;
        try
        {
            // Messages that were answered on receipt, by the version before or the last process, come first.
            if (HasScripts(origin, claim))
            {
                await backlog.WhenDoneAsync(cancellationToken).ConfigureAwait(false);
            }

            // The last moment at which the sender keeps what it has: from the commit on it hears that the message is ours.
            aborting.ThrowIfCancellationRequested();
            (var id, before, handedOver) = intake.Reserve(store);
            var prepared = pipeline.Prepare(Message(pipeline, incoming, origin, claim, id), aborting);
            if (!before.IsCompleted)
            {
                await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            // Alone in the channel: no other message's commit could be shared, and waking the store's thread would cost as much as the sync.
            commitsHere = intake.InFlight.IsOne;
            return pipeline.HandOver(prepared, commitsHere: commitsHere);
        }
        finally
        {
            if (!before.IsCompleted)
            {
                await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            handedOver?.TrySetResult();
            intake.Leave();
            if (commitsHere)
            {
                store.CommitHere();
            }
        }
    }

    /// <summary>Stores first and answers; the scripts run later, in order.</summary>
    private async ValueTask<SourceResponse> ReceiveFirstAsync(
        MessagePipeline pipeline, IncomingMessage incoming, IMessageOrigin? origin, IntakeClaim? claim, CancellationToken cancellationToken)
    {
        ConnectorMessage message;
        Task<StoredOutcome>? commit = null;
        HandedOver? kept = null;
        TaskCompletionSource? handedOver = null;
        try
        {
            aborting.ThrowIfCancellationRequested();
            (var id, var before, handedOver) = intake.Reserve(store);
            message = Message(pipeline, incoming, origin, claim, id);
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (message.Problem is not null)
            {
                // There are no scripts to wait for.
                kept = pipeline.HandOver(pipeline.Prepare(message, aborting));
            }
            else
            {
                await backlog.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
                commit = store.AddAsync(Received(message)).AsTask();
                backlog.Add(message with { StateChanges = [], BatchStep = null, Attachments = [], HasStoredAttachments = true }, commit);
            }
        }
        finally
        {
            handedOver?.TrySetResult();
            intake.Leave();
        }

        if (kept is { } inError)
        {
            Accepted(pipeline, message, await pipeline.CommittedAsync(inError).ConfigureAwait(false));
            return await AnswerStoredAsync(pipeline, inError).ConfigureAwait(false);
        }

        var outcome = await commit!.ConfigureAwait(false);
        pipeline.Apply(outcome.StateSequence, message.Id, message.StateChanges);
        Accepted(pipeline, message, outcome);
        return pipeline.Responses.Select(message, MessageStatus.Received, null, [], default);
    }

    private void Accepted(MessagePipeline pipeline, ConnectorMessage message, StoredOutcome outcome)
    {
        figures.Received();
        if (outcome.DuplicateOf != 0)
        {
            figures.Duplicate();
            _duplicates.Committed(pipeline, message, outcome);
        }
    }

    private async ValueTask BeginInBackgroundAsync(MessagePipeline pipeline, HandedOver handedOver)
    {
        try
        {
            // The answer waits only when more deliveries are on their way than may be kept in memory.
            await _background.WaitAsync(aborting).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Closed at the deadline: the message is Pending in the store and is delivered at the next start.
            return;
        }

        intake.InFlight.Enter();
        _ = Task.Run(() => DeliverInBackgroundAsync(pipeline, handedOver), CancellationToken.None);
    }

    private async Task DeliverInBackgroundAsync(MessagePipeline pipeline, HandedOver handedOver)
    {
        try
        {
            await pipeline.DeliverAsync(handedOver, aborting).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Log.FailedAfterStoring(logger, channel, handedOver.Prepared.Message.Id, exception.GetType().Name, exception.StackTrace);
        }
        finally
        {
            _background.Release();
            intake.InFlight.Exit();
        }
    }

    private ConnectorMessage Message(MessagePipeline pipeline, IncomingMessage incoming, IMessageOrigin? origin, IntakeClaim? claim, long id)
    {
        var (taken, problem) = HasScripts(origin, claim) ? Take(pipeline, incoming, origin, id) : (new TakenAttachments(incoming.Content, [], []), null);
        var message = new ConnectorMessage
        {
            Id = id,
            ReceivedAt = time.GetUtcNow(),
            Content = taken.Content,
            Attachments = taken.Attachments,
            SourceMap = claim is { Earlier: { DuplicateOf: not 0, IsDropped: false } }
                ? new Dictionary<string, object?>(incoming.SourceMap) { ["duplicateOf"] = (double)claim.Earlier.DuplicateOf }
                : incoming.SourceMap,
            Earlier = claim?.Earlier,
            Description = claim?.Description ?? pipeline.Describe(incoming.Content),
            Problem = problem,
            AnswerKey = incoming.AnswerKey,
            Destinations = claim?.Earlier.Missing is { } missing && incoming.Destinations is { } chosen ? [.. missing.Intersect(chosen)] : claim?.Earlier.Missing ?? incoming.Destinations,
            StateChanges = incoming.OnceKey is { } key
                ? [new StateChange(StateChangeKind.Taken, key), .. incoming.StateChanges, .. taken.StateChanges]
                : taken.StateChanges.Count > 0 ? [.. incoming.StateChanges, .. taken.StateChanges] : incoming.StateChanges,
        };
        return origin is null ? message : origin.Put(message);
    }

    /// <summary>
    /// Takes the attachments out. Where nobody waits who could send the message again, one that cannot be taken apart is kept in Error as it came: refused, it would
    /// stand before all others for ever, as would a part before the rest of its batch.
    /// </summary>
    /// <exception cref="AttachmentException">The sender waits and is told.</exception>
    private (TakenAttachments Taken, string? Problem) Take(MessagePipeline pipeline, IncomingMessage incoming, IMessageOrigin? origin, long id)
    {
        var whole = new TakenAttachments(incoming.Content, [], []);
        if (pipeline.Attachments is not { } attachments)
        {
            return (whole, null);
        }

        try
        {
            return (attachments.Take(incoming.Content, incoming.SourceMap, aborting), null);
        }
        catch (AttachmentException exception) when (origin is PlaceInBatch || (origin is null && !incoming.WantsAnswer))
        {
            Log.KeptWithAttachments(logger, channel, id, exception.Message);
            return (whole, exception.Message);
        }
    }

    private MessageRecord Received(ConnectorMessage message)
    {
        var record = Record(message);
        return message.Earlier?.Put(record) ?? record;
    }

    private MessageRecord Record(ConnectorMessage message) => new()
    {
        Id = message.Id,
        ReceivedAt = message.ReceivedAt,
        Status = MessageStatus.Received,
        Raw = message.Content,
        DataType = intake.Pipeline.DataType,
        ControlId = message.Description.ControlId,
        MessageType = message.Description.MessageType,
        SourceMap = ChosenDestinations.Put(message),
        StateChanges = message.StateChanges,
        Attachments = message.Attachments,
        BatchId = message.BatchId,
        BatchStep = message.BatchStep,
        AnswerKey = message.AnswerKey,
    };

    private static partial class Log
    {
        // Type and trace, not the exception's text: that may hold names made from a message.
        [LoggerMessage(EventId = 2101, Level = LogLevel.Error, Message = "{Channel}: a message could not be taken over because of an unexpected {Failure}; its sender was told so\n{Trace}")]
        public static partial void Unexpected(ILogger logger, string channel, string failure, string? trace);

        [LoggerMessage(EventId = 2105, Level = LogLevel.Error, Message = "{Channel}: a message was not accepted, its sender was told so: {Reason}")]
        public static partial void AttachmentsNotTaken(ILogger logger, string channel, string reason);

        [LoggerMessage(EventId = 2119, Level = LogLevel.Error, Message = "{Channel}: message {MessageId} is kept in Error, its attachments were not taken out: {Reason}")]
        public static partial void KeptWithAttachments(ILogger logger, string channel, long messageId, string reason);

        [LoggerMessage(EventId = 2122, Level = LogLevel.Warning, Message = "{Channel}: message {MessageId} is a copy of message {First}, which could not be read; its sender was told that it is taken: {Reason}")]
        public static partial void FirstNotRead(ILogger logger, string channel, long messageId, long first, string reason);

        [LoggerMessage(EventId = 2104, Level = LogLevel.Error, Message = "{Channel}: message {MessageId} is stored, but an unexpected {Failure} followed\n{Trace}")]
        public static partial void FailedAfterStoring(ILogger logger, string channel, long messageId, string failure, string? trace);
    }
}
