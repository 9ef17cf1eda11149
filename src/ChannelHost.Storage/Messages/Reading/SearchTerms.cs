using System.Text;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Reading;

/// <summary>
/// A query with names turned into numbers, and the statements that follow from it. The status stands in a statement as a number, not as a parameter: only so can
/// SQLite use the partial indexes. All other values are bound.
/// </summary>
internal sealed class SearchTerms
{
    private readonly ContentCodec _codec;
    private readonly byte[]? _text;
    private readonly BlindIndex? _hidden;

    private SearchTerms(MessageQuery query, ContentCodec codec, int? destination, int? metadata)
    {
        _codec = codec;
        Query = query;
        Destination = destination;
        Metadata = metadata;
        _hidden = codec.HasOtherForms ? codec.Index : null;
        _text = query.Text is { } text ? Encoding.UTF8.GetBytes(text) : null;
        SourceStatus = query.Destination is null ? query.Status : null;
        DestinationStatus = query.Destination is null ? query.DestinationStatus : query.Status ?? query.DestinationStatus;
    }

    internal MessageQuery Query { get; }

    internal int? Destination { get; }

    internal int? Metadata { get; }

    internal MessageStatus? SourceStatus { get; }

    /// <summary>A status at <see cref="Destination"/>, or at any destination.</summary>
    internal MessageStatus? DestinationStatus { get; }

    /// <summary>True while what is searched by may stand in the file in the clear and as a hash: <c>?15</c> and <c>?16</c> are the other form of <c>?3</c> and <c>?6</c> then.</summary>
    internal bool IsInTwoForms => _hidden is not null;

    internal ReadOnlySpan<byte> Text => _text;

    internal bool HasText => _text is not null;

    /// <summary>The terms of a query; null when nothing can match, because a name in it was never used.</summary>
    internal static SearchTerms? Of(MessageQuery query, NameTable names, ContentCodec codec)
    {
        int? destination = null;
        int? metadata = null;
        if (query.Destination is { } destinationName)
        {
            if (!names.TryFind(NameKind.Destination, destinationName, out var number)
                || (query.Status is { } one && query.DestinationStatus is { } other && one != other))
            {
                return null;
            }

            destination = number;
        }

        if (query.Metadata is { } pair)
        {
            if (!names.TryFind(NameKind.Metadata, pair.Name, out var number))
            {
                return null;
            }

            metadata = number;
        }

        return new SearchTerms(query, codec, destination, metadata);
    }

    /// <summary>Gives why the message <c>?1</c> failed at the source when it fulfils all that a statement can say; no row when it does not.</summary>
    internal string CheckStatement()
    {
        var sql = new StringBuilder("SELECT opened(3, m.id, 0, m.error) FROM messages m WHERE m.id = ?1");
        sql.Append(Query.ControlId is null ? "" : IsInTwoForms ? " AND m.control_id IN (?3, ?15)" : " AND m.control_id = ?3");
        sql.Append(Metadata is null ? "" : $" AND EXISTS (SELECT 1 FROM metadata x WHERE x.name = ?5 AND x.value {(IsInTwoForms ? "IN (?6, ?16)" : "= ?6")} AND x.message_id = m.id)");
        sql.Append(Query.BatchId > 0 ? " AND m.batch_id = ?7" : "");
        sql.Append(Query.ReplayOf > 0 ? " AND m.replay_of = ?8" : "");
        sql.Append(Query.DuplicateOf > 0 ? " AND m.duplicate_of = ?13" : "");
        sql.Append(Query.OriginalId > 0 ? " AND m.id IN (SELECT i.message_id FROM imported i WHERE i.original_id = ?14)" : "");
        sql.Append(Query.From is null ? "" : " AND m.received_at >= ?9");
        sql.Append(Query.To is null ? "" : " AND m.received_at < ?10");
        sql.Append(SourceStatus is { } status ? $" AND m.status = {(int)status}" : "");
        AppendDestination(sql);
        return sql.ToString();
    }

