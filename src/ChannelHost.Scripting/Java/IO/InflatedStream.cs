using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Java.IO;

/// <summary>
/// What was packed, unpacked as it is read: no more than one call of a script may make, and never far more than was packed, because a few kilobytes can stand
/// for gigabytes.
/// </summary>
/// <param name="run">Whose limits hold.</param>
/// <param name="unpacked">The unpacked bytes.</param>
/// <param name="packedLength">How long the packed form is; null when that is not known beforehand.</param>
internal sealed class InflatedStream(ScriptRun run, Stream unpacked, long? packedLength) : Stream
{
    // Deflate gives 1,032 at the very most. Clinical texts, padding included, stay below 100.
    private const int MostRatio = 200;
    private const int AlwaysAllowed = 1024 * 1024;

    private long _total;

    /// <inheritdoc/>
    public override bool CanRead => unpacked.CanRead;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => _total; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        run.Limits.Check();
        var count = unpacked.Read(buffer);
        _total += count;
        run.Limits.CheckLength(_total);
        if (_total > AlwaysAllowed && packedLength is { } packed && _total > packed * MostRatio)
        {
            throw new InvalidDataException($"The packed data grows to more than {MostRatio} times its size: it is refused.");
        }

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
            unpacked.Dispose();
        }

        base.Dispose(disposing);
    }
}
