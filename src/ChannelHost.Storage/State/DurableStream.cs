using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.State;

/// <summary>
/// A file whose <see cref="Sync"/> is an fsync that tells of its failure. LiteDB is given these instead of paths, because what it would open by
/// itself is flushed by .NET, which reports success when the sync failed.
/// </summary>
/// <remarks>
/// LiteDB writes on a thread of its own, which waits for itself for ever when a write throws there. So it is never told: the first failure goes to the
/// <see cref="DiskFailure"/> that data and log share, nothing that LiteDB does after it reaches either file, and <see cref="Sync"/> throws for the caller.
/// </remarks>
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
    private readonly DiskFailure _failure;
    private long _confirmed;

    private DurableStream(string path, int descriptor, DiskFailure failure)
    {
        _failure = failure;
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
    /// <param name="path">The file.</param>
    /// <param name="failure">Shared with the stream of the file that belongs to it.</param>
    internal static DurableStream Open(string path, DiskFailure failure) =>
        new(path, Posix.Open(path, Posix.ReadWrite | Posix.Create, UnixFileMode.UserRead | UnixFileMode.UserWrite), failure);

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
            _failure.ThrowIfAny();
            if (!_changed.WaitOne(LongestWrite))
            {
                throw new IOException($"{_path}: LiteDB has not written a commit within {LongestWrite.TotalSeconds:0} s");
            }
        }
    }

    /// <summary>All that was written is on stable storage when this returns.</summary>
    /// <exception cref="IOException">It may not be: this sync failed, or something before it. No later one makes it good.</exception>
    internal void Sync()
    {
        Flush();
        _failure.ThrowIfAny();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        if (!_isDirty || _failure.Happened)
        {
            return;
        }

        try
        {
            Posix.Sync(_descriptor, _path);
            _isDirty = false;
        }
        catch (IOException failure)
        {
            Fail(failure);
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
        var isWritten = !_failure.Happened && Posix.TryWriteAt(_descriptor, buffer, _position);
        if (!isWritten && !_failure.Happened)
        {
            Fail(Posix.Failure("write", _path));
        }

        _position += buffer.Length;
        _length = Math.Max(_length, _position);
        if (isWritten && buffer.Length == PageSize && buffer[ConfirmedAt] != 0)
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
        if (!_failure.Happened)
        {
            try
            {
                Posix.Truncate(_descriptor, value, _path);
            }
            catch (IOException failure)
            {
                Fail(failure);
            }
        }

        _length = value;
    }

    private void Fail(IOException failure)
    {
        _failure.Note(failure);
        _changed.Set();
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
