using ChannelHost.Storage.Archives;

namespace ChannelHost.Storage.Messages;

/// <summary>An import into a message file.</summary>
/// <param name="tables">The tables, in a transaction.</param>
/// <param name="origin">The channel they come from.</param>
/// <param name="now">When they are brought in.</param>
internal sealed class FileImport(MessageTables tables, string origin, DateTimeOffset now) : IImportTarget
{
    public List<long> Imported(long originalId) => ImportTable.Find(tables.Database, originalId, origin);

    public long? ReceivedAt(long id) => tables.Message(id)?.ReceivedAt;

    public bool HasContent(long id) => tables.HasContent(id);

    public int DataType(string name) => tables.NumberOf(NameKind.DataType, name);

    public void Add(MessageRow row, ArchivedMessage message)
    {
        tables.AddFinished(row, message);
        ImportTable.Add(tables.Database, row.Id, message.Id, origin, now.UtcTicks);
    }
}
