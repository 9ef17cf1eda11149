using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.Messages.Sqlite;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.Messages.Removal;

/// <summary>Writes stored messages to archives before they are removed.</summary>
internal sealed class MessageArchiving(MessageStore store, string channel, string folder, DateTimeOffset now, ILogger logger)
{
    // What is read at once is in memory at once.
    private const int ReadTogether = 64;
    private const long BytesTogether = 8 << 20;

    /// <summary>Writes messages to one archive. Gives those that are in it, on stable storage and read back.</summary>
    /// <exception cref="StoreException">It cannot be written; nothing may be removed then.</exception>
    internal HashSet<long> Write(IReadOnlyList<PruneItem> items) => ArchiveRun.Write(
        channel, folder, store.Codec, now, Messages(items), () => store.Read(reader => reader.Database.Number("SELECT commits FROM progress")), logger);

    private IEnumerable<ArchivedMessage> Messages(IReadOnlyList<PruneItem> items)
    {
        for (var at = 0; at < items.Count;)
        {
            (var page, at) = store.Read(reader => Page(reader, items, at));
            foreach (var message in page)
            {
                yield return message;
            }
        }
    }

    /// <summary>The messages from a place on that are as they were, as many as may be in memory together (one at least), and where the next ones begin.</summary>
    internal static (List<ArchivedMessage> Messages, int Next) Page(MessageReader reader, IReadOnlyList<PruneItem> items, int at)
    {
        var messages = new List<ArchivedMessage>();
        var end = Math.Min(items.Count, at + ReadTogether);
        for (var bytes = 0L; at < end && bytes < BytesTogether; at++)
        {
            try
            {
                if (reader.Message(items[at].Id) is { IsSound: true } row && StampOf(reader, row.Id) == items[at].Stamp)
                {
                    var message = ArchivedMessage.Of(reader, row, AttachmentTable.Read(reader.Database, reader.Codec, row.Id, null));
                    bytes += message.Bytes;
                    messages.Add(message);
                }
            }
            catch (Exception failure) when (failure is InvalidDataException or SqliteFailure { IsDamage: true })
            {
                // It stays in the store, where `verify` names it: an archive must not hold what is not true.
                continue;
            }
        }

        return (messages, at);
    }

    private static long StampOf(MessageReader reader, long id)
    {
        using var stamp = reader.Database.Prepare(MessageTables.Stamp);
        stamp.Bind(1, id);
        return stamp.Step() ? stamp.Integer(0) : 0;
    }
}
