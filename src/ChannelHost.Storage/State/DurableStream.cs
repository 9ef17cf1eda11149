using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.State;

/// <summary>
/// A file whose <see cref="Flush"/> is an fsync that tells of its failure. LiteDB is given these instead of paths, because what it would open by
/// itself is flushed by .NET, which reports success when the sync failed.
/// </summary>
internal sealed class DurableStream : Stream
{
    // The layout of LiteDB's pages (5.0): the last page of a transaction says that it is.
    private const int PageSize = 8192;
    private const int ConfirmedAt = 18;

    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(30);

    private readonly string _path;
    private int _descriptor;
    private long _position;
    private long _length;
    private bool _isDirty;
    private readonly AutoResetEvent _changed = new(false);
    private IOException? _failure;
    private long _confirmed;

    private DurableStream(string path, int descriptor)
    {
        _path = path;
        _descriptor = descriptor;
        _length = Posix.Length(descriptor, path);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    /// <summary>Opens a file, or makes it for this user alone.</summary>
    internal static DurableStream Open(string path) =>
        new(path, Posix.Open(path, Posix.ReadWrite | Posix.Create, UnixFileMode.UserRead | UnixFileMode.UserWrite));

    /// <summary>How many transactions' last pages were written.</summary>
    internal long Confirmed => Interlocked.Read(ref _confirmed);

    /// <summary>
    /// Waits until so many transactions' last pages were written. LiteDB hands pages to a thread of its own and lets a commit return before they are in the
    /// file: a sync that comes too early would cover nothing.
    /// </summary>
    /// <exception cref="IOException">They were not.</exception>
    internal void AwaitConfirmed(long count)
    {
        while (Confirmed < count)
        {
            if (_failure is not null || !_changed.WaitOne(LongestWrite))
            {
                throw new IOException(_failure?.Message ?? $"{_path}: LiteDB has not written a commit within {LongestWrite.TotalSeconds:0} s", _failure);
            }
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // LiteDB writes on a thread of its own and may keep a failure to itself: nothing counts as written after one.
        if (_failure is not null)
        {
            throw new IOException(_failure.Message, _failure);
        }

        if (_isDirty)
        {
            Posix.Sync(_descriptor, _path);
            _isDirty = false;
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = Posix.ReadAt(_descriptor, buffer, _position, _path);
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _isDirty = true;
        if (!Posix.TryWriteAt(_descriptor, buffer, _position))
        {
            _failure = Posix.Failure("write", _path);
            _changed.Set();
            throw _failure;
        }

        _position += buffer.Length;
        _length = Math.Max(_length, _position);
        if (buffer.Length == PageSize && buffer[ConfirmedAt] != 0)
        {
            Interlocked.Increment(ref _confirmed);
            _changed.Set();
        }
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => _position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => _length + offset,
    };

    /// <inheritdoc/>
    public override void SetLength(long value)
    {
        _isDirty = true;
        Posix.Truncate(_descriptor, value, _path);
        _length = value;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        var descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            Posix.Close(descriptor);
            _changed.Dispose();
        }

        base.Dispose(disposing);
    }
}
