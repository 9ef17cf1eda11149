using System.Globalization;
using ChannelHost.Engine.Destinations;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Recovery;

/// <summary>
/// A store that was put back from a backup does not know what was delivered after it. Before anything is started on it, all that waits is marked as possibly sent, and the
/// queues are held until somebody lets them go; what had not been through its scripts ends in Error, because running them would make messages without a mark. Done twice,
/// it does no harm: a start that is cut off begins anew.
/// </summary>
internal sealed partial class BackupHold(string channel, IMessageStore store, PausedQueues queues, ILogger logger)
{
    private const int Page = 50;
    private const string NotProcessed = "Put back from a backup before it was processed; whether it was processed after the backup is not known. Look at where it goes, then 'replay' it or leave it.";
    private const string NotMade = "Put back from a backup before its scripts ran for this destination; whether it was sent after the backup is not known. Look there, then 'replay' it or leave it.";

    /// <summary>Holds what the store says must be held.</summary>
    /// <param name="isAsked">True when whoever starts the host wants it, whatever the store says: the store was put back by other means.</param>
    /// <exception cref="StoreException">It cannot be held: nothing must be started.</exception>
    public async Task TakeAsync(bool isAsked)
    {
        var madeAt = store.RestoredFrom;
        if (madeAt is null && !isAsked)
        {
            return;
        }

        var unfinished = await EndUnfinishedAsync().ConfigureAwait(false);
        var marked = store.MarkUncertain(int.MaxValue);
        var waiting = store.Counts().Where(count => count is { Status: MessageStatus.Queued, Count: > 0 } && count.Connector != "source").Select(count => count.Connector).ToList();
        if (waiting.Count > 0)
        {
            queues.Hold(waiting, madeAt is { } time
                ? string.Create(CultureInfo.InvariantCulture, $"restored from the backup of {time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: decide. What waits may have been sent since")
                : "held at the start (--hold-queues): decide. What waits may have been sent already");
        }

        store.SettleRestore();
        if (waiting.Count > 0)
        {
            Log.Held(logger, channel, waiting.Count, marked, unfinished);
        }
        else if (unfinished > 0)
        {
            Log.Ended(logger, channel, unfinished);
        }
    }

    // What was on its way waits with the others; what had no scripts yet has nothing that could be sent.
    private async Task<int> EndUnfinishedAsync()
    {
        var (after, ended) = (0L, 0);
        while (store.ReadUnfinished(after, Page) is { Count: > 0 } page)
        {
            var commits = new List<Task>(page.Count);
            foreach (var (message, pending) in page)
            {
                after = message.Summary.Id;
                if (message.Summary.Status == MessageStatus.Received)
                {
                    ended++;
                    commits.Add(store.CompleteAsync(Failed(message)).AsTask());
                }

                foreach (var (destination, work) in pending)
                {
                    ended += work.IsWaiting ? 1 : 0;
                    commits.Add(HoldAsync(message.Summary, destination, work));
                }
            }

            await Task.WhenAll(commits).ConfigureAwait(false);
        }

        return ended;
    }

    private Task<long> HoldAsync(MessageSummary message, string destination, DestinationWork work) => work.IsWaiting
        ? store.AdvanceAsync(new ChainStep { MessageId = message.Id, Destinations = [new DestinationRecord { Name = destination, Status = MessageStatus.Error, Error = NotMade }] }).AsTask()
        : store.UpdateAsync(new DestinationUpdate
        {
            MessageId = message.Id,
            Destination = destination,
            Status = MessageStatus.Queued,
            ExpectedStatus = MessageStatus.Pending,
            Attempts = work.Attempts,
            IsReattempt = message.Destinations.FirstOrDefault(entry => entry.Name == destination)?.IsReattempt ?? false,
            IsUncertain = true,
        }).AsTask();

    private static MessageRecord Failed(StoredMessage message) => new()
    {
        Id = message.Summary.Id,
        ReceivedAt = message.Summary.ReceivedAt,
        Status = MessageStatus.Error,
        Error = NotProcessed,
        Raw = message.Raw ?? default,
        DataType = message.Summary.DataType,
        ControlId = message.Summary.ControlId,
        MessageType = message.Summary.MessageType,
        SourceMap = message.SourceMap,
        Metadata = message.Summary.Metadata.Count == 0 ? null : message.Summary.Metadata,
        DuplicateOf = message.Summary.DuplicateOf,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 2020, Level = LogLevel.Warning, Message = "{Channel}: its store was put back. {Queues} queue(s) are held with what waits marked as possibly sent ({Marked}), and {Ended} message(s) that no script had seen ended in error. Decide: 'channelhost queue' shows them, 'queue resume' lets one go")]
        public static partial void Held(ILogger logger, string channel, int queues, int marked, int ended);

        [LoggerMessage(EventId = 2021, Level = LogLevel.Warning, Message = "{Channel}: its store was put back. Nothing waits in its queues, but {Ended} message(s) that no script had seen ended in error. Decide: look at where they go, then 'replay' them or leave them")]
        public static partial void Ended(ILogger logger, string channel, int ended);
    }
}
