using System.Diagnostics;
using System.Globalization;
using System.Text;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.PostgreSql.Schema;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>Finds messages, newest first, by the index that narrows most. Values are parameters, never written into the statement.</summary>
internal static class PgSearch
{
    internal const int Most = 1_000;
    private const long FirstWindow = 20_000;
    private const long LargestWindow = 2_000_000;

    // A window that took less than this lets the next one be larger.
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The ids of what is found, newest first, and where to go on; 0 when all was looked through. What no index finds is looked for in windows of ids, so that
    /// it can end after a while.
    /// </summary>
    internal static (long[] Ids, long Before) Find(NpgsqlConnection connection, ChannelTables tables, NameTable names, MessageQuery query, TimeSpan limit)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var wanted = Math.Clamp(query.Count, 1, Most);
        var statement = new Statement(tables);
        if (!statement.TryAdd(query, names))
        {
            return ([], 0);
        }

        var (first, last) = connection.List(
            row => (row.IsDBNull(0) ? 1 : row.GetInt64(0), row.IsDBNull(1) ? 0 : row.GetInt64(1)), $"SELECT min(id), max(id) FROM {tables.Messages}").Single();
        var before = query.BeforeId > 0 ? Math.Min(query.BeforeId, last + 1) : last + 1;
        var window = IsIndexed(query) ? long.MaxValue / 2 : FirstWindow;
        var ids = new List<long>();
        while (before > first)
        {
            var windowAt = Stopwatch.GetTimestamp();
            var low = Math.Max(first, before - window);
            ids.AddRange(statement.Run(connection, low, before, wanted - ids.Count));
            if (ids.Count >= wanted)
            {
                return ([.. ids], ids[^1]);
            }

            before = low;
            if (Stopwatch.GetElapsedTime(startedAt) > limit)
            {
                return ([.. ids], before > first ? before : 0);
            }

            window = Stopwatch.GetElapsedTime(windowAt) < Quick ? Math.Min(window * 2, LargestWindow) : window;
        }

        return ([.. ids], 0);
    }

    private static bool IsIndexed(MessageQuery query) =>
        query.ControlId is not null || query.Metadata is not null || query.BatchId > 0 || query.ReplayOf > 0 || query.DuplicateOf > 0;

    private sealed class Statement(ChannelTables tables)
    {
        private readonly List<object> _values = [];
        private readonly List<string> _conditions = [];

        // False: a name that was never used, so nothing can be found.
        internal bool TryAdd(MessageQuery query, NameTable names)
        {
            // Nothing is brought in from archives here.
            if (query.OriginalId > 0)
            {
                return false;
            }

            int? destination = null;
            if (query.Destination is { } name)
            {
                if (!names.TryFind(NameKind.Destination, name, out var number) || (query.Status is { } one && query.DestinationStatus is { } other && one != other))
                {
                    return false;
                }

                destination = number;
            }
            else if (query.Status is { } status)
            {
                // Written into the statement: only so can the partial indexes be used.
                _conditions.Add(string.Create(CultureInfo.InvariantCulture, $"m.status = {(int)status}"));
            }

            AddDestination(query, destination);
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

        internal List<long> Run(NpgsqlConnection connection, long low, long before, int count)
        {
            var next = _values.Count;
            return connection.List(
                row => row.GetInt64(0),
                string.Create(CultureInfo.InvariantCulture,
                    $"SELECT m.id FROM {tables.Messages} m WHERE {string.Join("", _conditions.Select(condition => condition + " AND "))}m.id >= ${next + 1} AND m.id < ${next + 2} ORDER BY m.id DESC LIMIT ${next + 3}"),
                [.. _values, low, before, count]);
        }

        private void AddDestination(MessageQuery query, int? destination)
        {
            var at = $"SELECT 1 FROM {tables.Destinations} d WHERE d.message_id = m.id{(destination is { } number ? $" AND d.destination = {Value(number)}" : "")}";
            var status = destination is null ? query.DestinationStatus : query.Status ?? query.DestinationStatus;
            if (destination is not null || status is not null || query.MinimumAttempts > 0 || query.IsReattempt == true)
            {
                var sql = new StringBuilder("EXISTS (").Append(at);
                sql.Append(CultureInfo.InvariantCulture, $"{(status is { } wanted ? $" AND d.status = {(int)wanted}" : "")}");
                sql.Append(query.MinimumAttempts > 0 ? $" AND d.attempts >= {Value(query.MinimumAttempts)}" : "");
                sql.Append(query.IsReattempt == true ? $" AND d.flags & {MessageTables.Reattempt} <> 0" : "");
                sql.Append(destination is not null && query.ErrorText is { } reason ? $" AND position({Value(Encoding.UTF8.GetBytes(reason))} in d.error) > 0" : "");
                _conditions.Add(sql.Append(')').ToString());
            }

            if (query.IsReattempt == false)
            {
                _conditions.Add($"NOT EXISTS ({at} AND d.flags & {MessageTables.Reattempt} <> 0)");
            }

            if (destination is null && query.ErrorText is { } anywhere)
            {
                var bytes = Value(Encoding.UTF8.GetBytes(anywhere));
                _conditions.Add($"(position({bytes} in m.error) > 0 OR EXISTS ({at} AND position({bytes} in d.error) > 0))");
            }
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

            if (query.DuplicateOf > 0)
            {
                _conditions.Add($"m.duplicate_of <> 0 AND m.duplicate_of = {Value(query.DuplicateOf)}");
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
