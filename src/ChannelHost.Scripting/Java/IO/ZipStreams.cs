using System.IO.Compression;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Java.IO;

/// <summary>An entry of an archive as scripts hold it.</summary>
/// <param name="name">Its path in the archive.</param>
internal sealed class ZipItem(string name)
{
    /// <summary>Its path in the archive.</summary>
    public string Name => name;

    /// <summary>Its length; -1 when it is not known.</summary>
    public long Size { get; set; } = -1;

    /// <summary>Its length in the archive; -1 when it is not known.</summary>
    public long PackedSize { get; set; } = -1;

    /// <summary>Its checksum; -1 when it is not known.</summary>
    public long Checksum { get; set; } = -1;

    /// <summary>When it was changed; null for now.</summary>
    public DateTimeOffset? Time { get; set; }

    /// <summary>Its comment; null for none.</summary>
    public string? Comment { get; set; }

    /// <summary>Of an entry that was read.</summary>
    public static ZipItem Of(ZipArchiveEntry entry) => new(entry.FullName)
    {
        Size = entry.Length, PackedSize = entry.CompressedLength, Checksum = entry.Crc32, Time = entry.LastWriteTime, Comment = entry.Comment.Length > 0 ? entry.Comment : null,
    };
}

/// <summary>Where a <c>ZipOutputStream</c> writes: into the entry that was begun last.</summary>
internal sealed class ZipTarget(ScriptRun run, Stream target) : Stream
{
    private const int MostEntries = 65_535;

    private readonly ZipArchive _archive = new(target, ZipArchiveMode.Create, leaveOpen: true);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private Stream? _entry;
    private bool _isFinished;

    /// <summary>How entries are packed.</summary>
    public CompressionLevel Level { get; set; } = CompressionLevel.Optimal;

    /// <summary>True when the archive is complete.</summary>
    public bool IsFinished => _isFinished;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => !_isFinished;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Begins an entry and ends the one before.</summary>
    public void Begin(ZipItem item)
    {
        EndEntry();
        if (_isFinished)
        {
            throw new IOException("Stream closed");
        }

        run.Limits.Check();
        if (!_names.Add(item.Name) || _names.Count > MostEntries)
        {
            throw new InvalidDataException(_names.Count > MostEntries ? $"An archive can have {MostEntries} entries here." : $"duplicate entry: {item.Name}");
        }

        var entry = _archive.CreateEntry(item.Name, Level);
        entry.LastWriteTime = item.Time ?? run.Environment.Time.GetLocalNow();
        entry.Comment = item.Comment ?? "";
        _entry = entry.Open();
    }

    /// <summary>Ends the entry; nothing when none is open.</summary>
    public void EndEntry()
    {
        _entry?.Dispose();
        _entry = null;
    }

    /// <summary>Completes the archive.</summary>
    public void Finish()
    {
        if (!_isFinished)
        {
            EndEntry();
            _isFinished = true;
            _archive.Dispose();
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        (_entry ?? throw new InvalidDataException("no current ZIP entry")).Write(buffer);
        run.Limits.CheckLength(target is MemoryStream ? target.Length : 0);
    }

    /// <inheritdoc/>
    public override void Flush() => _entry?.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Finish();
            if (target is not MemoryStream)
            {
                target.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}

/// <summary>What a <c>ZipInputStream</c> reads: the entry that was asked for last. The archive is in memory: its directory stands at its end.</summary>
internal sealed class ZipSource(ScriptRun run, byte[] archive) : Stream
{
    private readonly ZipArchive _archive = new(new MemoryStream(archive, writable: false), ZipArchiveMode.Read);
    private InflatedStream? _entry;
    private int _next;
    private bool _isAtEnd;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>True while the entry may have more.</summary>
    public bool HasMore => _entry is not null && !_isAtEnd;

    /// <summary>Goes to the next entry; null when there is none.</summary>
    public ZipItem? Next()
    {
        run.Limits.Check();
        EndEntry();
        if (_next >= _archive.Entries.Count)
        {
            return null;
        }

        var entry = _archive.Entries[_next++];
        _entry = new InflatedStream(run, entry.Open(), Math.Max(1, entry.CompressedLength));
        _isAtEnd = false;
        return ZipItem.Of(entry);
    }

    /// <summary>Leaves the entry.</summary>
    public void EndEntry()
    {
        _entry?.Dispose();
        _entry = null;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = _entry?.Read(buffer) ?? 0;
        _isAtEnd |= count == 0 && buffer.Length > 0;
        return count;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            EndEntry();
            _archive.Dispose();
        }

        base.Dispose(disposing);
    }
}
