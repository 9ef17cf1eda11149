using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

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

    /// <summary>Adds a text as its UTF-8, or that there is none.</summary>
    internal void Add(string? text)
    {
        if (text is null)
        {
            AddNull();
            return;
        }

        const int OnStack = 512;
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> buffer = most <= OnStack ? stackalloc byte[OnStack] : new byte[most];
        Add(buffer[..Encoding.UTF8.GetBytes(text, buffer)]);
    }

    /// <summary>Adds bytes, or that there are none.</summary>
    internal void AddBytes(byte[]? bytes)
    {
        if (bytes is null)
        {
            AddNull();
        }
        else
        {
            Add(bytes);
        }
    }

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
