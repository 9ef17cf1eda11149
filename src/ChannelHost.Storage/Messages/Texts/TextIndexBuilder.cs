using System.Buffers.Binary;
using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Messages.Texts;

/// <summary>
/// Makes the index of one part of the messages: for each of the <see cref="Trigrams"/> the messages that contain it, as distances in variable length, and a checksum.
/// SQLite's FTS5 with its trigram tokenizer does the same for 600 us a message; this costs about 10.
/// </summary>
internal sealed class TextIndexBuilder(long part)
{
    // A document with more different ones would be found by nearly every search: it is always looked at, and takes no room in the lists.
    private const int MostDifferent = 8_192;

    private readonly byte[][] _lists = new byte[TextIndexFile.Lists][];
    private readonly int[] _used = new int[TextIndexFile.Lists];
    private readonly int[] _last = new int[TextIndexFile.Lists];
    private readonly int[] _seen = new int[Trigrams.Buckets];
    private readonly List<int> _found = new(2_048);
    private readonly List<int> _always = [];
    private int _messages;

    /// <summary>Adds a message; in the order of ids.</summary>
    internal void Add(long id, ReadOnlySpan<byte> text)
    {
        // From 1, so that the distance from nothing is never 0.
        var number = (int)(id & (TextIndexes.PartSize - 1)) + 1;
        _messages++;
        _found.Clear();
        for (var at = 0; at + Trigrams.Length <= text.Length; at++)
        {
            var bucket = Trigrams.At(text, at);
            if (_seen[bucket] != number)
            {
                _seen[bucket] = number;
                _found.Add(bucket);
            }
        }

        if (_found.Count > MostDifferent)
        {
            _always.Add(number);
            return;
        }

        foreach (var bucket in _found)
        {
            Append(bucket, number);
        }
    }

    /// <summary>Writes it to a file of its own and gives that its name, which nothing bears that is not whole.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    internal void Write(string path)
    {
        foreach (var number in _always)
        {
            Append(TextIndexFile.Always, number);
        }

        DurableFiles.WritePrivate(path, Layout(), overwrite: true);
    }

    private byte[] Layout()
    {
        long size = TextIndexFile.ListsAt;
        for (var bucket = 0; bucket < TextIndexFile.Lists; bucket++)
        {
            size += _used[bucket] == 0 ? 0 : _used[bucket] + sizeof(uint);
        }

        var bytes = new byte[size];
        TextIndexFile.WriteHeader(bytes, part, _messages);
        var at = TextIndexFile.ListsAt;
        for (var bucket = 0; bucket < TextIndexFile.Lists; bucket++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(TextIndexFile.OffsetAt(bucket)), (uint)at);
            if (_used[bucket] > 0)
            {
                var list = _lists[bucket].AsSpan(0, _used[bucket]);
                list.CopyTo(bytes.AsSpan(at));
                at += list.Length;
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), TextIndexFile.CheckOf(part, bucket, list));
                at += sizeof(uint);
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(TextIndexFile.OffsetAt(TextIndexFile.Lists)), (uint)at);
        return bytes;
    }

    private void Append(int bucket, int number)
    {
        var distance = number - _last[bucket];
        _last[bucket] = number;
        var list = _lists[bucket] ??= new byte[8];
        if (_used[bucket] + 3 > list.Length)
        {
            Array.Resize(ref list, list.Length * 2);
            _lists[bucket] = list;
        }

        while (distance >= 0x80)
        {
            list[_used[bucket]++] = (byte)(distance | 0x80);
            distance >>= 7;
        }

        list[_used[bucket]++] = (byte)distance;
    }
}
