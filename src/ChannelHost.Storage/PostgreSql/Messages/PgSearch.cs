using System.Diagnostics;
using System.Globalization;
using System.Text;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Texts;
using ChannelHost.Storage.PostgreSql.Schema;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>Finds messages, newest first, by the index that narrows most. Values are parameters, never written into the statement.</summary>
internal static class PgSearch
{
    internal const int Most = 1_000;
    private const int LookedAtTogether = 200;
    private const long FirstWindow = 20_000;
    private const long LargestWindow = 2_000_000;

    // A window that took less than this lets the next one be larger.
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The ids of what is found, newest first, and where to go on; 0 when all was looked through. What no index finds is looked for in windows of ids, so that
    /// it can end after a while.
    /// </summary>
    internal static (long[] Ids, long Before) Find(
        NpgsqlConnection connection, ChannelTables tables, NameTable names, ContentCodec codec, TextIndexes? texts, MessageQuery query, TimeSpan limit)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var wanted = Math.Clamp(query.Count, 1, Most);
        var statement = new Statement(tables, codec, looksItself: codec.Index is not null);
        if (!statement.TryAdd(query, names))
        {
            return ([], 0);
        }

        var (first, last) = connection.List(
            row => (row.IsDBNull(0) ? 1 : row.GetInt64(0), row.IsDBNull(1) ? 0 : row.GetInt64(1)), $"SELECT min(id), max(id) FROM {tables.Messages}").Single();
        var before = query.BeforeId > 0 ? Math.Min(query.BeforeId, last + 1) : last + 1;
        var window = IsIndexed(query) ? long.MaxValue / 2 : FirstWindow;
        var ids = new List<long>();
        if (texts is not null && query.Text is { } text && !statement.MustLook)
        {
            return ByText(connection, statement, texts.Find(text, first, before), wanted, startedAt, limit);
        }

        while (before > first)
        {
            var windowAt = Stopwatch.GetTimestamp();
            var low = Math.Max(first, before - window);
            if (statement.MustLook)
            {
                var candidates = statement.Run(connection, low, before, LookedAtTogether);
                foreach (var id in Matching(connection, tables, names, codec, query, candidates))
                {
                    ids.Add(id);
                    if (ids.Count >= wanted)
                    {
                        return ([.. ids], id);
                    }
                }

                before = candidates.Count < LookedAtTogether ? low : candidates[^1];
            }
            else
            {
                ids.AddRange(statement.Run(connection, low, before, wanted - ids.Count));
                if (ids.Count >= wanted)
                {
                    return ([.. ids], ids[^1]);
                }

                before = low;
            }

            if (Stopwatch.GetElapsedTime(startedAt) > limit)
            {
                return ([.. ids], before > first ? before : 0);
            }

            window = Stopwatch.GetElapsedTime(windowAt) < Quick ? Math.Min(window * 2, LargestWindow) : window;
        }

