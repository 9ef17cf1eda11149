using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>A row of <c>messages</c>.</summary>
internal sealed record MessageRow
{
    internal const string Columns =
        "id, received_at, status, size, data_type, duplicate_of, control_id, message_type, content_hash, metadata, error, crc, replay_of, batch_id, attachments";

    /// <summary>As <see cref="Columns"/>, of a file of schema 1.</summary>
    internal const string ColumnsOfVersion1 =
        "id, received_at, status, size, data_type, duplicate_of, control_id, message_type, content_hash, metadata, error, crc, 0, 0, 0";

    /// <summary>As <see cref="Columns"/>, of a file of schema 2.</summary>
    internal const string ColumnsOfVersion2 =
        "id, received_at, status, size, data_type, duplicate_of, control_id, message_type, content_hash, metadata, error, crc, replay_of, batch_id, 0";

    internal required long Id { get; init; }

    /// <summary>UTC ticks of 100 ns.</summary>
    internal required long ReceivedAt { get; init; }

    internal required MessageStatus Status { get; init; }

    internal required int Size { get; init; }

    internal required int DataType { get; init; }

    internal required long DuplicateOf { get; init; }

    internal string? ControlId { get; init; }

    internal string? MessageType { get; init; }

    internal byte[]? ContentHash { get; init; }

    /// <summary>The search values as JSON.</summary>
    internal byte[]? Metadata { get; init; }

    internal string? Error { get; init; }

    internal long ReplayOf { get; init; }

    internal long BatchId { get; init; }

    /// <summary>How many there are, or were as long as content was kept.</summary>
    internal long Attachments { get; init; }

    /// <summary>False when the row does not say what was written.</summary>
    internal bool IsSound { get; init; } = true;

    /// <summary>The check of all columns, as <see cref="Bind"/> writes it.</summary>
    internal long Check()
    {
        var check = new RowCheck();
        AddNumbers(ref check, Id, ReceivedAt, (long)Status, Size, DataType, DuplicateOf);
        check.Add(ControlId);
        check.Add(MessageType);
        AddBytes(ref check, ContentHash);
        AddBytes(ref check, Metadata);
        check.Add(Error);
        AddLinks(ref check, ReplayOf, BatchId);
        AddAttachments(ref check, Attachments);
        return check.Value;
    }

    /// <summary>Binds all columns with their check to an insert.</summary>
    internal void Bind(SqliteStatement insert)
    {
        var check = new RowCheck();
        AddNumbers(ref check, Id, ReceivedAt, (long)Status, Size, DataType, DuplicateOf);
        insert.Bind(1, Id).Bind(2, ReceivedAt).Bind(3, (long)Status).Bind(4, Size).Bind(5, DataType).Bind(6, DuplicateOf);
        insert.Bind(7, ControlId, ref check);
        insert.Bind(8, MessageType, ref check);
        BindBytes(insert, 9, ContentHash, false, ref check);
        BindBytes(insert, 10, Metadata, true, ref check);
        insert.Bind(11, Error, ref check);
        AddLinks(ref check, ReplayOf, BatchId);
        AddAttachments(ref check, Attachments);
        insert.Bind(12, check.Value).Bind(13, ReplayOf).Bind(14, BatchId).Bind(15, Attachments);
    }

    /// <summary>Reads a row of <see cref="Columns"/>.</summary>
    internal static MessageRow Read(SqliteStatement row)
    {
        var check = new RowCheck();
        AddNumbers(ref check, row.Integer(0), row.Integer(1), row.Integer(2), row.Integer(3), row.Integer(4), row.Integer(5));
        for (var column = 6; column <= 10; column++)
        {
            if (row.IsNull(column))
            {
                check.AddNull();
            }
            else
            {
                check.Add(row.Bytes(column));
            }
        }

        AddLinks(ref check, row.Integer(12), row.Integer(13));
        AddAttachments(ref check, row.Integer(14));
        return new MessageRow
        {
            Id = row.Integer(0),
            ReceivedAt = row.Integer(1),
            Status = (MessageStatus)row.Integer(2),
            Size = (int)row.Integer(3),
            DataType = (int)row.Integer(4),
            DuplicateOf = row.Integer(5),
            ControlId = row.Text(6),
            MessageType = row.Text(7),
            ContentHash = row.IsNull(8) ? null : row.Bytes(8).ToArray(),
            Metadata = row.IsNull(9) ? null : row.Bytes(9).ToArray(),
            Error = row.Text(10),
            ReplayOf = row.Integer(12),
            BatchId = row.Integer(13),
            Attachments = row.Integer(14),
            IsSound = row.Integer(11) == check.Value,
        };
    }

    private static void AddNumbers(ref RowCheck check, long id, long receivedAt, long status, long size, long dataType, long duplicateOf)
    {
        check.Add(id);
        check.Add(receivedAt);
        check.Add(status);
        check.Add(size);
        check.Add(dataType);
        check.Add(duplicateOf);
    }

    // Rows that were written before there were links have none in their check.
    private static void AddLinks(ref RowCheck check, long replayOf, long batchId)
    {
        if (replayOf != 0 || batchId != 0)
        {
            check.Add(replayOf);
            check.Add(batchId);
        }
    }

    private static void AddAttachments(ref RowCheck check, long attachments)
    {
        if (attachments != 0)
        {
            check.Add(attachments);
        }
    }

    private static void AddBytes(ref RowCheck check, byte[]? bytes)
    {
        if (bytes is null)
        {
            check.AddNull();
        }
        else
        {
            check.Add(bytes);
        }
    }

    private static void BindBytes(SqliteStatement insert, int index, byte[]? bytes, bool isText, ref RowCheck check)
    {
        if (bytes is null)
        {
            check.AddNull();
            insert.BindNull(index);
            return;
        }

        check.Add(bytes);
        _ = isText ? insert.BindUtf8(index, bytes) : insert.Bind(index, bytes);
    }
}
