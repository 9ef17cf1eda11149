using System.Text;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// A row of <c>state_map</c>: the newest value of a key of <c>globalChannelMap</c>, or that it was removed. Where the channel is encrypted the column of the
/// key holds its hash, because a script's keys may be patients' numbers, and the key itself stands sealed beside it.
/// </summary>
internal static class StateMapRow
{
    private const int KeySlot = 1;

    /// <summary>Binds (key, sequence, value, sealed_key, crc) and runs the statement; a value of null says that the key was removed.</summary>
    internal static void Write(SqliteStatement statement, ContentCodec codec, string key, long sequence, byte[]? value)
    {
        var text = Encoding.UTF8.GetBytes(key);
        var storedKey = codec.Seals ? codec.Index!.Of("map", key) : text;
        var storedValue = value is null ? null : codec.Write(PlaceOf(storedKey), value).ToArray();
        var sealedKey = codec.Seals ? codec.Seal(PlaceOf(storedKey) with { Slot = KeySlot }, text).ToArray() : null;
        _ = codec.Seals ? statement.Bind(1, storedKey) : statement.BindUtf8(1, storedKey);
        statement.Bind(2, sequence);
        _ = storedValue is null ? statement.BindNull(3) : statement.Bind(3, storedValue);
        _ = sealedKey is null ? statement.BindNull(4) : statement.Bind(4, sealedKey);
        statement.Bind(5, CheckOf(sequence, storedKey, storedValue, sealedKey)).Run();
    }

    /// <summary>Reads a row of (sequence, anything, key, value, sealed_key, crc).</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    internal static (string Key, byte[]? Value) Read(SqliteStatement row, ContentCodec codec)
    {
        if (!IsSound(row))
        {
            throw new InvalidDataException($"the kept value of the state changes {row.Integer(0)} is damaged: its checksum does not fit");
        }

        var storedKey = row.Bytes(2).ToArray();
        var key = row.IsNull(4) ? Encoding.UTF8.GetString(storedKey) : codec.ReadText(PlaceOf(storedKey) with { Slot = KeySlot }, row.Bytes(4));
        return (key, row.IsNull(3) ? null : codec.Read(PlaceOf(storedKey), row.Bytes(3)));
    }

    /// <summary>False when the row does not say what was written.</summary>
    internal static bool IsSound(SqliteStatement row) => row.IsNull(5)
        || row.Integer(5) == CheckOf(row.Integer(0), row.Bytes(2), row.IsNull(3) ? null : row.Bytes(3).ToArray(), row.IsNull(4) ? null : row.Bytes(4).ToArray());

    private static ContentPlace PlaceOf(byte[] storedKey) => new(ContentKind.StateValue, 0, Name: Convert.ToHexStringLower(storedKey));

    private static long CheckOf(long sequence, ReadOnlySpan<byte> key, byte[]? value, byte[]? sealedKey)
    {
        var check = new RowCheck();
        check.Add(sequence);
        check.Add(key);
        check.AddBytes(value);
        check.AddBytes(sealedKey);
        return check.Value;
    }
}
