using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Messages.Reading;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Removal;

/// <summary>Writes stored messages to archives before they are removed.</summary>
internal sealed class MessageArchiving(MessageStore store, string channel, string folder, DateTimeOffset now)
{
    /// <summary>Writes messages to one archive. Gives those that are in it, on stable storage.</summary>
    /// <exception cref="StoreException">It cannot be written; nothing may be removed then.</exception>
    internal HashSet<long> Write(IReadOnlyList<PruneItem> items)
    {
        var written = new HashSet<long>();
        ArchiveRun.Write(channel, folder, store.Codec, now, Messages(items, written), () => store.Read(reader => reader.Database.Number("SELECT commits FROM progress")));
        return written;
    }

    private IEnumerable<ArchivedMessage> Messages(IReadOnlyList<PruneItem> items, HashSet<long> written)
    {
        for (var at = 0; at < items.Count; at += ArchiveRun.ReadTogether)
        {
            foreach (var message in store.Read(reader => Messages(reader, items, at)))
            {
                yield return message;
                written.Add(message.Id);
            }
        }
    }

    private static List<ArchivedMessage> Messages(MessageReader reader, IReadOnlyList<PruneItem> items, int at)
    {
        var messages = new List<ArchivedMessage>();
        for (var index = at; index < items.Count && index < at + ArchiveRun.ReadTogether; index++)
        {
            try
            {
                if (reader.Message(items[index].Id) is { IsSound: true } row && StampOf(reader, row.Id) == items[index].Stamp)
                {
                    messages.Add(ArchivedMessage.Of(reader, row, AttachmentTable.Read(reader.Database, reader.Codec, row.Id, null)));
                }
            }
            catch (Exception failure) when (failure is InvalidDataException or SqliteFailure { IsDamage: true })
            {
                // It stays in the store, where `verify` names it: an archive must not hold what is not true.
                continue;
            }
        }

        return messages;
    }

    private static long StampOf(MessageReader reader, long id)
    {
        using var stamp = reader.Database.Prepare(MessageTables.Stamp);
        stamp.Bind(1, id);
        return stamp.Step() ? stamp.Integer(0) : 0;
    }
}
