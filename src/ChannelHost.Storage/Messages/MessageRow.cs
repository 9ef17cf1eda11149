using System.Text;
using ChannelHost.Storage.Encryption;
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

    /// <summary>The check of all columns, as <see cref="Bind"/> writes it in the clear.</summary>
    internal long Check()
    {
        var check = new RowCheck();
        AddNumbers(ref check, Id, ReceivedAt, (long)Status, Size, DataType, DuplicateOf);
        check.Add(ControlId);
        check.Add(MessageType);
        check.AddBytes(ContentHash);
        check.AddBytes(Metadata);
        check.Add(Error);
        AddLinks(ref check, ReplayOf, BatchId);
        AddAttachments(ref check, Attachments);
        return check.Value;
    }

    /// <summary>The check where some columns hold other bytes than this row says, because they are sealed.</summary>
    internal long Check(byte[]? controlId, byte[]? messageType, byte[]? metadata, byte[]? error)
    {
        var check = new RowCheck();
        AddNumbers(ref check, Id, ReceivedAt, (long)Status, Size, DataType, DuplicateOf);
        check.AddBytes(controlId);
        check.AddBytes(messageType);
        check.AddBytes(ContentHash);
        check.AddBytes(metadata);
        check.AddBytes(error);
        AddLinks(ref check, ReplayOf, BatchId);
        AddAttachments(ref check, Attachments);
        return check.Value;
    }

    /// <summary>True when what it is searched by stands in the file as hashes.</summary>
    internal bool IsHidden { get; init; }

    /// <summary>Binds all columns with their check to an insert.</summary>
    internal void Bind(SqliteStatement insert, ContentCodec codec)
    {
        var check = new RowCheck();
        AddNumbers(ref check, Id, ReceivedAt, (long)Status, Size, DataType, DuplicateOf);
        insert.Bind(1, Id).Bind(2, ReceivedAt).Bind(3, (long)Status).Bind(4, Size).Bind(5, DataType).Bind(6, DuplicateOf);
        if (codec.SealsAll && ControlId is not null)
        {
            BindBytes(insert, 7, SealedValues.HiddenControlId(codec, ControlId), ref check);
        }
        else
        {
            insert.Bind(7, ControlId, ref check);
        }

        insert.Bind(8, MessageType, ref check);
        BindBytes(insert, 9, ContentHash, ref check);
        BindMetadata(insert, codec, ref check);
        BindError(insert, 11, codec, new ContentPlace(ContentKind.Error, Id), Error, ref check);
        AddLinks(ref check, ReplayOf, BatchId);
        AddAttachments(ref check, Attachments);
        insert.Bind(12, check.Value).Bind(13, ReplayOf).Bind(14, BatchId).Bind(15, Attachments);
    }

    /// <summary>Reads a row of <see cref="Columns"/>. What is sealed with a key that is not there is left out.</summary>
    internal static MessageRow Read(SqliteStatement row, ContentCodec codec)
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
        var isSound = row.Integer(11) == check.Value;
        var id = row.Integer(0);
        var (controlId, metadata, isHidden) = ReadMetadata(row, id, codec, ref isSound);
        return new MessageRow
        {
            Id = id,
            ReceivedAt = row.Integer(1),
            Status = (MessageStatus)row.Integer(2),
            Size = (int)row.Integer(3),
            DataType = (int)row.Integer(4),
            DuplicateOf = row.Integer(5),
            ControlId = row.IsBlob(6) ? controlId : row.Text(6),
            MessageType = row.Text(7),
            ContentHash = row.IsNull(8) ? null : row.Bytes(8).ToArray(),
            Metadata = metadata,
            Error = ReadError(row, 10, codec, new ContentPlace(ContentKind.Error, id), ref isSound),
            ReplayOf = row.Integer(12),
            BatchId = row.Integer(13),
            Attachments = row.Integer(14),
            IsHidden = isHidden,
            IsSound = isSound,
        };
    }

    /// <summary>True when search values or the error text of a row are in another form than the present one.</summary>
    internal static bool IsOfOtherForm(SqliteDatabase database, ContentCodec codec, long id)
    {
        using var find = database.Prepare("SELECT control_id, metadata, error FROM messages WHERE id = ?1");
        if (!find.Bind(1, id).Step())
        {
            return false;
        }

        return (!find.IsNull(0) && find.IsBlob(0) != codec.SealsAll) || Differs(find, 1) || Differs(find, 2);

        bool Differs(SqliteStatement row, int column) =>
            !row.IsNull(column) && (row.IsBlob(column) ? ContentCodec.FormOf(row.Bytes(column)) : ContentCodec.PlainForm) != codec.PresentForm;
    }

    /// <summary>Binds a control id to look for.</summary>
    internal static SqliteStatement BindControlId(SqliteStatement statement, int index, ContentCodec codec, string controlId) =>
        codec.SealsAll ? statement.Bind(index, SealedValues.HiddenControlId(codec, controlId)) : statement.Bind(index, controlId);

    /// <summary>Binds a control id to look for among the messages that are in another form; false when there are none.</summary>
    internal static bool TryBindOtherControlId(SqliteStatement statement, int index, ContentCodec codec, string controlId)
    {
        if (!codec.HasOtherForms || codec.Index is not { } hidden)
        {
            return false;
        }

        BindOtherControlId(statement, index, codec, hidden, controlId);
        return true;
    }

    /// <summary>Binds a control id as it stands in messages of the other form.</summary>
    internal static void BindOtherControlId(SqliteStatement statement, int index, ContentCodec codec, BlindIndex hidden, string controlId) =>
        _ = codec.SealsAll ? statement.Bind(index, controlId) : statement.Bind(index, SealedValues.HiddenControlId(hidden, controlId));

    /// <summary>Binds an error text, sealed where the channel says so.</summary>
    internal static void BindError(SqliteStatement statement, int index, ContentCodec codec, in ContentPlace place, string? error, ref RowCheck check)
    {
        if (error is null || !codec.Seals)
        {
            statement.Bind(index, error, ref check);
            return;
        }

        var piece = codec.Seal(place, Encoding.UTF8.GetBytes(error));
        check.Add(piece);
        statement.Bind(index, piece);
    }

    /// <summary>Reads what <see cref="BindError"/> has bound.</summary>
    internal static string? ReadError(SqliteStatement row, int column, ContentCodec codec, in ContentPlace place, ref bool isSound) =>
        row.IsBlob(column) ? SealedValues.Opened(row.Bytes(column), codec, place, ref isSound) is { } text ? Encoding.UTF8.GetString(text) : null : row.Text(column);

    private void BindMetadata(SqliteStatement insert, ContentCodec codec, ref RowCheck check)
    {
        if (!codec.Seals)
        {
            BindText(insert, 10, Metadata, ref check);
            return;
        }

        if (SealedValues.Content(codec, ControlId, Metadata) is not { } content)
        {
            BindBytes(insert, 10, null, ref check);
            return;
        }

        var piece = codec.Seal(SealedValues.PlaceOf(Id), content);
        check.Add(piece);
        insert.Bind(10, piece);
    }

    private static (string? ControlId, byte[]? Metadata, bool IsHidden) ReadMetadata(SqliteStatement row, long id, ContentCodec codec, ref bool isSound)
    {
        if (!row.IsBlob(9))
        {
            return (null, row.IsNull(9) ? null : row.Bytes(9).ToArray(), false);
        }

        return SealedValues.Opened(row.Bytes(9), codec, SealedValues.PlaceOf(id), ref isSound) is { } content
            ? SealedValues.Parse(content)
            : (null, null, row.IsBlob(6));
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

    private static void BindBytes(SqliteStatement insert, int index, byte[]? bytes, ref RowCheck check)
    {
        if (bytes is null)
        {
            check.AddNull();
            insert.BindNull(index);
            return;
        }

        check.Add(bytes);
        insert.Bind(index, bytes);
    }

    private static void BindText(SqliteStatement insert, int index, byte[]? utf8, ref RowCheck check)
    {
        if (utf8 is null)
        {
            BindBytes(insert, index, null, ref check);
            return;
        }

        check.Add(utf8);
        insert.BindUtf8(index, utf8);
    }
}
