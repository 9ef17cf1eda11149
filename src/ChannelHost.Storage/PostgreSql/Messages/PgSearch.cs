using System.Globalization;
using System.Text;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.PostgreSql.Schema;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>Finds messages, newest first, by the index that narrows most. Values are parameters, never written into the statement.</summary>
internal static class PgSearch
{
    private const int Most = 1_000;

    /// <summary>The ids of what is found, newest first.</summary>
    internal static long[] Find(NpgsqlConnection connection, ChannelTables tables, NameTable names, MessageQuery query, TimeSpan longest)
    {
        var command = new Statement(tables);
        if (!command.TryAdd(query, names))
        {
            return [];
        }

        using var find = command.Build(connection, query);
        find.CommandTimeout = (int)longest.TotalSeconds;
        using var rows = find.ExecuteReader();
        var ids = new List<long>();
        while (rows.Read())
        {
            ids.Add(rows.GetInt64(0));
        }

        return [.. ids];
    }

    private sealed class Statement(ChannelTables tables)
    {
        private readonly List<object> _values = [];
        private readonly List<string> _conditions = [];

        // False: a name that was never used, so nothing can be found.
        internal bool TryAdd(MessageQuery query, NameTable names)
        {
            var status = query.Status is { } wanted ? ((int)wanted).ToString(CultureInfo.InvariantCulture) : null;
            if (query.Destination is { } destination)
            {
                if (!names.TryFind(NameKind.Destination, destination, out var number))
                {
                    return false;
                }

                // The status is written into the statement: only so can the partial indexes be used.
                _conditions.Add($"EXISTS (SELECT 1 FROM {tables.Destinations} d WHERE d.message_id = m.id AND d.destination = {Value(number)}{(status is null ? "" : $" AND d.status = {status}")})");
            }
            else if (status is not null)
            {
                _conditions.Add($"m.status = {status}");
            }

            if (query.Metadata is { } pair)
            {
                if (!names.TryFind(NameKind.Metadata, pair.Name, out var number))
                {
                    return false;
                }

                var value = Encoding.UTF8.GetBytes(pair.Value);
                _conditions.Add($"EXISTS (SELECT 1 FROM {tables.Metadata} x WHERE x.message_id = m.id AND x.name = {Value(number)} AND x.value_hash = {Value(PgHash.Short(value))} AND x.value = {Value(value)})");
            }

            if (query.ControlId is { } controlId)
            {
                var bytes = Encoding.UTF8.GetBytes(controlId);
                _conditions.Add($"m.control_hash = {Value(PgHash.Short(bytes))} AND m.control_id = {Value(bytes)}");
            }

            AddMore(query);
            return true;
        }

        internal NpgsqlCommand Build(NpgsqlConnection connection, MessageQuery query)
        {
            _conditions.Add($"m.id < {Value(query.BeforeId > 0 ? query.BeforeId : long.MaxValue)}");
            return PgCommands.Command(
                connection,
                $"SELECT m.id FROM {tables.Messages} m WHERE {string.Join(" AND ", _conditions)} ORDER BY m.id DESC LIMIT {Value(Math.Clamp(query.Count, 1, Most))}",
                [.. _values]);
        }

        private void AddMore(MessageQuery query)
        {
            if (query.BatchId > 0)
            {
                _conditions.Add($"m.batch_id <> 0 AND m.batch_id = {Value(query.BatchId)}");
            }

            if (query.ReplayOf > 0)
            {
                _conditions.Add($"m.replay_of <> 0 AND m.replay_of = {Value(query.ReplayOf)}");
            }

            if (query.From is { } from)
            {
                _conditions.Add($"m.received_at >= {Value(from.UtcTicks)}");
            }

            if (query.To is { } to)
            {
                _conditions.Add($"m.received_at < {Value(to.UtcTicks)}");
            }

            if (query.Text is { } text)
            {
                var bytes = Value(Encoding.UTF8.GetBytes(text));
                _conditions.Add($"(position({bytes} in m.error) > 0 OR EXISTS (SELECT 1 FROM {tables.Contents} c WHERE c.key = m.id << 16 AND position({bytes} in c.data) > 0))");
            }
        }

        private string Value(object value)
        {
            _values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${_values.Count}");
        }
    }
}
