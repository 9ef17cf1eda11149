using System.Data;
using System.Globalization;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.PostgreSql.Messages;
using ChannelHost.Storage.PostgreSql.Schema;
using ChannelHost.Storage.PostgreSql.State;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Verification;

/// <summary>
/// Checks all channels of a database from end to end: every row's checksum, a recount of the counters, and what the tables say about each other. It sees one state of
/// the database, also while hosts work on it, and changes nothing. Pages and indexes are the server's own business (<c>pg_amcheck</c>).
/// </summary>
/// <param name="settings">How to reach the server.</param>
public sealed class PostgreSqlVerifier(PostgreSqlSettings settings)
{
    private const int Most = 100;
    private const int Window = 2_000;

    /// <summary>The keys; with them what is encrypted is opened as well. None when not given.</summary>
    public EncryptionSettings Encryption { get; init; } = EncryptionSettings.None;

    /// <summary>Gives every problem at once; empty when all is well.</summary>
    /// <exception cref="StoreException">The database cannot be read, or holds no store.</exception>
    public Task<IReadOnlyList<StoreProblem>> VerifyAsync(CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<StoreProblem>>(() => Verify(cancellationToken), cancellationToken);

    private List<StoreProblem> Verify(CancellationToken cancellationToken)
    {
        using var database = new PgDatabase(settings);
        return PgKeys.Ask(database, connection => Verify(connection, database.Place, cancellationToken));
    }

    private List<StoreProblem> Verify(NpgsqlConnection connection, string place, CancellationToken cancellationToken)
    {
        using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        if (connection.Number("SELECT count(*) FROM pg_namespace WHERE nspname = 'channelhost'") == 0)
        {
            throw new StoreException($"{place} holds no store of ChannelHost");
        }

        if (connection.Number("SELECT coalesce(max(version), 0) FROM channelhost.versions") is var version && version != PgSchema.Version)
        {
            throw new StoreException(string.Create(CultureInfo.InvariantCulture, $"{place}: the schema channelhost has version {version}, this program knows {PgSchema.Version}: use the program that wrote it, or start the host first"));
        }

        var keys = new EncryptionKeys(Encryption);
        var problems = new List<StoreProblem>();
        foreach (var (id, name) in connection.List(row => (row.GetInt32(0), row.GetString(1)), "SELECT id, name FROM channelhost.channels ORDER BY name"))
        {
            using var codec = new ContentCodec(name, keys, EncryptionScope.None);
            problems.AddRange(new ChannelCheck(connection, new ChannelTables(id), codec, cancellationToken).Run().Select(what => new StoreProblem(name, place, what)));
        }

        return problems;
    }

    private sealed class ChannelCheck(NpgsqlConnection connection, ChannelTables tables, ContentCodec codec, CancellationToken cancellationToken)
    {
        private readonly List<string> _problems = [];

        internal List<string> Run()
        {
            Rows();
            Each($"SELECT {PgContent.Columns} FROM {tables.Contents} ORDER BY key", Content);
            Each($"SELECT message_id, id, type, crc, data, sealed_size FROM {tables.Attachments} ORDER BY message_id", AttachmentRow);
            Each("SELECT message_id, key_hash, fingerprint, answer, crc FROM channelhost.answers WHERE channel = $1", row =>
                row.GetInt64(4) == PgContent.CheckOfAnswer(row.GetInt64(0), new StoredAnswer(row.GetFieldValue<byte[]>(1), row.TextOrNull(2)!, row.BytesOrNull(3)))
                    ? null : $"message {row.GetInt64(0)}: the checksum of the answer kept for its key does not fit", tables.Channel);
            Each("SELECT name, body, crc FROM channelhost.documents WHERE channel = $1", row =>
                PgDocuments.IsSound(codec, row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2)) ? null : $"the checksum of the document '{row.GetString(0)}' does not fit", tables.Channel);
            Each(PgStateHistory.AllRows, row => PgStateHistory.IsSound(codec, row) ? null : $"state changes {row.GetInt64(0)}: what is kept of them does not open", tables.Channel);
            Counts();
            Agreement();
            return _problems;
        }

        private void Rows()
        {
            var names = new NameTable();
            var ids = Ids(0);
            while (ids.Length > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var rows = PgRows.Load(connection, tables, names, codec, ids);
                foreach (var id in ids)
                {
                    if (rows.Message(id) is { IsSound: false })
                    {
                        _problems.Add($"message {id}: the row's checksum does not fit");
                    }

                    _problems.AddRange(rows.Destinations(id).Where(row => !row.IsSound).Select(row => $"message {id}, destination number {row.Destination}: the row's checksum does not fit"));
                }

                ids = Ids(ids[^1]);
            }
        }

        private long[] Ids(long after) => [.. connection.List(row => row.GetInt64(0), $"SELECT id FROM {tables.Messages} WHERE id > $1 ORDER BY id LIMIT {Window}", after)];

        private string? Content(NpgsqlDataReader row)
        {
            try
            {
                PgContent.Verify(codec, row.GetInt64(0), row.GetInt16(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3));
                return null;
            }
            catch (InvalidDataException failure)
            {
                return $"message {ContentSlot.MessageOf(row.GetInt64(0))}: {failure.Message}";
            }
        }

        private string? AttachmentRow(NpgsqlDataReader row)
        {
            try
            {
                PgContent.Verify(
                    codec, row.GetInt64(0), row.TextOrNull(1)!, row.TextOrNull(2)!, row.GetInt64(3), row.GetFieldValue<byte[]>(4), row.IsDBNull(5) ? null : row.GetInt32(5));
                return null;
            }
            catch (InvalidDataException failure)
            {
                return $"message {row.GetInt64(0)}: {failure.Message}";
            }
        }

        // What is not counted any more may still have its tables for a moment.
        private string NotLeaving(string id)
        {
            var gaps = LeavingIds.Gaps(tables.Partitions(connection));
            return gaps.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"WHERE NOT ({string.Join(" OR ", gaps.Select(gap => $"({id} >= {gap.First} AND {id} < {gap.End})"))})");
        }

