using System.Runtime.CompilerServices;
using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Pipeline;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Recovery;

/// <summary>
/// Finishes what the last process left behind: deliveries whose outcome was not recorded are made again and marked, messages that were answered on
/// receipt get their scripts. Everything takes its place in the lines before the first new message does.
/// </summary>
internal sealed partial class MessageRecovery(
    string channel,
    IMessageStore store,
    OutcomeRecorder recorder,
    MessagePipeline pipeline,
    IReadOnlyDictionary<string, DestinationLane> lanes,
    WorkInFlight inFlight,
    TimeProvider time,
    ILogger logger,
    CancellationToken closing)
{
    private const int Page = 50;
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(5);

    private long _lastReceived;
    private long _resumedUpTo;
    private bool _hasReceived;
    private readonly ChainRecovery _chains = new(pipeline);

    /// <summary>After a start: marks what the last process may have delivered, and puts unrecorded deliveries back in line. Completes when all are in line, not when they are delivered.</summary>
    /// <param name="wasCleanStop">The last process had recorded every outcome when it stopped: no queued message is in doubt but those that say so themselves.</param>
    /// <param name="queuedAgain">So many at most were queued again at one destination: older than those that were on their way, and no reason to mark fewer of these.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ResumeAllAsync(bool wasCleanStop, int queuedAgain, CancellationToken cancellationToken) =>
        ResumeDeliveriesAsync(wasCleanStop ? 0 : store.MarkUncertain(DestinationLane.UnrecordedOutcomes + queuedAgain), _ => true, null, cancellationToken);

    /// <summary>After a swap: puts the unrecorded deliveries of lanes that were replaced back in line.</summary>
    /// <param name="destinations">The destinations whose lanes were replaced.</param>
    /// <param name="remnants">Which of them nobody has in hand.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreException">The store is at fault; called again, it goes on behind what it resumed.</exception>
    public async Task ResumeReplacedAsync(IReadOnlyCollection<string> destinations, SwapRemnants remnants, CancellationToken cancellationToken)
    {
        // Entries are committed in the order in which they are handed over: behind this one stands all that went to the lanes that were replaced.
        await store.RecordAfterwardsAsync(0, [], null).ConfigureAwait(false);
        await ResumeDeliveriesAsync(0, destinations.Contains, remnants, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="uncertain">How many queued messages were marked, for the log.</param>
    /// <param name="concerns">Which destinations are meant.</param>
    /// <param name="remnants">What a swap left; null at a start, when all is left.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task ResumeDeliveriesAsync(int uncertain, Func<string, bool> concerns, SwapRemnants? remnants, CancellationToken cancellationToken)
    {
        var pending = 0;
        var beforeId = remnants?.FirstId ?? long.MaxValue;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = store.ReadUnfinished(_resumedUpTo, Page);
            if (page.Count == 0 || page[0].Message.Summary.Id >= beforeId)
            {
                break;
            }

            var recorded = new List<Task>();
            foreach (var (message, unfinished) in page.TakeWhile(left => left.Message.Summary.Id < beforeId))
            {
                var destinations = remnants is null ? unfinished : [.. unfinished.Where(waiting => remnants.Contains(message.Summary.Id, waiting.Destination))];
                if (message.Summary.Status == MessageStatus.Received)
                {
                    _hasReceived = true;
                    _lastReceived = message.Summary.Id;
                }

                // What a swap cuts off had its postprocessor from whoever waited for it.
                var finish = remnants is null && pipeline.HasPostprocessor && destinations.Count > 0 ? new ResumedMessage(message, pipeline) : null;
                if (destinations.Any(waiting => waiting.Work.IsWaiting && concerns(waiting.Destination)))
                {
                    pending += destinations.Count;
                    ResumeChains(message, destinations, concerns, recorded, finish);
                    Finish(finish);
                    continue;
                }

                foreach (var (destination, work) in destinations)
                {
                    if (!concerns(destination) || work.IsWaiting)
                    {
                        continue;
                    }

                    pending++;
                    recorded.Add(ResumeAsync(destination, work with { IsUncertain = true }, finish));
                }

                Finish(finish);
            }

            await Task.WhenAll(recorded).ConfigureAwait(false);
            _resumedUpTo = page[^1].Message.Summary.Id;
        }

        if (uncertain + pending > 0 || _hasReceived)
        {
            Log.Resumed(logger, channel, pending, uncertain);
        }
    }

    /// <summary>A message some of whose destinations wait for others: what stands before them is delivered as ever, and then its chain goes on.</summary>
    private void ResumeChains(StoredMessage message, IReadOnlyList<(string Destination, DestinationWork Work)> destinations, Func<string, bool> concerns, List<Task> recorded, ResumedMessage? finish)
    {
        var remnants = _chains.Of(message, destinations);
        var heads = remnants.Select(remnant => remnant.Head?.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var (destination, work) in destinations.Where(pending => !pending.Work.IsWaiting && !heads.Contains(pending.Destination) && concerns(pending.Destination)))
        {
            recorded.Add(ResumeAsync(destination, work with { IsUncertain = true }, finish));
        }

        foreach (var remnant in remnants)
        {
            LanePlace? place = null;
            var next = remnant;
            if (remnant is { Head: { } head, HeadWork: { } work })
            {
                if (lanes.TryGetValue(head.Name, out var lane) && lane.Definition.Queue.Mode == QueueMode.Never)
                {
                    place = new LanePlace(lane, lane.TakeTurn(work.OrderKey));
                    next = remnant with { HeadWork = work with { IsUncertain = true } };
                }
                else
                {
                    recorded.Add(ResumeAsync(head.Name, work with { IsUncertain = true }, finish));
                    next.Before.Response.Put(
                        pipeline.KeyOf(head.Name, head.Id), ResponseValue.Of(new Response { Status = MessageStatus.Queued, StatusMessage = "Queued." }, head.Answers));
                }
            }

            inFlight.Enter();
            pipeline.UnderWay.Begin(message.Summary.Id, remnant.Names, remnant.Members.Select(member => member.Name));
            var made = Task.Run(() => GoOnAsync(next, place), CancellationToken.None);
            finish?.Add(made);
        }

        foreach (var name in _chains.Gone(destinations))
        {
            recorded.Add(DropAsync(message.Summary.Id, name));
        }
    }

    private async Task<IReadOnlyList<Delivery>?> GoOnAsync(ChainRemnant remnant, LanePlace? place)
    {
        try
        {
            return await pipeline.ResumeAsync(remnant, place, closing).ConfigureAwait(false);
        }
        finally
        {
            inFlight.Exit();
        }
    }

    /// <summary>A destination that waited and is not there any more: its scripts never ran, so it is told as failed.</summary>
    private async Task DropAsync(long messageId, string name)
    {
        const string Reason = "The destination no longer exists; the message was not sent to it. Resend it where it belongs.";
        try
        {
            var gone = new DestinationRecord { Name = name, Status = MessageStatus.Error, Error = Reason };
            await store.AdvanceAsync(new ChainStep { MessageId = messageId, Destinations = [gone] }).ConfigureAwait(false);
        }
        catch (StoreException exception)
        {
            Log.NotDropped(logger, channel, messageId, name, exception.Message);
        }
    }

    /// <summary>The messages that wait for their scripts, as they were when <see cref="ResumeAllAsync"/> looked.</summary>
    public async IAsyncEnumerable<ConnectorMessage> ReadReceivedAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var after = 0L; _hasReceived && after < _lastReceived;)
        {
            var page = await ReadPageAsync(after, cancellationToken).ConfigureAwait(false);
            if (page.Count == 0)
            {
                yield break;
            }

            foreach (var (message, _) in page)
            {
                after = message.Summary.Id;
                if (after <= _lastReceived && message is { Summary.Status: MessageStatus.Received, Raw: { } raw })
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var (sourceMap, chosen) = ChosenDestinations.Take(message.SourceMap);
                    yield return new ConnectorMessage
                    {
                        Id = message.Summary.Id,
                        ReceivedAt = message.Summary.ReceivedAt,
                        Content = raw,
                        SourceMap = sourceMap,
                        Destinations = chosen,
                        Description = new MessageDescription(message.Summary.ControlId, message.Summary.MessageType),
                        HasStoredAttachments = true,
                    };
                }
            }

        }
    }

    private async ValueTask<IReadOnlyList<UnfinishedMessage>> ReadPageAsync(long after, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return store.ReadUnfinished(after, Page);
            }
            catch (StoreException exception)
            {
                Log.NotRead(logger, channel, exception.Message);
            }

            await Task.Delay(StorePause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task ResumeAsync(string destination, DestinationWork work, ResumedMessage? finish)
    {
        if (!lanes.TryGetValue(destination, out var lane))
        {
            finish?.Add(destination, Response.Failed("The destination no longer exists."));
            return recorder.RecordAsync(
                Update(destination, work, MessageStatus.Error, "The destination no longer exists; whether it got the message is not known. Resend it where it belongs."));
        }

        if (lane.Definition.Queue.Mode != QueueMode.Never)
        {
            finish?.Add(destination, new Response { Status = MessageStatus.Queued, StatusMessage = "Queued." });
            return recorder.RecordAsync(Update(destination, work, MessageStatus.Queued, null));
        }

        var turn = lane.TakeTurn(work.OrderKey);
        var made = Task.Run(() => DeliverAsync(lane, work, turn));
        finish?.Add(made);
        return Task.CompletedTask;
    }

    private async Task<IReadOnlyList<Delivery>?> DeliverAsync(DestinationLane lane, DestinationWork work, DeliveryTurn turn)
    {
        try
        {
            var maps = DestinationLane.MapsOf(work);
            var response = await lane.DeliverAsync(work, maps, turn).ConfigureAwait(false);
            return [new Delivery(lane.Definition.Name, response) { Maps = maps, Content = work.Content, Answers = lane.Answers }];
        }
        catch (OperationCanceledException)
        {
            // The channel stopped first; the next start finds the message again.
            return null;
        }
        catch (Exception exception)
        {
            Log.NotResumed(logger, channel, work.MessageId, lane.Definition.Name, exception.GetType().Name, exception.StackTrace);
            return null;
        }
    }

    private void Finish(ResumedMessage? finish)
    {
        if (finish is not null)
        {
            _ = Task.Run(() => FinishAsync(finish), CancellationToken.None);
        }
    }

    /// <summary>The postprocessor of a message whose deliveries were resumed: the process that was to run it is gone. It may have run there, as a delivery may have been made.</summary>
    private async Task FinishAsync(ResumedMessage finish)
    {
        if (await finish.DeliveriesAsync().ConfigureAwait(false) is not { } deliveries || closing.IsCancellationRequested)
        {
            // Cut off again; the next start finds the message again.
            return;
        }

        inFlight.Enter();
        try
        {
            await pipeline.FinishAsync(finish.Stored, finish.Message, deliveries, closing).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Log.NotFinished(logger, channel, finish.Message.Id, exception is StoreException ? exception.Message : exception.GetType().Name, exception.StackTrace);
        }
        finally
        {
            inFlight.Exit();
        }
    }

    private static DestinationUpdate Update(string destination, DestinationWork work, MessageStatus status, string? error) => new()
    {
        MessageId = work.MessageId,
        Destination = destination,
        Status = status,
        Attempts = Math.Max(1, work.Attempts),
        IsReattempt = true,
        IsUncertain = true,
        Error = error,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 2401, Level = LogLevel.Information, Message = "{Channel}: {Pending} deliveries without a recorded outcome are made again, {Uncertain} queued messages may have been delivered before; all are marked as re-attempts")]
        public static partial void Resumed(ILogger logger, string channel, int pending, int uncertain);

        [LoggerMessage(EventId = 2403, Level = LogLevel.Error, Message = "{Channel}: messages that wait for their scripts could not be read and are read again: {Reason}")]
        public static partial void NotRead(ILogger logger, string channel, string reason);

        [LoggerMessage(EventId = 2404, Level = LogLevel.Error, Message = "{Channel}: that message {MessageId} does not reach {Destination}, which no longer exists, could not be recorded; the next start tries again: {Reason}")]
        public static partial void NotDropped(ILogger logger, string channel, long messageId, string destination, string reason);

        [LoggerMessage(EventId = 2405, Level = LogLevel.Error, Message = "{Channel}: the postprocessor of message {MessageId}, whose deliveries were made again after a restart, could not be run to its end: {Failure}\n{Trace}")]
        public static partial void NotFinished(ILogger logger, string channel, long messageId, string failure, string? trace);

        [LoggerMessage(EventId = 2402, Level = LogLevel.Error, Message = "{Channel}: message {MessageId} could not be delivered again to {Destination} because of an unexpected {Failure}\n{Trace}")]
        public static partial void NotResumed(ILogger logger, string channel, long messageId, string destination, string failure, string? trace);
    }
}
