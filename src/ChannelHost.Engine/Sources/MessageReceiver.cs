using ChannelHost.Engine.Figures;
using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Pipeline;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Sources;

/// <summary>Takes messages from the source: gives them an id, walks them through the pipeline, and carries the answer back.</summary>
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
    public bool IsTaken(string onceKey) => state.IsTaken(onceKey);

    public ReadOnlyMemory<byte>? Refuse(ReadOnlyMemory<byte> content, string reason)
    {
        figures.Refused();
        return intake.Pipeline.Responses.Refuse(content, reason, isRejected: true).Content;
    }

    public async ValueTask<SourceResponse> ReceiveAsync(IncomingMessage message, CancellationToken cancellationToken)
    {
        await intake.EnterAsync(cancellationToken).ConfigureAwait(false);
        var pipeline = intake.Pipeline;
        try
        {
            if (pipeline.Responses.AnswersOnReceipt)
            {
                return await ReceiveFirstAsync(pipeline, message, cancellationToken).ConfigureAwait(false);
            }

            var handedOver = await ProcessAsync(pipeline, message).ConfigureAwait(false);
            await pipeline.CommittedAsync(handedOver).ConfigureAwait(false);
            figures.Received();
            if (pipeline.Responses.WaitsForDestinations)
            {
                return await pipeline.DeliverAsync(handedOver, aborting).ConfigureAwait(false);
            }

            _ = DeliverInBackgroundAsync(pipeline, handedOver);
            return pipeline.AnswerNow(handedOver.Prepared);
        }
        catch (StoreException exception)
        {
            figures.Refused();
            return pipeline.Responses.Refuse(message.Content, exception.Message, isRejected: false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            figures.Refused();
            Log.Unexpected(logger, exception, channel);
            return pipeline.Responses.Refuse(message.Content, "Internal error; the log of the receiving system has the details.", isRejected: false);
        }
        finally
        {
            intake.InFlight.Exit();
        }
    }

    /// <summary>Runs the scripts and hands the message over, in the order of arrival. The place at the door is free when this returns.</summary>
    private async ValueTask<HandedOver> ProcessAsync(MessagePipeline pipeline, IncomingMessage incoming)
    {
        var (id, before, handedOver) = intake.Reserve(store);
        try
        {
            var prepared = pipeline.Prepare(Message(pipeline, incoming, id), aborting);
            if (!before.IsCompleted)
            {
                await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return pipeline.HandOver(prepared);
        }
        finally
        {
            handedOver?.TrySetResult();
            intake.Leave();
        }
    }

    /// <summary>Stores first and answers; the scripts run later, in order.</summary>
    private async ValueTask<SourceResponse> ReceiveFirstAsync(MessagePipeline pipeline, IncomingMessage incoming, CancellationToken cancellationToken)
    {
        ConnectorMessage message;
        Task<StoredOutcome> commit;
        var (id, before, handedOver) = intake.Reserve(store);
        try
        {
            message = Message(pipeline, incoming, id);
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await backlog.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            commit = store.AddAsync(Received(message)).AsTask();
            backlog.Add(message with { StateChanges = [] }, commit);
        }
        finally
        {
            handedOver?.TrySetResult();
            intake.Leave();
        }

        Committed(message, await commit.ConfigureAwait(false));
        return pipeline.Responses.Select(message, MessageStatus.Received, null, [], null);
    }

    private void Committed(ConnectorMessage message, StoredOutcome outcome)
    {
        figures.Received();
        if (message.StateChanges.Count > 0)
        {
            state.Apply(new RecordedStateChanges(outcome.StateSequence, message.Id, message.StateChanges));
        }

        if (outcome.DuplicateOf != 0)
        {
            figures.Duplicate();
        }
    }

    private async Task DeliverInBackgroundAsync(MessagePipeline pipeline, HandedOver handedOver)
    {
        intake.InFlight.Enter();
        try
        {
            await pipeline.DeliverAsync(handedOver, aborting).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (aborting.IsCancellationRequested)
        {
            // Closed at the deadline: the message is Pending in the store and is delivered at the next start.
        }
        catch (Exception exception)
        {
            Log.Unexpected(logger, exception, channel);
        }
        finally
        {
            intake.InFlight.Exit();
        }
    }

    private ConnectorMessage Message(MessagePipeline pipeline, IncomingMessage incoming, long id) => new()
    {
        Id = id,
        ReceivedAt = time.GetUtcNow(),
        Content = incoming.Content,
        SourceMap = incoming.SourceMap,
        Description = pipeline.Describe(incoming.Content),
        StateChanges = incoming.OnceKey is { } key
            ? [new StateChange(StateChangeKind.Taken, key), .. incoming.StateChanges]
            : incoming.StateChanges,
    };

    private MessageRecord Received(ConnectorMessage message) => new()
    {
        Id = message.Id,
        ReceivedAt = message.ReceivedAt,
        Status = MessageStatus.Received,
        Raw = message.Content,
        DataType = intake.Pipeline.DataType,
        ControlId = message.Description.ControlId,
        MessageType = message.Description.MessageType,
        SourceMap = message.SourceMap.Count > 0 ? message.SourceMap : null,
        StateChanges = message.StateChanges,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 2101, Level = LogLevel.Error, Message = "{Channel}: a message could not be taken over because of an unexpected failure; its sender was told so")]
        public static partial void Unexpected(ILogger logger, Exception exception, string channel);
    }
}