        return ([.. ids], 0);
    }

    // Where a part of the messages has an index of its text, that names the candidates; why a message failed is in no index of texts.
    private static (long[] Ids, long Before) ByText(
        NpgsqlConnection connection, Statement statement, IEnumerable<(long Low, long High, List<long>? Found)> parts, int wanted, long startedAt, TimeSpan limit)
    {
        var ids = new List<long>();
        foreach (var (low, high, found) in parts)
        {
            ids.AddRange(statement.Run(connection, low, high, wanted - ids.Count, found));
            if (ids.Count >= wanted)
            {
                return ([.. ids], ids[^1]);
            }

            if (Stopwatch.GetElapsedTime(startedAt) > limit)
            {
                return ([.. ids], low);
            }
        }

        return ([.. ids], 0);
    }

    // What is sealed is opened here: the server never sees it.
    private static IEnumerable<long> Matching(NpgsqlConnection connection, ChannelTables tables, NameTable names, ContentCodec codec, MessageQuery query, List<long> candidates)
    {
        var contents = query.Text is null ? null : candidates.ConvertAll(id => ContentSlot.Key(id, ContentSlot.Raw)).ToArray();
        var rows = PgRows.Load(connection, tables, names, codec, [.. candidates], contents);
        var text = query.Text is { } wanted ? Encoding.UTF8.GetBytes(wanted) : null;
        var destination = query.Destination is { } name && names.TryFind(NameKind.Destination, name, out var number) ? number : default(int?);
        foreach (var id in candidates)
        {
            var error = rows.Message(id)?.Error;
            if (query.ErrorText is { } reason
                && !(destination is null && Contains(error, reason))
                && !rows.Destinations(id).Exists(at => (destination is null || at.Destination == destination) && Contains(at.Error, reason)))
            {
                continue;
            }

            if (text is null || Contains(error, query.Text!) || rows.Content(id, ContentSlot.Raw).AsSpan().IndexOf(text) >= 0)
            {
                yield return id;
            }
        }
    }

    private static bool Contains(string? text, string part) => text is not null && text.Contains(part, StringComparison.Ordinal);

    private static bool IsIndexed(MessageQuery query) =>
        query.ControlId is not null || query.Metadata is not null || query.BatchId > 0 || query.ReplayOf > 0 || query.DuplicateOf > 0 || query.OriginalId > 0;

    private sealed class Statement(ChannelTables tables, ContentCodec codec, bool looksItself)
    {
        private readonly List<object> _values = [];
        private readonly List<string> _conditions = [];
        private string? _text;

        /// <summary>True when what is found must be looked at, because the statement cannot say all of the query.</summary>
        internal bool MustLook { get; private set; }

        // False: a name that was never used, so nothing can be found.
        internal bool TryAdd(MessageQuery query, NameTable names)
        {
            MustLook = looksItself && (query.Text is not null || query.ErrorText is not null);
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

                var values = PgRowForm.SearchValues(codec, pair.Name, pair.Value);
                _conditions.Add($"EXISTS (SELECT 1 FROM {tables.Metadata} x WHERE x.message_id = m.id AND x.name = {Value(number)} AND {Any("x.value_hash", "x.value", values)})");
            }

            if (query.ControlId is { } controlId)
            {
                _conditions.Add(Any("m.control_hash", "m.control_id", PgRowForm.ControlIds(codec, controlId)));
            }

            AddMore(query);
            return true;
        }

        private string Any(string hash, string column, byte[][] values) =>
            $"({string.Join(" OR ", values.Select(value => $"({hash} = {Value(PgHash.Short(value))} AND {column} = {Value(value)})"))})";

        internal List<long> Run(NpgsqlConnection connection, long low, long before, int count, List<long>? candidates = null)
        {
            var next = _values.Count;
            var (text, more) = _text is not { } value ? ("", Array.Empty<object>())
                : candidates is null ? ($"{TextCondition(value, "")} AND ", [])
                : ($"{TextCondition(value, $"m.id = ANY (${next + 4}) AND ")} AND ", [candidates.ToArray()]);
            return connection.List(
                row => row.GetInt64(0),
                string.Create(CultureInfo.InvariantCulture,
                    $"SELECT m.id FROM {tables.Messages} m WHERE {string.Join("", _conditions.Select(condition => condition + " AND "))}{text}m.id >= ${next + 1} AND m.id < ${next + 2} ORDER BY m.id DESC LIMIT ${next + 3}"),
                [.. _values, low, before, count, .. more]);
        }

        private string TextCondition(string value, string candidate) =>
            $"(position({value} in m.error) > 0 OR ({candidate}EXISTS (SELECT 1 FROM {tables.Contents} c WHERE c.key = m.id << 16 AND position({value} in c.data) > 0)))";

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
                sql.Append(!MustLook && destination is not null && query.ErrorText is { } reason ? $" AND position({Value(Encoding.UTF8.GetBytes(reason))} in d.error) > 0" : "");
                _conditions.Add(sql.Append(')').ToString());
            }

            if (query.IsReattempt == false)
            {
                _conditions.Add($"NOT EXISTS ({at} AND d.flags & {MessageTables.Reattempt} <> 0)");
            }

            if (!MustLook && destination is null && query.ErrorText is { } anywhere)
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

            if (query.OriginalId > 0)
            {
                _conditions.Add($"m.id IN (SELECT i.message_id FROM channelhost.imported i WHERE i.channel = {Value(tables.Channel)} AND i.original_id = {Value(query.OriginalId)})");
            }

            if (query.From is { } from)
            {
                _conditions.Add($"m.received_at >= {Value(from.UtcTicks)}");
            }

            if (query.To is { } to)
            {
                _conditions.Add($"m.received_at < {Value(to.UtcTicks)}");
            }

            if (!MustLook && query.Text is { } text)
            {
                _text = Value(Encoding.UTF8.GetBytes(text));
            }
        }

        private string Value(object value)
        {
            _values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${_values.Count}");
        }
    }
}
