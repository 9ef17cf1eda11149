using System.Buffers.Binary;
using ChannelHost.Storage.Files;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Texts;

/// <summary>
/// An index of a part of the messages, on disk. It never changes: it is made whole, and goes as a whole. Layout, little-endian: <c>ChTx</c>, version, part (8 bytes), number of
/// messages, a checksum of these; then where each list begins (4 bytes each, and the end); then the lists, each with a checksum after it.
/// </summary>
internal sealed class TextIndexFile : IDisposable
{
    /// <summary>The list of messages that are always looked at.</summary>
    internal const int Always = Trigrams.Buckets;

    internal const int Lists = Trigrams.Buckets + 1;
    internal const int ListsAt = HeaderSize + (Lists + 1) * sizeof(uint);
    private const int HeaderSize = 24;
    private const uint Magic = 0x78546843;
    private const uint Version = 1;
    private const int MostTrigrams = 48;

    private readonly string _path;
    private readonly int _descriptor;
    private readonly long _part;

    private TextIndexFile(string path, int descriptor, long part)
    {
        _path = path;
        _descriptor = descriptor;
        _part = part;
    }

    internal static int OffsetAt(int list) => HeaderSize + list * sizeof(uint);

    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    internal static TextIndexFile Open(string path, long part)
    {
        var file = new TextIndexFile(path, Posix.Open(path, Posix.ReadOnly), part);
        try
        {
            Span<byte> header = stackalloc byte[HeaderSize];
            if (Posix.ReadAt(file._descriptor, header, 0, path) != HeaderSize
                || BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic
                || BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != Version
                || BinaryPrimitives.ReadInt64LittleEndian(header[8..]) != part
                || BinaryPrimitives.ReadUInt32LittleEndian(header[20..]) != CheckOf(part, 0, header[..20]))
            {
                throw new InvalidDataException("the header of an index of texts does not fit");
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    internal static void WriteHeader(Span<byte> bytes, long part, int messages)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], part);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], messages);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], CheckOf(part, 0, bytes[..20]));
    }

    internal static uint CheckOf(long part, int list, ReadOnlySpan<byte> bytes)
    {
        var check = new RowCheck();
        check.Add(part);
        check.Add((long)list);
        check.Add(bytes);
        return (uint)check.Value;
    }

    /// <summary>The messages that may contain a text of at least three bytes, newest first.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    internal List<long> Find(ReadOnlySpan<byte> text)
    {
        var may = new ulong[TextIndexes.PartSize / 64 + 1];
        var one = new ulong[may.Length];
        var isFirst = true;
        var step = Math.Max(1, (text.Length - Trigrams.Length + 1) / MostTrigrams);
        for (var at = 0; at + Trigrams.Length <= text.Length; at += step)
        {
            Array.Clear(one);
            Read(Trigrams.At(text, at), isFirst ? may : one);
            for (var word = 0; !isFirst && word < may.Length; word++)
            {
                may[word] &= one[word];
            }

            isFirst = false;
        }

        Read(Always, may);
        return Ids(may);
    }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    internal void Check()
    {
        var all = new ulong[TextIndexes.PartSize / 64 + 1];
        for (var list = 0; list < Lists; list++)
        {
            Read(list, all);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Posix.Close(_descriptor);

    private List<long> Ids(ulong[] bits)
    {
        var ids = new List<long>();
        for (var number = bits.Length * 64 - 1; number > 0; number--)
        {
            if ((bits[number / 64] & (1UL << (number % 64))) != 0)
            {
                ids.Add(_part * TextIndexes.PartSize + number - 1);
            }
        }

        return ids;
    }

    private void Read(int list, ulong[] into)
    {
        Span<byte> bounds = stackalloc byte[2 * sizeof(uint)];
        if (Posix.ReadAt(_descriptor, bounds, OffsetAt(list), _path) != bounds.Length)
        {
            throw Damaged();
        }

        var from = BinaryPrimitives.ReadUInt32LittleEndian(bounds);
        var to = BinaryPrimitives.ReadUInt32LittleEndian(bounds[sizeof(uint)..]);
        if (from == to)
        {
            return;
        }

        if (to < from + sizeof(uint) || to - from > 4 * TextIndexes.PartSize)
        {
            throw Damaged();
        }

        var bytes = new byte[to - from];
        if (Posix.ReadAt(_descriptor, bytes, from, _path) != bytes.Length)
        {
            throw Damaged();
        }

        var numbers = bytes.AsSpan(0, bytes.Length - sizeof(uint));
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(numbers.Length)) != CheckOf(_part, list, numbers))
        {
            throw Damaged();
        }

        Set(numbers, into);
    }

    private static void Set(ReadOnlySpan<byte> numbers, ulong[] into)
    {
        var number = 0;
        var distance = 0;
        var shift = 0;
        foreach (var part in numbers)
        {
            distance |= (part & 0x7f) << shift;
            shift += 7;
            if ((part & 0x80) == 0)
            {
                number += distance;
                into[number / 64] |= 1UL << (number % 64);
                (distance, shift) = (0, 0);
            }
        }
    }

    private static InvalidDataException Damaged() => new("a list in an index of texts does not fit its checksum");
}
