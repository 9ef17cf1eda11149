using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.PostgreSql.Schema;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>An import of some messages of an archive: what is there of them is read first, what comes is written with the group.</summary>
internal sealed class PgImport : IImportTarget
{
    private readonly MessageGroup _group;
    private readonly Dictionary<long, List<long>> _imported;
    private readonly Dictionary<long, long> _received;
    private readonly HashSet<long> _withContent;
    private readonly List<(long Id, long OriginalId)> _added = [];

    private PgImport(NpgsqlConnection connection, ChannelTables tables, MessageGroup group, IReadOnlyList<ArchivedMessage> messages, string origin)
    {
        _group = group;
        long[] ids = [.. messages.SelectMany(message => new[] { message.Id, message.DuplicateOf, message.ReplayOf, message.BatchId }).Distinct()];
        _imported = connection.List(
                row => (Original: row.GetInt64(0), Id: row.GetInt64(1)),
                "SELECT original_id, message_id FROM channelhost.imported WHERE channel = $1 AND origin = $2 AND original_id = ANY($3) ORDER BY message_id", tables.Channel, origin, ids)
            .GroupBy(row => row.Original).ToDictionary(rows => rows.Key, rows => rows.Select(row => row.Id).ToList());
        _received = connection.List(row => (row.GetInt64(0), row.GetInt64(1)), $"SELECT id, received_at FROM {tables.Messages} WHERE id = ANY($1)", ids)
            .ToDictionary(row => row.Item1, row => row.Item2);
        _withContent = [.. connection.List(
            row => row.GetInt64(0),
            $"SELECT i.id FROM unnest($1::bigint[]) AS i(id) WHERE EXISTS (SELECT 1 FROM {tables.Contents} c WHERE c.key >= i.id << 16 AND c.key < (i.id + 1) << 16)",
            _imported.Values.SelectMany(found => found).Concat(_received.Keys).ToArray())];
    }

    /// <summary>Brings in what is not there yet; part of the caller's transaction. Gives how many.</summary>
    internal static int Run(
        NpgsqlConnection connection, ChannelTables tables, MessageGroup group, IReadOnlyList<ArchivedMessage> messages, IReadOnlyList<long> ids, string origin, bool isSameChannel, DateTimeOffset now)
    {
        var import = new PgImport(connection, tables, group, messages, origin);
        var added = MessageImport.Add(import, messages, ids, isSameChannel);
        connection.Run(
            "INSERT INTO channelhost.imported SELECT $1, u.id, u.original, $2, $3 FROM unnest($4::bigint[], $5::bigint[]) AS u(id, original)",
            tables.Channel, origin, now.UtcTicks, import._added.Select(one => one.Id).ToArray(), import._added.Select(one => one.OriginalId).ToArray());
        return added;
    }

    /// <inheritdoc/>
    public List<long> Imported(long originalId) => [.. _imported.GetValueOrDefault(originalId) ?? []];

    /// <inheritdoc/>
    public long? ReceivedAt(long id) => _received.TryGetValue(id, out var at) ? at : null;

    /// <inheritdoc/>
    public bool HasContent(long id) => _withContent.Contains(id);

    /// <inheritdoc/>
    public int DataType(string name) => _group.Names.NumberOf(NameKind.DataType, name);

    /// <inheritdoc/>
    public void Add(MessageRow row, ArchivedMessage message)
    {
        _group.AddFinished(row, message);
        _added.Add((row.Id, message.Id));
        if (!_imported.TryAdd(message.Id, [row.Id]))
        {
            _imported[message.Id].Add(row.Id);
        }

        if (message.HasContent)
        {
            _withContent.Add(row.Id);
        }
    }
}
