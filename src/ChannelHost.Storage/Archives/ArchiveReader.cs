using System.Security.Cryptography;
using System.Text.Json;
using ChannelHost.Storage.Encryption;

namespace ChannelHost.Storage.Archives;

/// <summary>
/// Reads an archive to its end, whatever has become of it: a member that is damaged is told and passed over. <see cref="Problems"/> is complete when the
/// messages were read to the end.
/// </summary>
internal sealed class ArchiveReader(string path, EncryptionKeys keys)
{
    private readonly List<string> _problems = [];
    private bool _ended;
    private long _messages;
    private long? _announced;

    /// <summary>What is wrong with it and where, for people.</summary>
    internal IReadOnlyList<string> Problems => _problems;

    /// <summary>The channel it came from, as its header says; null before the first message and when the header is lost.</summary>
    internal string? Channel { get; private set; }

    /// <summary>When it was written.</summary>
    internal DateTimeOffset? WrittenAt { get; private set; }

    /// <summary>The messages.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="StoreException">It was written by a newer version.</exception>
    internal IEnumerable<ArchivedMessage> Read()
    {
        foreach (var (at, lines) in Members())
        {
            foreach (var message in ReadLines(at, lines))
            {
                _messages++;
                yield return message;
            }
        }

        if (!_ended)
        {
            _problems.Add($"{path}: it has no end: what came after the last message read is lost");
        }
        else if (_announced != _messages)
        {
            _problems.Add($"{path}: it was written with {_announced} messages, {_messages} could be read");
        }
    }

    private IEnumerable<(long At, byte[] Lines)> Members()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var header = new byte[ArchiveMember.HeaderSize];
        long at = 0;
        while (at < file.Length)
        {
            file.Position = at;
            var length = ArchiveMember.LengthOf(header.AsSpan(0, file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)));
            if (length == 0 || length > file.Length - at || Unpack(file, at, length) is not { } lines)
            {
                var next = FindNext(file, at + 1);
                _problems.Add($"{path}: damaged from byte {at} {(next == file.Length ? "to the end" : $"to byte {next}")}");
                at = next;
                continue;
            }

            yield return (at, lines);
            at += length;
        }
    }

    private byte[]? Unpack(FileStream file, long at, int length)
    {
        var member = new byte[length];
        file.Position = at;
        file.ReadExactly(member);
        try
        {
            var lines = ArchiveSeal.Lines(member, keys);
            return IsWhole(lines) ? lines : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    // The last line names the hash of those before it.
    private static bool IsWhole(ReadOnlySpan<byte> lines)
    {
        if (lines.Length < 2 || lines[^1] != '\n')
        {
            return false;
        }

        var last = lines[..^1].LastIndexOf((byte)'\n') + 1;
        return lines[last..].IndexOf("\"sha256\":\""u8) is > 0 and var at
            && lines[(last + at + 10)..].StartsWith(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(lines[..last]))));
    }

    private static long FindNext(FileStream file, long from)
    {
        const int Overlap = ArchiveMember.HeaderSize;
        var buffer = new byte[64 << 10];
        while (from < file.Length)
        {
            file.Position = from;
            var read = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var found = ArchiveMember.Find(buffer.AsSpan(0, read));
            if (found >= 0)
            {
                return from + found;
            }

            if (read < buffer.Length)
            {
                break;
            }

            from += read - Overlap;
        }

        return file.Length;
    }

    private IEnumerable<ArchivedMessage> ReadLines(long at, byte[] lines)
    {
        var start = 0;
        while (start < lines.Length)
        {
            var end = Array.IndexOf(lines, (byte)'\n', start);
            var message = ReadLine(at, lines.AsMemory(start, end - start));
            start = end + 1;
            if (message is not null)
            {
                yield return message;
            }
        }
    }

    private ArchivedMessage? ReadLine(long at, ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = ArchiveLine.Parse(line);
            var root = json.RootElement;
            if (root.TryGetProperty("id", out _))
            {
                return ArchiveLine.Read(root);
            }

            if (root.TryGetProperty("format", out var format))
            {
                ReadHeader(root, format.GetString());
            }
            else if (root.TryGetProperty("end", out _))
            {
                _ended = true;
                _announced = root.GetProperty("messages").GetInt64();
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // No content in it: what the line says may name a patient.
            _problems.Add($"{path}: a line in the member at byte {at} is no message ({failure.GetType().Name})");
        }

        return null;
    }

    private void ReadHeader(JsonElement header, string? format)
    {
        var version = header.GetProperty("version").GetInt32();
        if (format != ArchiveWriter.Format || version > ArchiveWriter.Version)
        {
            throw new StoreException($"{path}: it is of format {version}, and this version of ChannelHost knows {ArchiveWriter.Version}: use a newer one");
        }

        Channel ??= header.GetProperty("channel").GetString();
        WrittenAt ??= new DateTimeOffset(header.GetProperty("writtenAt").GetDateTime().ToUniversalTime());
    }
}