    /// <summary>Binds what <see cref="CheckStatement"/> and the drivers name, but for the ids.</summary>
    internal SqliteStatement Bind(SqliteStatement statement, string sql)
    {
        BindWhere(sql, "?3", number => MessageRow.BindControlId(statement, number, _codec, Query.ControlId!));
        BindWhere(sql, "?4", number => statement.Bind(number, Destination!.Value));
        BindWhere(sql, "?5", number => statement.Bind(number, Metadata!.Value));
        BindWhere(sql, "?6", number => BindMetadata(statement, number));
        BindWhere(sql, "?15", number => MessageRow.BindOtherControlId(statement, number, _codec, _hidden!, Query.ControlId!));
        BindWhere(sql, "?16", number => BindOtherMetadata(statement, number));
        BindWhere(sql, "?7", number => statement.Bind(number, Query.BatchId));
        BindWhere(sql, "?8", number => statement.Bind(number, Query.ReplayOf));
        BindWhere(sql, "?9", number => statement.Bind(number, Query.From!.Value.UtcTicks));
        BindWhere(sql, "?10", number => statement.Bind(number, Query.To!.Value.UtcTicks));
        BindWhere(sql, "?11", number => statement.Bind(number, Query.MinimumAttempts));
        BindWhere(sql, "?12", number => statement.Bind(number, Query.ErrorText));
        BindWhere(sql, "?13", number => statement.Bind(number, Query.DuplicateOf));
        BindWhere(sql, "?14", number => statement.Bind(number, Query.OriginalId));
        return statement;
    }

    private void BindMetadata(SqliteStatement statement, int number)
    {
        var (name, value) = Query.Metadata!.Value;
        _ = _codec.SealsAll ? statement.Bind(number, _codec.Index!.Of(name, value)) : statement.Bind(number, value);
    }

    private void BindOtherMetadata(SqliteStatement statement, int number)
    {
        var (name, value) = Query.Metadata!.Value;
        _ = _codec.SealsAll ? statement.Bind(number, value) : statement.Bind(number, _hidden!.Of(name, value));
    }

    private void AppendDestination(StringBuilder sql)
    {
        var at = new StringBuilder();
        at.Append(Destination is null ? "" : " AND d.destination = ?4");
        at.Append(DestinationStatus is { } status ? $" AND d.status = {(int)status}" : "");
        at.Append(Query.MinimumAttempts > 0 ? " AND d.attempts >= ?11" : "");
        at.Append(Query.IsReattempt == true ? " AND d.flags & 1" : "");
        at.Append(Query.ErrorText is not null && Destination is not null ? " AND instr(opened(3, d.message_id, d.destination, d.error), ?12) > 0" : "");
        if (at.Length > 0)
        {
            sql.Append(" AND EXISTS (SELECT 1 FROM destinations d WHERE d.message_id = m.id").Append(at).Append(')');
        }

        if (Query.IsReattempt == false)
        {
            sql.Append(" AND NOT EXISTS (SELECT 1 FROM destinations d WHERE d.message_id = m.id AND d.flags & 1")
                .Append(Destination is null ? ")" : " AND d.destination = ?4)");
        }

        if (Query.ErrorText is not null && Destination is null)
        {
            sql.Append(" AND (instr(opened(3, m.id, 0, m.error), ?12) > 0 OR EXISTS (SELECT 1 FROM destinations d WHERE d.message_id = m.id AND instr(opened(3, d.message_id, d.destination, d.error), ?12) > 0))");
        }
    }

    private static void BindWhere(string sql, string name, Action<int> bind)
    {
        var at = sql.IndexOf(name, StringComparison.Ordinal);
        while (at >= 0)
        {
            if (at + name.Length == sql.Length || !char.IsAsciiDigit(sql[at + name.Length]))
            {
                bind(int.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));
                return;
            }

            at = sql.IndexOf(name, at + 1, StringComparison.Ordinal);
        }
    }
}
