using ChannelHost.Engine.Attachments;
using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Figures;
using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Responses;
using ChannelHost.Engine.Transformers;

namespace ChannelHost.Engine.Pipeline;

/// <summary>The life of a message in one version of a channel. Immutable; a redeploy makes a new one.</summary>
internal sealed class MessagePipeline(
    SourceTransformer source,
    IReadOnlyList<DestinationPipeline> destinations,
    ResponseSelector responses,
    Postprocessor? postprocessor,
    IMessageStore store,
    IChannelState state,
    ChannelFigures figures,
    ErrorLog errors,
    ChainRunner chains,
    MessageSnapshots snapshots)
{
    private readonly string[] _destinationNames = [.. destinations.Select(destination => destination.Name)];
    private readonly bool _hasKeys = destinations.Any(destination => destination.HasKeys);
    private readonly bool _hasChains = destinations.Skip(1).Any(destination => destination.WaitsForPrevious);

    /// <summary>True: the destinations get a message one after the other, in the channel's order, and not side by side.</summary>
    public bool DeliversInOrder { get; init; }

    /// <summary>True when the response map holds destinations by number (<c>d2</c>), as in the reference, and not by name.</summary>
    public bool NumbersDestinations { get; init; }

    /// <summary>The destinations in order, as chains: each that waits for the one before it stands behind that.</summary>
    public IReadOnlyList<IReadOnlyList<DestinationPipeline>> Chains { get; } = ChainsOf(destinations);

    /// <summary>Chooses the answers.</summary>
    public ResponseSelector Responses => responses;

    /// <summary>The data type of incoming messages.</summary>
    public string DataType => source.Inbound.DataType;

    /// <summary>What the source's settings want in each answer; null for nothing.</summary>
    public AnswerWords? Words { get; init; }

    /// <summary>How batches are taken apart; null when what arrives is one message.</summary>
    public BatchTaking? Batch { get; init; }

    /// <summary>Takes attachments out of what arrives; null when nothing is taken out.</summary>
    public AttachmentTaking? Attachments { get; init; }

    /// <summary>What is done with messages that were received before; null when nobody looks.</summary>
    public DuplicateSettings? Duplicates { get; init; }

    /// <summary>Where other channels keep theirs.</summary>
    public required AttachmentShelves Shelves { get; init; }

    /// <summary>How attachments come back into messages that are processed anew.</summary>
    public required AttachmentPutting Putting { get; init; }

    // What names other messages came as a token, and stays one until it is sent.
    private static readonly Dictionary<string, object?> NoOrigin = [];

    /// <summary>A stored message as it was received, its attachments put back.</summary>
    /// <exception cref="AttachmentException">It would be too large.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public ReadOnlyMemory<byte> AsReceived(long messageId, ReadOnlyMemory<byte> raw) =>
        new Reattachment(new MessageAttachments(messageId, store, Shelves, isStored: true), messageId, Putting with { DropsUnknown = false }, NoOrigin)
            .Apply(raw, source.Inbound);

    /// <summary>The numbers of those of these destinations that there are.</summary>
    public IReadOnlyList<int> NumbersOf(IReadOnlyCollection<string> names) => [.. destinations.Where(destination => names.Contains(destination.Name)).Select(destination => destination.Id)];

    /// <summary>Control id and type of a message.</summary>
    public MessageDescription Describe(ReadOnlyMemory<byte> content) => source.Inbound.Describe(content);

    /// <summary>The first half, all in memory: the scripts of the source, then those of each destination.</summary>
    public PreparedMessage Prepare(ConnectorMessage message, CancellationToken cancellationToken)
    {
        // 1. Source filter and transformer; who gets it (nobody, when filtered or failed)
        var selection = new DestinationSelection(_destinationNames);
        if (message.OnlyDestination is { } only)
        {
            selection.RemoveAllExcept([only]);
        }

        if (message.Destinations is { } numbers)
        {
            selection.RemoveAllExcept([.. destinations.Where(destination => numbers.Contains(destination.Id)).Select(destination => destination.Name)]);
        }

        var attachments = message.HasStoredAttachments
            ? new MessageAttachments(message.Id, store, Shelves, isStored: true)
            : new MessageAttachments(message.Id, store, Shelves, message.Attachments);
        var maps = new MessageMaps { Source = message.SourceMap, Attachments = attachments };
        var transformed = message switch
        {
            { Problem: { } problem } => new Transformed(MessageStatus.Error, message.Content, new ScriptError { Kind = "format", Message = problem }, []),
            { IsEmptyBatch: true } or { Earlier.IsDropped: true } => new Transformed(MessageStatus.Filtered, message.Content, null, []),
            _ => source.Transform(message, maps, selection, cancellationToken),
        };

        if (_hasKeys)
        {
            message = message with { Metadata = source.Metadata(message) };
        }

        // 2. What each destination makes of it
        List<ChainRest> rests = [];
        var deliveries = transformed.Status != MessageStatus.Transformed ? []
            : _hasChains ? PrepareChains(message, transformed.Content, maps, selection, rests, cancellationToken)
            : PrepareDeliveries(message, transformed.Content, maps, selection, cancellationToken);

        Count(message, transformed, deliveries);
        return new PreparedMessage
        {
            Message = message,
            Record = Marked(message, Record(message, transformed, maps, deliveries, rests) with { Attachments = attachments.TakeToStore() }),
            Encoded = transformed.Content,
            Maps = maps,
            Deliveries = deliveries,
            Rests = rests,
            FailedAt = transformed.Status != MessageStatus.Error ? FailureStage.None
                : transformed.Error is { Kind: "format", File: null } ? FailureStage.Format
                : FailureStage.Source,
            Reason = transformed.Status == MessageStatus.Error ? $"Message {message.Id}: {transformed.Error!.Told}" : null,
        };
    }

    /// <summary>The commit: one for the outcome at the source and all destinations. Queues and lines are entered in the same order. Nothing here waits.</summary>
    /// <param name="prepared">The message.</param>
    /// <param name="isStoredAlready">True when it was added on receipt.</param>
    /// <param name="commitsHere">True when the caller calls <see cref="IMessageStore.CommitHere"/> next.</param>
    public HandedOver HandOver(PreparedMessage prepared, bool isStoredAlready = false, bool commitsHere = false)
    {
        CrashPoints.Pass("storing");
        using var scope = chains.UnderWay.HandOver(prepared.Message.Id);
        Task<StoredOutcome> commit;
        try
        {
            commit = Commit(prepared.Record, isStoredAlready, commitsHere);
        }
        catch (StoreException exception) when (exception.IsPermanent)
        {
            if (prepared.Record.Status != MessageStatus.Error)
            {
                figures.SourceError();
            }

            prepared = prepared.Unstorable(exception.Message);
            commit = Commit(prepared.Record, isStoredAlready, commitsHere);
        }

        if (prepared.Rests.Count > 0)
        {
            // Before it can be found in the store: a swap must not take up what is in our hands.
            chains.Begin(prepared.Message.Id, prepared.Rests);
        }

        var places = prepared.Deliveries.Count == 0 ? [] : new LanePlace?[prepared.Deliveries.Count];
        for (var index = 0; index < places.Length; index++)
        {
            places[index] = chains.Enter(prepared.Deliveries[index], commit);
        }

        return new HandedOver(prepared, commit, places) { HasMoreToDo = postprocessor is not null || prepared.Rests.Count > 0 || Array.Exists(places, place => place is not null) };
    }

    private Task<StoredOutcome> Commit(MessageRecord record, bool isStoredAlready, bool commitsHere)
    {
        if (isStoredAlready)
        {
            return store.CompleteAsync(record).AsTask();
        }

        return commitsHere ? store.AddToCommitHereAsync(record).AsTask() : store.AddAsync(record).AsTask();
    }

    /// <summary>Waits for the commit and takes note of it.</summary>
    /// <exception cref="StoreException">Nothing of the message is kept; the lines are left.</exception>
    public async ValueTask<StoredOutcome> CommittedAsync(HandedOver handedOver)
    {
        StoredOutcome outcome;
        try
        {
            outcome = await handedOver.Commit.ConfigureAwait(false);
        }
        catch
        {
            chains.GiveUp(handedOver.Prepared.Message.Id, handedOver.Prepared.Rests);
            foreach (var place in handedOver.Places)
            {
                place?.GiveUp();
            }

            throw;
        }

        CrashPoints.Pass("stored");
        var record = handedOver.Prepared.Record;
        Apply(outcome.StateSequence, record.Id, record.StateChanges);
        return outcome;
    }

    /// <summary>Takes over what follows from a commit for the channel's state.</summary>
    public void Apply(long sequence, long messageId, IReadOnlyList<StateChange> changes)
    {
        if (changes.Count > 0)
        {
            state.Apply(new RecordedStateChanges(sequence, messageId, changes));
        }
    }

    /// <summary>
    /// The second half: the deliveries, side by side; then the postprocessor; then the answer. Is never cancelled: the message is stored, so a delivery that is cut
    /// off waits for the sender as a queued one does. The lane that takes over, or the next start, makes it again.
    /// </summary>
    public async ValueTask<SourceResponse> DeliverAsync(HandedOver handedOver, CancellationToken cancellationToken)
    {
        var prepared = handedOver.Prepared;

        // 1. Straight to the partners, where there is no queue, and on through the chains
        var deliveries = prepared.Rests.Count == 0
            ? await SendAsync(handedOver, DeliversInOrder).ConfigureAwait(false)
            : await SendChainsAsync(handedOver, cancellationToken).ConfigureAwait(false);
        if (postprocessor is null && !responses.AnswersFromMap && Words is null)
        {
            return responses.Select(prepared.Message, prepared.Record.Status, prepared.Reason, deliveries, default, prepared.FailedAt, prepared.Maps.Response);
        }

        // 2. The postprocessors, which see what all destinations left
        var maps = Merged(prepared.Maps, deliveries);
        var postprocessed = postprocessor is null
            ? default
            : await PostprocessAsync(prepared.Message, prepared.Record.Status, prepared.Record.Error, prepared.Encoded, maps, deliveries, cancellationToken).ConfigureAwait(false);

        // 3. The response for the sender
        return Worded(prepared, responses.Select(prepared.Message, prepared.Record.Status, prepared.Reason, deliveries, postprocessed, prepared.FailedAt, maps.Response), maps, deliveries);
    }

    /// <summary>The answer of a channel whose sender does not wait for destinations.</summary>
    public SourceResponse AnswerNow(PreparedMessage prepared) =>
        Worded(prepared, responses.Select(prepared.Message, prepared.Record.Status, prepared.Reason, [], default, prepared.FailedAt, prepared.Maps.Response), prepared.Maps, []);

    /// <summary>True when scripts follow when the destinations are through.</summary>
    public bool HasPostprocessor => postprocessor is not null;

    /// <summary>The end of a stored message whose deliveries the last process left unfinished: the postprocessors, over what all destinations left. Nobody waits for an answer any more.</summary>
    /// <exception cref="StoreException">What they left could not be stored.</exception>
    public async Task FinishAsync(StoredMessage stored, ConnectorMessage message, IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken)
    {
        var maps = Merged(
            new MessageMaps
            {
                Source = message.SourceMap,
                Channel = stored.ChannelMap is { } left ? new VariableMap(left) : new VariableMap(),
                Attachments = new MessageAttachments(message.Id, store, Shelves, isStored: true),
            },
            deliveries);
        await PostprocessAsync(message, stored.Summary.Status, stored.Summary.Error, stored.Encoded ?? stored.Raw ?? default, maps, deliveries, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Goes on with the chains of a stored message that the last process, or the lanes before, left unfinished.</summary>
    /// <returns>What became of them; null when they were cut off.</returns>
    public Task<IReadOnlyList<Delivery>?> ResumeAsync(ChainRemnant remnant, LanePlace? place, CancellationToken cancellationToken) => chains.ResumeAsync(remnant, place, cancellationToken);

    /// <summary>Under which key a destination's response stands in the response map.</summary>
    public string KeyOf(string name, int id) => chains.KeyOf(name, id);

    /// <summary>Completes when what became of messages at the destinations so far is on stable storage.</summary>
    public Task WhenRecordedAsync(CancellationToken cancellationToken) => Task.WhenAll(destinations.Select(destination => destination.Lane.WhenRecordedAsync(cancellationToken)));

    /// <summary>What of which chains is in our hands.</summary>
    public ChainsUnderWay UnderWay => chains.UnderWay;

    private SourceResponse Worded(PreparedMessage prepared, SourceResponse response, MessageMaps maps, IReadOnlyList<Delivery> deliveries) => Words is null
        ? response
        : Words.Fill(response, maps, () => snapshots.AtEnd(prepared.Message, prepared.Record.Status, prepared.Record.Error, prepared.Encoded, maps, deliveries));

    private static List<IReadOnlyList<DestinationPipeline>> ChainsOf(IReadOnlyList<DestinationPipeline> destinations)
    {
        var chains = new List<IReadOnlyList<DestinationPipeline>>();
        var chain = new List<DestinationPipeline>();
        foreach (var destination in destinations)
        {
            if (chain.Count > 0 && !destination.WaitsForPrevious)
            {
                chains.Add(chain);
                chain = [];
            }

            chain.Add(destination);
        }

        if (chain.Count > 0)
        {
            chains.Add(chain);
        }

        return chains;
    }

    /// <summary>Each chain as far as it can go without sending: behind one that is filtered out or queued the next one's scripts can run at once.</summary>
    private List<PreparedDelivery> PrepareChains(
        ConnectorMessage message,
        ReadOnlyMemory<byte> encoded,
        MessageMaps maps,
        DestinationSelection selection,
        List<ChainRest> rests,
        CancellationToken cancellationToken)
    {
        var left = selection.Left;
        var deliveries = new List<PreparedDelivery>(left.Count);
        foreach (var chain in Chains)
        {
            var members = ReferenceEquals(left, _destinationNames) ? chain : [.. chain.Where(destination => left.Contains(destination.Name))];
            var stretch = chains.Prepare(message, encoded, maps, maps, members, 0, cancellationToken);
            deliveries.AddRange(stretch.Deliveries);
            if (stretch.GoesOn(members.Count))
            {
                rests.Add(new ChainRest(stretch.ToSend, stretch.Before, [.. members.Skip(stretch.Next)], deliveries.Count));
            }
        }

        return deliveries;
    }

    private List<PreparedDelivery> PrepareDeliveries(
        ConnectorMessage message,
        ReadOnlyMemory<byte> encoded,
        MessageMaps maps,
        DestinationSelection selection,
        CancellationToken cancellationToken)
    {
        var left = selection.Left;
        var deliveries = new List<PreparedDelivery>(left.Count);
        foreach (var destination in destinations)
        {
            if (ReferenceEquals(left, _destinationNames) || left.Contains(destination.Name))
            {
                deliveries.Add(destination.Prepare(message, encoded, maps, maps, cancellationToken));
            }
        }

        return deliveries;
    }

    private MessageRecord Record(ConnectorMessage message, Transformed transformed, MessageMaps maps, List<PreparedDelivery> deliveries, List<ChainRest> rests) => new()
    {
        Id = message.Id,
        ReceivedAt = message.ReceivedAt,
        Status = transformed.Status,
        Error = transformed.Error?.ToString(),
        Raw = message.Content,
        Encoded = Changed(transformed.Content, message.Content),
        DataType = source.Inbound.DataType,
        ControlId = message.Description.ControlId,
        MessageType = message.Description.MessageType,
        SourceMap = message.SourceMap.Count > 0 || message.Destinations is not null ? message.SourceMap : null,
        ChannelMap = maps.Channel.Count > 0 ? maps.Channel.Values : null,
        Metadata = message.Metadata ?? source.Metadata(message),
        StateChanges = StateChanges(message, transformed, deliveries),
        ReplayOf = message.ReplayOf,
        BatchId = message.BatchId,
        BatchStep = message.BatchStep,
        AnswerKey = message.AnswerKey,
        Destinations = deliveries.Count + rests.Count == 0 ? [] : rests.Count == 0 ? [.. deliveries.Select(delivery => delivery.Record)] : [.. deliveries.Select(delivery => delivery.Record), .. Waiting(rests)],
    };

    private static MessageRecord Marked(ConnectorMessage message, MessageRecord record) => message.Earlier?.Put(record) ?? record;

    private static IEnumerable<DestinationRecord> Waiting(List<ChainRest> rests) =>
        rests.SelectMany(rest => rest.Members).Select(member => new DestinationRecord { Name = member.Name, Status = MessageStatus.Pending, IsWaiting = true });

    // Not "? null : content": a null beside a memory becomes an empty memory, by way of a null array.
    private static ReadOnlyMemory<byte>? Changed(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> original) =>
        content.Equals(original) ? default(ReadOnlyMemory<byte>?) : content;

    private static IReadOnlyList<StateChange> StateChanges(ConnectorMessage message, Transformed transformed, List<PreparedDelivery> deliveries)
    {
        var fromDeliveries = deliveries.Sum(delivery => delivery.Transformed.StateChanges.Count);
        if (message.StateChanges.Count + transformed.StateChanges.Count + fromDeliveries == 0)
        {
            return [];
        }

        return [.. message.StateChanges, .. transformed.StateChanges, .. deliveries.SelectMany(delivery => delivery.Transformed.StateChanges)];
    }

    private async ValueTask<IReadOnlyList<Delivery>> SendAsync(HandedOver handedOver, bool inOrder)
    {
        var prepared = handedOver.Prepared.Deliveries;
        if (prepared.Count == 0)
        {
            return [];
        }

        var last = Array.FindLastIndex(handedOver.Places, place => place is not null);
        if (last < 0)
        {
            return [.. prepared.Select(delivery => delivery.With(delivery.Settled()))];
        }

        var duplicateOf = (await handedOver.Commit.ConfigureAwait(false)).DuplicateOf;
        var sends = new Task<Response>[prepared.Count];
        for (var index = 0; index < prepared.Count; index++)
        {
            var delivery = prepared[index];
            sends[index] = handedOver.Places[index] switch
            {
                null => Task.FromResult(delivery.Settled()),
                { } place when index == last || inOrder => chains.DeliverOnceAsync(delivery, delivery.Work with { DuplicateOf = duplicateOf }, place),

                // A connector may work without ever waiting (files): side by side means on a thread of its own.
                { } place => Task.Run(() => chains.DeliverOnceAsync(delivery, delivery.Work with { DuplicateOf = duplicateOf }, place)),
            };
            if (inOrder)
            {
                await ((Task)sends[index]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        var deliveries = new Delivery[prepared.Count];
        await ((Task)Task.WhenAll(sends)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var index = 0; index < prepared.Count; index++)
        {
            deliveries[index] = prepared[index].With(await OrCutOffAsync(sends[index]).ConfigureAwait(false));
        }

        return deliveries;
    }

    /// <summary>As <see cref="SendAsync"/>, for a message some of whose destinations wait for others.</summary>
    private async ValueTask<IReadOnlyList<Delivery>> SendChainsAsync(HandedOver handedOver, CancellationToken cancellationToken)
    {
        var prepared = handedOver.Prepared;
        try
        {
            var duplicateOf = (await handedOver.Commit.ConfigureAwait(false)).DuplicateOf;
            var sends = new List<Task<IReadOnlyList<Delivery>>>(prepared.Deliveries.Count);
            foreach (var step in Steps(handedOver, duplicateOf, cancellationToken))
            {
                var send = Task.Run(step, CancellationToken.None);
                sends.Add(send);
                if (DeliversInOrder)
                {
                    await ((Task)send).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }

            return [.. (await Task.WhenAll(sends).ConfigureAwait(false)).SelectMany(made => made)];
        }
        finally
        {
            chains.End(prepared.Message.Id, prepared.Rests);
        }
    }

    /// <summary>What is to be made, in the channel's order.</summary>
    private IEnumerable<Func<Task<IReadOnlyList<Delivery>>>> Steps(HandedOver handedOver, long duplicateOf, CancellationToken cancellationToken)
    {
        var prepared = handedOver.Prepared;
        for (var index = 0; index <= prepared.Deliveries.Count; index++)
        {
            foreach (var held in prepared.Rests.Where(rest => rest.Head is null && rest.Position == index))
            {
                yield return () => chains.RunAsync(prepared, held, null, cancellationToken);
            }

            if (index < prepared.Deliveries.Count)
            {
                var (delivery, place) = (prepared.Deliveries[index], handedOver.Places[index]);
                yield return () => SendOnAsync(prepared, delivery, place, duplicateOf, cancellationToken);
            }
        }
    }

    private async Task<IReadOnlyList<Delivery>> SendOnAsync(PreparedMessage prepared, PreparedDelivery delivery, LanePlace? entered, long duplicateOf, CancellationToken cancellationToken)
    {
        if (entered is not { } place)
        {
            return [delivery.With(delivery.Settled())];
        }

        var work = delivery.Work with { DuplicateOf = duplicateOf };
        var rest = prepared.Rests.FirstOrDefault(rest => ReferenceEquals(rest.Head, delivery));
        return rest is null
            ? [delivery.With(await OrCutOffAsync(chains.DeliverOnceAsync(delivery, work, place)).ConfigureAwait(false))]
            : await chains.RunAsync(prepared, rest with { Head = delivery with { Work = work } }, place, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the destinations left, over what the source left: a later destination's value counts. Their responses stand in the response map.</summary>
    private MessageMaps Merged(MessageMaps maps, IReadOnlyList<Delivery> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            if (delivery.Maps is { } left)
            {
                Overlay(left.Channel, maps.Channel);
                Overlay(left.Response, maps.Response);
            }
        }

        foreach (var delivery in deliveries)
        {
            maps.Response.Put(chains.KeyOf(delivery.Destination, delivery.Id), ResponseValue.Of(delivery.Response, delivery.Answers ?? source.Inbound));
        }

        return maps;
    }

    private static async Task<Response> OrCutOffAsync(Task<Response> send)
    {
        try
        {
            return await send.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Pending in the store, so nothing is lost.
            return new Response { Status = MessageStatus.Queued, StatusMessage = "Cut off; it is made again." };
        }
    }

    private static void Overlay(VariableMap from, VariableMap onto)
    {
        foreach (var (key, value) in from.Values)
        {
            onto.Put(key, value);
        }
    }

    private async ValueTask<Postprocessed> PostprocessAsync(
        ConnectorMessage message,
        MessageStatus status,
        string? failure,
        ReadOnlyMemory<byte> encoded,
        MessageMaps maps,
        IReadOnlyList<Delivery> deliveries,
        CancellationToken cancellationToken)
    {
        Postprocessed postprocessed;
        try
        {
            postprocessed = postprocessor!.Run(
                message.Id,
                encoded,
                maps,
                () => snapshots.AtEnd(message, status, failure, encoded, maps, deliveries),
                cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            errors.PostprocessorCutOff(message.Id);
            return default;
        }

        var error = postprocessed.Error;
        var changes = postprocessed.StateChanges ?? [];
        if (error is not null)
        {
            errors.Postprocessor(message.Id, error);
        }
        else if (NumbersDestinations && (postprocessed.Response is not null || postprocessed.Text is not null))
        {
            maps.Response.Put("Postprocessor", postprocessed.Response is { } response ? ResponseValue.Of(response, source.Inbound) : postprocessed.Text);
        }

        var attachments = (maps.Attachments as MessageAttachments)?.TakeToStore() ?? [];
        if (changes.Count > 0 || error is not null || attachments.Count > 0)
        {
            var sequence = await store.RecordAfterwardsAsync(message.Id, changes, error?.ToString(), attachments).ConfigureAwait(false);
            Apply(sequence, message.Id, changes);
        }

        return postprocessed;
    }

    private void Count(ConnectorMessage message, Transformed transformed, List<PreparedDelivery> deliveries)
    {
        switch (transformed.Status)
        {
            case MessageStatus.Filtered:
                figures.Filtered();
                break;
            case MessageStatus.Error:
                figures.SourceError();
                errors.Source(message.Id, transformed.Error!);
                break;
        }

        foreach (var delivery in deliveries)
        {
            if (delivery.Record.Status == MessageStatus.Error)
            {
                figures.DeliveryFailed();
                errors.Destination(message.Id, delivery.Pipeline.Name, delivery.Transformed.Error!);
            }
        }
    }
}
