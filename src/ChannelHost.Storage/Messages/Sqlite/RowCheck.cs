using System.Numerics;
using System.Runtime.InteropServices;

namespace ChannelHost.Storage.Messages.Sqlite;

/// <summary>
/// A checksum (CRC-32C) over what a row says. SQLite trusts what it reads: without this a flipped bit in a status, an id or a content would be
/// taken for the truth. Each field is added with its length, so that bytes cannot move from one to the next.
/// </summary>
internal struct RowCheck
{
    private uint _crc;

    /// <summary>The check so far, as it is stored.</summary>
    internal readonly long Value => _crc;

    // Inverted in and out, so that zeros at the start count too.
    internal void Add(long value) => _crc = ~BitOperations.Crc32C(~_crc, (ulong)value);

    internal void AddNull() => Add(-1L);

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        Add((long)bytes.Length);
        var crc = ~_crc;
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, eight);
        }

        foreach (var one in bytes[(bytes.Length & ~7)..])
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        _crc = ~crc;
    }
}