        private void Counts() => Each(
            $"""
            SELECT connector, status, sum(shown)::bigint, sum(found)::bigint FROM (
                SELECT connector, status, n AS shown, 0 AS found FROM channelhost.counts WHERE channel = $1
                UNION ALL SELECT 0, status, 0, count(*) FROM {tables.Messages} {NotLeaving("id")} GROUP BY status
                UNION ALL SELECT destination, status, 0, count(*) FROM {tables.Destinations} {NotLeaving("message_id")} GROUP BY destination, status) c
            GROUP BY connector, status HAVING sum(shown) <> sum(found)
            """,
            row => $"the count of {(MessageStatus)row.GetInt16(1)} at {(row.GetInt32(0) == 0 ? "the source" : $"destination number {row.GetInt32(0)}")} is {row.GetInt64(2)}, a recount gives {row.GetInt64(3)}",
            tables.Channel);

        private void Agreement()
        {
            var exists = $"EXISTS (SELECT 1 FROM {tables.Messages} m WHERE m.id =";
            Find($"SELECT DISTINCT message_id FROM {tables.Destinations} d WHERE NOT {exists} d.message_id)", "destinations without their message");
            Find($"SELECT DISTINCT key >> 16 FROM {tables.Contents} c WHERE NOT {exists} c.key >> 16)", "contents without their message");
            Find($"SELECT DISTINCT message_id FROM {tables.Metadata} x WHERE NOT {exists} x.message_id)", "search values without their message");
            Find($"SELECT DISTINCT message_id FROM {tables.Attachments} a WHERE NOT {exists} a.message_id)", "attachments without their message");
            Find($"SELECT id FROM {tables.Messages} m WHERE status = 0 AND NOT EXISTS (SELECT 1 FROM {tables.Contents} WHERE key = m.id << 16)", "received, but its content is missing");
            Find(
                $"SELECT DISTINCT message_id FROM {tables.Destinations} d WHERE status IN (4, 5) AND NOT EXISTS (SELECT 1 FROM {tables.Contents} WHERE key IN (d.message_id << 16, (d.message_id << 16) + d.destination * 4))",
                "waits to be sent, but its content is missing");
            Find(
                $"SELECT id FROM {tables.Messages} m WHERE attachments <> (SELECT count(*) FROM {tables.Attachments} WHERE message_id = m.id) AND EXISTS (SELECT 1 FROM {tables.Contents} WHERE key = m.id << 16)",
                "another number of attachments than it was stored with");
            Find($"SELECT DISTINCT message_id FROM {tables.Destinations} WHERE destination NOT IN (SELECT id FROM channelhost.names WHERE channel = $1)", "goes to a destination without a name");
            Find($"SELECT id FROM {tables.Messages} WHERE data_type NOT IN (SELECT id FROM channelhost.names WHERE channel = $1)", "has a data type without a name");
            Find($"SELECT id FROM {tables.Messages} WHERE id > (SELECT id_ceiling FROM channelhost.channels WHERE id = $1)", "has an id above the ceiling");
            Find("SELECT sequence FROM channelhost.state_changes WHERE channel = $1 AND sequence > (SELECT state_sequence FROM channelhost.channels WHERE id = $1)", "state changes above the sequence");
        }

        private void Find(string sql, string meaning) =>
            Each(sql.Contains("$1", StringComparison.Ordinal) ? sql : $"SELECT * FROM ({sql}) f WHERE $1::integer IS NOT NULL", row => $"{row.GetInt64(0)}: {meaning}", tables.Channel);

        private void Each(string sql, Func<NpgsqlDataReader, string?> look, params object[] values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var command = PgCommands.Command(connection, sql, values);

            // Reads everything there is; how long that takes is not known.
            command.CommandTimeout = 0;
            using var rows = command.ExecuteReader();
            var found = 0;
            while (rows.Read())
            {
                if (look(rows) is { } problem && ++found <= Most)
                {
                    _problems.Add(problem);
                }
            }
        }
    }
}
