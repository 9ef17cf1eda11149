using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>A row of <c>destinations</c>. <see cref="Flags"/>: <see cref="MessageTables.Reattempt"/>, <see cref="MessageTables.Uncertain"/>, <see cref="MessageTables.Waiting"/>, <see cref="MessageTables.Unmade"/>.</summary>
internal readonly record struct DestinationRow(
    long MessageId, int Destination, MessageStatus Status, int Attempts, long Flags, long? SentAt, string? Error, bool IsSound = true, long OrderKey = 0)
{
    internal const string Columns = "message_id, destination, status, attempts, flags, sent_at, error, crc, order_key";

    /// <summary>As <see cref="Columns"/>, of a file of schema 1 to 3.</summary>
    internal const string ColumnsOfVersion3 = "message_id, destination, status, attempts, flags, sent_at, error, crc, 0";

    internal bool IsReattempt => (Flags & MessageTables.Reattempt) != 0;

    internal bool IsUncertain => (Flags & MessageTables.Uncertain) != 0;

    internal bool IsUnmade => (Flags & MessageTables.Unmade) != 0;

    internal bool IsWaiting => (Flags & MessageTables.Waiting) != 0;

    /// <summary>The check of all columns, as <see cref="Bind"/> writes it.</summary>
    internal long Check()
    {
        var check = CheckOfNumbers(MessageId, Destination, (long)Status, Attempts, Flags, SentAt, OrderKey);
        check.Add(Error);
        return check.Value;
    }

    /// <summary>The check where the error text's column holds other bytes than this row says, because they are sealed.</summary>
    internal long Check(byte[]? error)
    {
        var check = CheckOfNumbers(MessageId, Destination, (long)Status, Attempts, Flags, SentAt, OrderKey);
        check.AddBytes(error);
        return check.Value;
    }

    /// <summary>Binds all columns with their check.</summary>
    internal void Bind(SqliteStatement statement, ContentCodec codec)
    {
        var check = CheckOfNumbers(MessageId, Destination, (long)Status, Attempts, Flags, SentAt, OrderKey);
        statement.Bind(1, MessageId).Bind(2, Destination).Bind(3, (long)Status).Bind(4, Attempts).Bind(5, Flags);
        if (SentAt is { } sentAt)
        {
            statement.Bind(6, sentAt);
        }
        else
        {
            statement.BindNull(6);
        }

        MessageRow.BindError(statement, 7, codec, PlaceOf(MessageId, Destination), Error, ref check);
        statement.Bind(8, check.Value).Bind(9, OrderKey);
    }

    /// <summary>Reads a row of <see cref="Columns"/>.</summary>
    internal static DestinationRow Read(SqliteStatement row, ContentCodec codec)
    {
        long? sentAt = row.IsNull(5) ? null : row.Integer(5);
        var check = CheckOfNumbers(row.Integer(0), row.Integer(1), row.Integer(2), row.Integer(3), row.Integer(4), sentAt, row.Integer(8));
        if (row.IsNull(6))
        {
            check.AddNull();
        }
        else
        {
            check.Add(row.Bytes(6));
        }

        var isSound = row.Integer(7) == check.Value;
        var error = MessageRow.ReadError(row, 6, codec, PlaceOf(row.Integer(0), (int)row.Integer(1)), ref isSound);
        return new DestinationRow(
            row.Integer(0), (int)row.Integer(1), (MessageStatus)row.Integer(2), (int)row.Integer(3), row.Integer(4), sentAt, error, isSound, row.Integer(8));
    }

    /// <summary>Where the error text of a destination belongs. The message's own has slot 0, which no destination has.</summary>
    internal static ContentPlace PlaceOf(long messageId, int destination) => new(ContentKind.Error, messageId, destination);

    private static RowCheck CheckOfNumbers(long messageId, long destination, long status, long attempts, long flags, long? sentAt, long orderKey)
    {
        var check = new RowCheck();
        check.Add(messageId);
        check.Add(destination);
        check.Add(status);
        check.Add(attempts);
        check.Add(flags);
        check.Add(sentAt ?? -1);

        // Rows of earlier schemas have no key, and must stay sound.
        if (orderKey != 0)
        {
            check.Add(orderKey);
        }

        return check;
    }
}
