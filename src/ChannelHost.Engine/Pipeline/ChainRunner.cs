using ChannelHost.Engine.Attachments;
using System.Globalization;
using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Figures;
using ChannelHost.Engine.Messages;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Pipeline;

/// <summary>
/// Walks through chains: each destination's scripts run when the one before it was sent to, and see what that one left. Destinations that need no waiting (filtered
/// out, queued) are taken along in the same step; a step is one commit. What is not begun is marked in the store since the message's own commit, so a kill
/// at any moment leaves no destination out.
/// </summary>
internal sealed partial class ChainRunner(
    string channel,
    ChainsUnderWay underWay,
    IMessageStore store,
    IChannelState state,
    ChannelFigures figures,
    ErrorLog errors,
    OutcomeRecorder recorder,
    bool numbersDestinations,
    TimeProvider time,
    ILogger logger,
    CancellationToken closing)
{
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    /// <summary>What all chains of the channel share.</summary>
    public ChainsUnderWay UnderWay => underWay;

    /// <summary>Under which key a destination's response stands in the response map.</summary>
    public string KeyOf(string name, int id) => numbersDestinations ? string.Create(CultureInfo.InvariantCulture, $"d{id}") : name;

    /// <summary>A message with unfinished chains is on its way to the store.</summary>
    public void Begin(long messageId, IReadOnlyList<ChainRest> rests)
    {
        foreach (var rest in rests)
        {
            underWay.Begin(messageId, rest.Names, rest.Waiting);
        }
    }

    /// <summary>The message is not in the store: its chains never begin.</summary>
    public void GiveUp(long messageId, IReadOnlyList<ChainRest> rests)
    {
        End(messageId, rests);
        foreach (var rest in rests)
        {
            underWay.Lines.Leave(messageId, rest.Waiting);
        }
    }

    /// <summary>Its chains are through, or cut off.</summary>
    public void End(long messageId, IReadOnlyList<ChainRest> rests)
    {
        foreach (var rest in rests)
        {
            underWay.End(messageId, rest.Names);
        }
    }

    /// <summary>
    /// Runs the scripts of a chain's destinations up to the first that is sent to while somebody waits, whose scripts fail, or to which an earlier message is on its way.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="encoded">What the source made of it.</param>
    /// <param name="sourceMaps">The maps after the source.</param>
    /// <param name="before">The maps that the first member goes on with.</param>
    /// <param name="members">The chain.</param>
    /// <param name="first">Its first member to run.</param>
    /// <param name="cancellationToken">Stops the scripts.</param>
    public Stretch Prepare(
        ConnectorMessage message,
        ReadOnlyMemory<byte> encoded,
        MessageMaps sourceMaps,
        MessageMaps before,
        IReadOnlyList<DestinationPipeline> members,
        int first,
        CancellationToken cancellationToken)
    {
        var deliveries = new List<PreparedDelivery>();
        for (var index = first; index < members.Count; index++)
        {
            if (!underWay.Lines.IsNext(message.Id, members[index].Name))
            {
                return new Stretch(deliveries, null, index, before) { IsHeld = true };
            }

            var delivery = members[index].Prepare(message, encoded, sourceMaps, before, cancellationToken);
            deliveries.Add(delivery);
            switch (delivery.Record.Status)
            {
                case MessageStatus.Pending:
                    return new Stretch(deliveries, delivery, index + 1, delivery.Maps);
                case MessageStatus.Error:
                    // Nothing was sent, so nobody can say what those behind it should go on with.
                    return new Stretch(deliveries, null, index + 1, delivery.Maps);
                case MessageStatus.Queued:
                    Answered(delivery, delivery.Settled());
                    break;
            }

            before = delivery.Maps;
        }

        return new Stretch(deliveries, null, members.Count, before);
    }

    /// <summary>Delivers a chain's head, where there is one, whose place in the line is <paramref name="place"/>, and goes on to the chain's end.</summary>
    public async Task<IReadOnlyList<Delivery>> RunAsync(PreparedMessage prepared, ChainRest rest, LanePlace? place, CancellationToken cancellationToken)
    {
        var made = new List<Delivery>();
        try
        {
            if (rest.Head is { } head)
            {
                var response = await DeliverAsync(head, place!.Value).ConfigureAwait(false);
                made.Add(head.With(response));
                Answered(head, response);
            }

            await GoOnAsync(prepared.Message, prepared.Encoded, prepared.Maps, rest.Before, rest.Members, made, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The channel closes. What is not made is in the store, and the next start goes on there. Those behind are cut off as well, and do not overtake now.
            made.AddRange(CutOff(rest, made.Count));
            return made;
        }
        catch
        {
            underWay.Lines.Leave(prepared.Message.Id, rest.Waiting);
            throw;
        }

        // Those behind must not wait for what this chain does not do any more, while the message's other chains go on.
        underWay.Lines.Leave(prepared.Message.Id, rest.Waiting);
        return made;
    }

    /// <summary>Goes on with a chain that is in the store.</summary>
    /// <param name="remnant">The chain.</param>
    /// <param name="place">The head's place in the line; null when it is through.</param>
    /// <param name="cancellationToken">Stops the scripts.</param>
    /// <returns>What became of it; null when it was cut off, and the next start goes on.</returns>
    public async Task<IReadOnlyList<Delivery>?> ResumeAsync(ChainRemnant remnant, LanePlace? place, CancellationToken cancellationToken)
    {
        var made = new List<Delivery>();
        try
        {
            var before = remnant.Before;
            if (place is { } taken && remnant is { Head: { } head, HeadWork: { } work })
            {
                before = DestinationLane.MapsOf(work);
                foreach (var (key, value) in remnant.Before.Response.Values)
                {
                    before.Response.Put(key, value);
                }

                var delivery = new PreparedDelivery(head, new DestinationRecord { Name = head.Name, Status = MessageStatus.Pending }, work, before, default);
                var response = await DeliverAsync(delivery, taken).ConfigureAwait(false);
                made.Add(delivery.With(response));
                Answered(delivery, response);
            }

            await GoOnAsync(remnant.Message, remnant.Encoded, remnant.SourceMaps, before, remnant.Members, made, cancellationToken).ConfigureAwait(false);
            underWay.Lines.Leave(remnant.Message.Id, remnant.Names);
            return made;
        }
        catch (OperationCanceledException)
        {
            // As above.
            return null;
        }
        catch (Exception exception)
        {
            underWay.Lines.Leave(remnant.Message.Id, remnant.Names);
            Log.NotResumed(logger, channel, remnant.Message.Id, exception.GetType().Name, exception.StackTrace);
            return null;
        }
        finally
        {
            underWay.End(remnant.Message.Id, remnant.Names);
        }
    }

    private async Task GoOnAsync(
        ConnectorMessage message,
        ReadOnlyMemory<byte> encoded,
        MessageMaps sourceMaps,
        MessageMaps before,
        IReadOnlyList<DestinationPipeline> members,
        List<Delivery> made,
        CancellationToken cancellationToken)
    {
        for (var next = 0; next < members.Count;)
        {
            var step = await StepAsync(message, encoded, sourceMaps, before, members, next, cancellationToken).ConfigureAwait(false);
            foreach (var delivery in step.Stretch.Deliveries)
            {
                if (!ReferenceEquals(delivery, step.Stretch.ToSend))
                {
                    made.Add(delivery.With(delivery.Settled()));
                }
            }

            next = step.Stretch.Next;
            before = step.Stretch.Before;
            if (!step.Stretch.GoesOn(members.Count) && step.Stretch.ToSend is null)
            {
                return;
            }

            if (step.Stretch.ToSend is not { } sending)
            {
                continue;
            }

            var response = await DeliverAsync(sending, step.Place!.Value).ConfigureAwait(false);
            made.Add(sending.With(response));
            Answered(sending, response);
        }
    }

    /// <summary>One step: scripts, one commit, places in queues and lines.</summary>
    private async Task<(Stretch Stretch, LanePlace? Place)> StepAsync(
        ConnectorMessage message,
        ReadOnlyMemory<byte> encoded,
        MessageMaps sourceMaps,
        MessageMaps before,
        IReadOnlyList<DestinationPipeline> members,
        int next,
        CancellationToken cancellationToken)
    {
        Stretch stretch;
        Task<string?> kept;
        LanePlace? place = null;

        // Before the step begins: a swap of lanes waits for steps, and must not wait for the partner of an earlier message.
        await underWay.Lines.WaitAsync(message.Id, members[next].Name, closing).ConfigureAwait(false);
        await underWay.BeginStepAsync(closing).ConfigureAwait(false);
        try
        {
            stretch = Prepare(message, encoded, sourceMaps, before, members, next, cancellationToken);
            Count(message, stretch);
            kept = KeepAsync(message.Id, stretch, members);
            var committed = UnlessRefusedAsync(kept);
            foreach (var delivery in stretch.Deliveries)
            {
                place = Enter(delivery, committed) ?? place;
            }

            underWay.Lines.Leave(message.Id, stretch.Deliveries.Select(delivery => delivery.Pipeline.Name));
        }
        finally
        {
            underWay.EndStep();
        }

        string? refusal;
        try
        {
            refusal = await kept.ConfigureAwait(false);
        }
        catch
        {
            place?.GiveUp();
            throw;
        }

        if (refusal is null)
        {
            return (stretch, place);
        }

        place?.GiveUp();
        return (new Stretch([.. stretch.Deliveries.Select(delivery => Refused(delivery, refusal))], null, members.Count, before), null);
    }

    /// <summary>What a queue waits for: it sends nothing of a step that the store refused.</summary>
    private static async Task UnlessRefusedAsync(Task<string?> kept)
    {
        if (await kept.ConfigureAwait(false) is not null)
        {
            throw new OperationCanceledException("The store refused the step.");
        }
    }

    private PreparedDelivery Refused(PreparedDelivery delivery, string reason)
    {
        if (delivery.Record.Status != MessageStatus.Error)
        {
            figures.DeliveryFailed();
        }

        return delivery with
        {
            Record = new DestinationRecord { Name = delivery.Record.Name, Status = MessageStatus.Error, Error = reason },
            Transformed = delivery.Transformed with { Status = MessageStatus.Error, Error = new ScriptError { Kind = "store", Message = "what its scripts left cannot be stored" } },
        };
    }

    /// <summary>Completes when the step is on stable storage. Gives the reason when the store cannot take what the scripts left: then its destinations end in Error, and the chain.</summary>
    private async Task<string?> KeepAsync(long messageId, Stretch stretch, IReadOnlyList<DestinationPipeline> members)
    {
        var stops = stretch.ToSend is null && !stretch.GoesOn(members.Count);
        var step = new ChainStep
        {
            MessageId = messageId,
            Destinations = [.. stretch.Deliveries.Select(delivery => delivery.Record)],
            Dropped = stops ? [.. members.Skip(stretch.Next).Select(member => member.Name)] : [],
            StateChanges = [.. stretch.Deliveries.SelectMany(delivery => delivery.Transformed.StateChanges)],
            Attachments = stretch.Deliveries is [{ Maps.Attachments: MessageAttachments attachments }, ..] ? attachments.TakeToStore() : [],
        };
        for (string? refusal = null; ;)
        {
            try
            {
                var sequence = await store.AdvanceAsync(step).ConfigureAwait(false);
                if (step.StateChanges.Count > 0)
                {
                    state.Apply(new RecordedStateChanges(sequence, messageId, step.StateChanges));
                }

                return refusal;
            }
            catch (StoreException exception) when (exception.IsPermanent && refusal is null)
            {
                refusal = exception.Message;
                step = step with
                {
                    Destinations = [.. step.Destinations.Select(record => new DestinationRecord { Name = record.Name, Status = MessageStatus.Error, Error = exception.Message })],
                    Dropped = [.. members.Skip(stretch.Next).Select(member => member.Name)],
                    StateChanges = [],
                };
            }
            catch (StoreException exception) when (exception.IsPermanent)
            {
                // Offered again it would be refused again, and the sender would wait for ever.
                Log.Refused(logger, channel, messageId, exception.Message);
                return refusal;
            }
            catch (StoreException exception)
            {
                Log.NotKept(logger, channel, messageId, exception.Message);
                await Task.Delay(StorePause, time, closing).ConfigureAwait(false);
            }
        }
    }

    // A lane that took another's place meanwhile delivers for it; scripts stay those of the version that the message began with.
    private DestinationLane? LaneOf(PreparedDelivery delivery) => underWay.Lanes.GetValueOrDefault(delivery.Pipeline.Name);

    /// <summary>Queues the message or takes its place in the line; null when there is none to wait for. Call in the order of hand-over to the store.</summary>
    public LanePlace? Enter(PreparedDelivery delivery, Task committed)
    {
        if (delivery.Record.Status is not (MessageStatus.Queued or MessageStatus.Pending))
        {
            return null;
        }

        if (LaneOf(delivery) is not { } lane)
        {
            // Taken out of the channel meanwhile: queued it is an orphan that somebody decides on, and there is no line to stand in.
            return delivery.Record.Status == MessageStatus.Pending ? new LanePlace(null, null) : null;
        }

        if (delivery.Record.Status == MessageStatus.Pending)
        {
            return new LanePlace(lane, lane.TakeTurn(delivery.Work.OrderKey));
        }

        lane.Enqueue(delivery.Work, committed);
        return null;
    }

    /// <summary>Delivers straight to the partner, unless its lane is swapped first.</summary>
    /// <exception cref="OperationCanceledException">It was: recovery makes the delivery again.</exception>
    public Task<Response> DeliverOnceAsync(PreparedDelivery delivery, DestinationWork work, LanePlace place) =>
        place.Lane is { } lane ? lane.DeliverAsync(work, delivery.Maps, place.Turn!) : GoneAsync(delivery, work);

    /// <summary>Delivers straight to the partner. When its lane is swapped while it waits, the one in its place delivers, in a turn of its own.</summary>
    private async Task<Response> DeliverAsync(PreparedDelivery delivery, LanePlace place)
    {
        var work = delivery.Work;
        while (true)
        {
            if (!ReferenceEquals(LaneOf(delivery), place.Lane))
            {
                place.GiveUp();
            }
            else if (place.Lane is null)
            {
                return await GoneAsync(delivery, work).ConfigureAwait(false);
            }
            else
            {
                try
                {
                    return await place.Lane.DeliverAsync(work, delivery.Maps, place.Turn!).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!closing.IsCancellationRequested)
                {
                    // Nobody knows how far it came.
                    work = work with { IsUncertain = true };
                }
            }

            place = await EnterAnewAsync(delivery, place.Lane).ConfigureAwait(false);
        }
    }

    private async Task<LanePlace> EnterAnewAsync(PreparedDelivery delivery, DestinationLane? before)
    {
        await underWay.BeginStepAsync(closing).ConfigureAwait(false);
        try
        {
            var lane = LaneOf(delivery);
            return before is not null && ReferenceEquals(lane, before)
                ? throw new OperationCanceledException("Cut off, and nothing in its place: the channel closes.")
                : new LanePlace(lane, lane?.TakeTurn(delivery.Work.OrderKey));
        }
        finally
        {
            underWay.EndStep();
        }
    }

    private async Task<Response> GoneAsync(PreparedDelivery delivery, DestinationWork work)
    {
        var response = Response.Failed("The destination no longer exists; whether it got the message is not known. Resend it where it belongs.");
        figures.DeliveryFailed();
        await recorder.RecordAsync(new DestinationUpdate
        {
            MessageId = work.MessageId,
            Destination = delivery.Pipeline.Name,
            Status = response.Status,
            Attempts = work.Attempts,
            IsReattempt = work.IsUncertain,
            IsUncertain = work.IsUncertain,
            Error = response.Error,
        }).ConfigureAwait(false);
        return response;
    }

    private void Answered(PreparedDelivery delivery, Response response) =>
        delivery.Maps.Response.Put(KeyOf(delivery.Pipeline.Name, delivery.Pipeline.Id), ResponseValue.Of(response, delivery.Pipeline.Answers));

    private static IEnumerable<Delivery> CutOff(ChainRest rest, int made)
    {
        if (made == 0 && rest.Head is { } head)
        {
            yield return head.With(Later());
        }

        foreach (var member in rest.Members.Skip(rest.Head is null ? made : Math.Max(0, made - 1)))
        {
            yield return new Delivery(member.Name, Later()) { Id = member.Id };
        }
    }

    private static Response Later() => new() { Status = MessageStatus.Queued, StatusMessage = "Cut off; it is made again." };

    private void Count(ConnectorMessage message, Stretch stretch)
    {
        foreach (var delivery in stretch.Deliveries)
        {
            if (delivery.Record.Status == MessageStatus.Error)
            {
                figures.DeliveryFailed();
                errors.Destination(message.Id, delivery.Pipeline.Name, delivery.Transformed.Error!);
            }
        }
    }

    /// <summary>A part of a chain whose scripts ran without waiting.</summary>
    /// <param name="Deliveries">What they made of the message.</param>
    /// <param name="ToSend">The last of them, when it is to be sent while somebody waits; null when none is.</param>
    /// <param name="Next">The first member whose scripts have not run.</param>
    /// <param name="Before">The maps that it goes on with.</param>
    public readonly record struct Stretch(IReadOnlyList<PreparedDelivery> Deliveries, PreparedDelivery? ToSend, int Next, MessageMaps Before)
    {
        /// <summary>True when an earlier message is on its way to that member, and this one waits for it.</summary>
        public bool IsHeld { get; init; }

        /// <summary>True when the chain has members that come later, and no error keeps them from it.</summary>
        /// <param name="members">How many the chain has.</param>
        public bool GoesOn(int members) => Next < members && (IsHeld || ToSend is not null);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2211, Level = LogLevel.Error, Message = "{Channel}: how the chain of message {MessageId} goes on could not be stored and is offered again every second: {Reason}")]
        public static partial void NotKept(ILogger logger, string channel, long messageId, string reason);

        [LoggerMessage(EventId = 2213, Level = LogLevel.Error, Message = "{Channel}: the chain of message {MessageId} ends here: the store takes neither how it goes on nor that it failed. Its destinations stay as they are until the next start: {Reason}")]
        public static partial void Refused(ILogger logger, string channel, long messageId, string reason);

        [LoggerMessage(EventId = 2212, Level = LogLevel.Error, Message = "{Channel}: the chain of message {MessageId} could not be gone on with because of an unexpected {Failure}; the next start does\n{Trace}")]
        public static partial void NotResumed(ILogger logger, string channel, long messageId, string failure, string? trace);
    }
}
