using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Archives;

/// <summary>
/// Writes one archive. It gets its name when it is whole and on stable storage, so a message may be deleted once <see cref="Finish"/> has returned: each line and each member
/// was read back by then. What a crash leaves behind has a name that nobody reads, and goes with the next archive of the channel.
/// </summary>
internal sealed class ArchiveWriter : IDisposable
{
    internal const string Extension = ".jsonl.gz";
    internal const string Format = "channelhost-archive";
    internal const int Version = 1;

    private const string Building = ".building-";
    private const int MemberMessages = 256;
    private const int MemberBytes = 1 << 20;

    private readonly string _folder;
    private readonly string _building;
    private readonly EncryptionKeys _keys;
    private readonly Func<byte[], byte[]>? _cover;
    private readonly ArrayBufferWriter<byte> _line = new(4 << 10);
    private readonly ArrayBufferWriter<byte> _lines = new(64 << 10);
    private int _descriptor;
    private long _written;
    private int _inMember;
    private DateTimeOffset _from = DateTimeOffset.MaxValue;
    private DateTimeOffset _to = DateTimeOffset.MinValue;

    /// <summary>Begins an archive.</summary>
    /// <param name="folder">The channel's folder of archives; made when it is not there.</param>
    /// <param name="channel">The channel's name.</param>
    /// <param name="now">The time.</param>
    /// <param name="codec">The channel's: where it seals, each member is sealed by itself.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal ArchiveWriter(string folder, string channel, DateTimeOffset now, ContentCodec codec)
    {
        ChannelFolder.MakePrivate(folder);
        foreach (var leftover in Directory.EnumerateFiles(folder, Building + "*"))
        {
            Posix.Unlink(leftover);
        }

        _folder = folder;
        _keys = codec.Keys;
        _cover = ArchiveSeal.Of(codec);
        _building = Path.Combine(folder, Building + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        _descriptor = Posix.Open(_building, Posix.ReadWrite | Posix.Create | Posix.Exclusive, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        WriteLine(json =>
        {
            json.WriteString("format", Format);
            json.WriteNumber("version", Version);
            json.WriteString("channel", channel);
            json.WriteString("writtenAt", now.UtcDateTime);
        });
        EndMember();
    }

    /// <summary>How many messages it has.</summary>
    internal int Messages { get; private set; }

    /// <summary>The folder of a channel's archives.</summary>
    internal static string FolderOf(string dataFolder, string channel) => Path.Combine([Path.GetFullPath(dataFolder), "archive", .. channel.Split('/')]);

    /// <summary>Adds a message, if what is written of it can be read back; nothing of it is there otherwise.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    internal bool TryAdd(ArchivedMessage message)
    {
        _line.ResetWrittenCount();
        if (!TryWriteLine(message))
        {
            return false;
        }

        _lines.Write(_line.WrittenSpan);
        _lines.Write("\n"u8);
        _inMember++;
        Messages++;
        _from = message.ReceivedAt < _from ? message.ReceivedAt : _from;
        _to = message.ReceivedAt > _to ? message.ReceivedAt : _to;
        if (_inMember >= MemberMessages || _lines.WrittenCount >= MemberBytes)
        {
            EndMember();
        }

        return true;
    }

    /// <summary>Ends it, makes it survive a power cut, and gives it its name, which no other file ever had.</summary>
    /// <param name="number">Goes into the name; raised when there is such a file already.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    internal string Finish(long number)
    {
        EndMember();
        WriteLine(json =>
        {
            json.WriteBoolean("end", true);
            json.WriteNumber("messages", Messages);
        });
        EndMember();
        Posix.Sync(_descriptor, _building);
        Posix.Close(_descriptor);
        _descriptor = -1;
        for (var next = number; ; next++)
        {
            var path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{_from.UtcDateTime:yyyyMMdd'T'HHmmss}-{_to.UtcDateTime:yyyyMMdd'T'HHmmss}-{next}{Extension}"));
            var error = Posix.RenameNew(_building, path);
            if (error == 0)
            {
                Posix.SyncFolder(_folder);
                return path;
            }

            if (error != Posix.AlreadyExists)
            {
                throw Posix.Failure("write", path, error);
            }
        }
    }

    /// <summary>Leaves nothing behind of one that was not finished.</summary>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            Posix.Close(_descriptor);
            _descriptor = -1;
        }

        Posix.TryUnlink(_building);
    }

    // The lines, and a line that says what they must be.
    private void EndMember()
    {
        if (_lines.WrittenCount == 0)
        {
            return;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(_lines.WrittenSpan));
        var messages = _inMember;
        WriteLine(json =>
        {
            json.WriteNumber("messages", messages);
            json.WriteString("sha256", hash);
        });
        var member = ArchiveMember.Compress(_lines.WrittenSpan);
        WriteMember(_cover is null ? member : _cover(member));
        _lines.ResetWrittenCount();
        _inMember = 0;
    }

    // What somebody must be able to read in ten years is read now, while the store still has it.
    private void WriteMember(byte[] member)
    {
        Posix.WriteAll(_descriptor, member, _building);
        Array.Clear(member);
        if (Posix.ReadAt(_descriptor, member, _written, _building) != member.Length || !Holds(member))
        {
            throw new IOException($"{_building}: what was written from byte {_written} on cannot be read back");
        }

        _written += member.Length;
    }

    private bool Holds(byte[] member)
    {
        try
        {
            return ArchiveSeal.Lines(member, _keys).AsSpan().SequenceEqual(_lines.WrittenSpan);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private bool TryWriteLine(ArchivedMessage message)
    {
        try
        {
            ArchiveLine.Write(_line, message);
            if (_line.WrittenCount > ArchiveMember.LongestLine)
            {
                return false;
            }

            using var line = ArchiveLine.Parse(_line.WrittenMemory);
            return ArchiveLine.Read(line.RootElement).HasContentOf(message);
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException or InvalidOperationException or ArgumentException or OutOfMemoryException)
        {
            // Too deep, too large, or no JSON at all.
            return false;
        }
    }

    private void WriteLine(Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(_lines))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        _lines.Write("\n"u8);
    }
}
