using System.Runtime.CompilerServices;
using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Messages;
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
    IReadOnlyDictionary<string, DestinationLane> lanes,
    TimeProvider time,
    ILogger logger)
{
    private const int Page = 50;
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(5);

    private long _lastReceived;
    private bool _hasReceived;

    /// <summary>After a start: marks what the last process may have delivered, and puts unrecorded deliveries back in line. Completes when all are in line, not when they are delivered.</summary>
    /// <param name="wasCleanStop">The last process had recorded every outcome when it stopped: no queued message is in doubt but those that say so themselves.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ResumeAllAsync(bool wasCleanStop, CancellationToken cancellationToken) =>
        ResumeDeliveriesAsync(wasCleanStop ? 0 : store.MarkUncertain(DestinationLane.UnrecordedOutcomes), _ => true, cancellationToken);

    /// <summary>After a swap: puts the unrecorded deliveries of lanes that were replaced back in line.</summary>
    public Task ResumeReplacedAsync(IReadOnlyCollection<string> destinations, CancellationToken cancellationToken) =>
        ResumeDeliveriesAsync(0, destinations.Contains, cancellationToken);

    private async Task ResumeDeliveriesAsync(int uncertain, Func<string, bool> concerns, CancellationToken cancellationToken)
    {
        var pending = 0;
        for (var after = 0L; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = store.ReadUnfinished(after, Page);
            if (page.Count == 0)
            {
                break;
            }

            var recorded = new List<Task>();
            foreach (var (message, destinations) in page)
            {
                if (message.Summary.Status == MessageStatus.Received)
                {
                    _hasReceived = true;
                    _lastReceived = message.Summary.Id;
                }

                foreach (var (destination, work) in destinations)
                {
                    if (!concerns(destination))
                    {
                        continue;
                    }

                    pending++;
                    recorded.Add(ResumeAsync(destination, work with { IsUncertain = true }));
                }
            }

            await Task.WhenAll(recorded).ConfigureAwait(false);
            after = page[^1].Message.Summary.Id;
        }

        if (uncertain + pending > 0 || _hasReceived)
        {
            Log.Resumed(logger, channel, pending, uncertain);
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
                    yield return new ConnectorMessage
                    {
                        Id = message.Summary.Id,
                        ReceivedAt = message.Summary.ReceivedAt,
                        Content = raw,
                        SourceMap = message.SourceMap ?? new Dictionary<string, object?>(),
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

    private Task ResumeAsync(string destination, DestinationWork work)
    {
        if (!lanes.TryGetValue(destination, out var lane))
        {
            return recorder.RecordAsync(
                Update(destination, work, MessageStatus.Error, "The destination no longer exists; whether it got the message is not known. Resend it where it belongs."));
        }

        if (lane.Definition.Queue.Mode != QueueMode.Never)
        {
            return recorder.RecordAsync(Update(destination, work, MessageStatus.Queued, null));
        }

        var turn = lane.TakeTurnAsync();
        _ = Task.Run(() => DeliverAsync(lane, work, turn));
        return Task.CompletedTask;
    }

    private async Task DeliverAsync(DestinationLane lane, DestinationWork work, Task turn)
    {
        try
        {
            await lane.DeliverAsync(work, DestinationLane.MapsOf(work), turn).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The channel stopped first; the next start finds the message again.
        }
        catch (Exception exception)
        {
            Log.NotResumed(logger, channel, work.MessageId, lane.Definition.Name, exception.GetType().Name, exception.StackTrace);
        }
    }

    private static DestinationUpdate Update(string destination, DestinationWork work, MessageStatus status, string? error) => new()
    {
        MessageId = work.MessageId,
        Destination = destination,
        Status = status,
        Attempts = Math.Max(1, work.Attempts),
        IsReattempt = true,
        IsUncertain = status == MessageStatus.Queued,
        Error = error,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 2401, Level = LogLevel.Information, Message = "{Channel}: {Pending} deliveries without a recorded outcome are made again, {Uncertain} queued messages may have been delivered before; all are marked as re-attempts")]
        public static partial void Resumed(ILogger logger, string channel, int pending, int uncertain);

        [LoggerMessage(EventId = 2403, Level = LogLevel.Error, Message = "{Channel}: messages that wait for their scripts could not be read and are read again: {Reason}")]
        public static partial void NotRead(ILogger logger, string channel, string reason);

        [LoggerMessage(EventId = 2402, Level = LogLevel.Error, Message = "{Channel}: message {MessageId} could not be delivered again to {Destination} because of an unexpected {Failure}\n{Trace}")]
        public static partial void NotResumed(ILogger logger, string channel, long messageId, string destination, string failure, string? trace);
    }
}
