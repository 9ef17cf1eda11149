using System.Buffers;

namespace ChannelHost.Connectors.Mllp;

/// <summary>What the bytes read so far amount to.</summary>
internal enum MllpStep
{
    /// <summary>No whole frame yet.</summary>
    NeedMore,

    /// <summary>A frame is whole.</summary>
    Frame,

    /// <summary>The frame being read is larger than allowed. Nothing after it can be told apart any more.</summary>
    TooLarge,

    /// <summary>A start block stands inside a frame: the end block of the frame before it is missing.</summary>
    StartInsideFrame,
}

/// <summary>
/// Finds frames in a stream: start block 0x0B, content, end block 0x1C 0x0D (HL7 "Minimal Lower Layer Protocol", release 1).
/// A 0x1C that no 0x0D follows is content. The caller does the reading, so one reader serves sources, clients and tests alike.
/// Bytes stay where the socket put them until the frame is whole; then they are copied once, into an array of exactly their size.
/// Large frames are kept as a list of parts: doubling one buffer would hold and copy everything twice.
/// </summary>
internal sealed class MllpFrameReader : IDisposable
{
    private const int SmallBuffer = 8 * 1024;
    private const int LargestWhole = 64 * 1024;
    private const int LargestPart = 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
    private int _start;
    private int _scan;
    private int _end;
    private List<(byte[] Buffer, int Start, int Length)>? _parts;
    private int _partsLength;

    /// <summary>True between a start block and its end block.</summary>
    public bool IsInsideFrame { get; private set; }

    /// <summary>How many bytes of the frame being read have arrived.</summary>
    public int FrameLength => IsInsideFrame ? _partsLength + (_end - _start) : 0;

    /// <summary>Bytes so far that belong to no frame, over the reader's life.</summary>
    public long Junk { get; private set; }

    /// <summary>Junk other than the line ends that many senders add after a frame.</summary>
    public bool HasStrangeJunk { get; private set; }

    /// <summary>Bytes that were read and not looked at yet.</summary>
    public int Unread => _end - _start;

    /// <summary>Where the next bytes go. Never empty.</summary>
    public Memory<byte> Space()
    {
        if (_end == _buffer.Length)
        {
            MakeRoom();
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>So many bytes were put into <see cref="Space"/>.</summary>
    public void Added(int count) => _end += count;

    /// <summary>Looks at what has arrived. Call it until it says <see cref="MllpStep.NeedMore"/>.</summary>
    /// <param name="maximumFrame">The largest content in bytes.</param>
    /// <param name="startIsContent">True: a 0x0B inside a frame is content like any other byte.</param>
    /// <param name="frame">The content when a frame is whole; it belongs to the caller.</param>
    public MllpStep Next(int maximumFrame, bool startIsContent, out byte[] frame)
    {
        frame = [];
        if (!IsInsideFrame && !FindStart())
        {
            return MllpStep.NeedMore;
        }

        while (true)
        {
            var unseen = _buffer.AsSpan(_scan, _end - _scan);
            var at = startIsContent ? unseen.IndexOf(MllpFrame.End) : unseen.IndexOfAny(MllpFrame.Start, MllpFrame.End);
            _scan = at < 0 ? _end : _scan + at;
            if (_partsLength + (_scan - _start) > maximumFrame)
            {
                return MllpStep.TooLarge;
            }

            if (at < 0)
            {
                return MllpStep.NeedMore;
            }

            if (_buffer[_scan] == MllpFrame.Start)
            {
                return MllpStep.StartInsideFrame;
            }

            if (_scan + 1 == _end)
            {
                // Whether this is the end block is told by the next byte.
                return MllpStep.NeedMore;
            }

            if (_buffer[_scan + 1] == MllpFrame.CarriageReturn)
            {
                frame = TakeFrame();
                return MllpStep.Frame;
            }

            _scan++;
        }
    }

    /// <summary>After <see cref="MllpStep.StartInsideFrame"/>: what came before that start block is junk, and a frame begins there.</summary>
    public void RestartFrame()
    {
        Junk += 1 + _partsLength + (_scan - _start);
        HasStrangeJunk = true;
        ReleaseParts();
        _start = ++_scan;
    }

    /// <summary>The connection ended inside a frame: its bytes are junk.</summary>
    public void AbandonFrame()
    {
        if (IsInsideFrame)
        {
            Junk += 1 + FrameLength;
            HasStrangeJunk = true;
            IsInsideFrame = false;
            ReleaseParts();
            _start = _scan = _end = 0;
        }
    }

    /// <summary>A copy of the first bytes of the frame being read, for a negative answer that names the message.</summary>
    public byte[] FramePrefix(int most)
    {
        var first = _parts is { Count: > 0 } ? _parts[0].Buffer.AsSpan(_parts[0].Start, _parts[0].Length) : _buffer.AsSpan(_start, _scan - _start);
        return first[..Math.Min(most, first.Length)].ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ReleaseParts();
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _start = _scan = _end = 0;
        }
    }

    private bool FindStart()
    {
        var unread = _buffer.AsSpan(_start, _end - _start);
        var at = unread.IndexOf(MllpFrame.Start);
        var junk = at < 0 ? unread : unread[..at];
        if (junk.Length > 0)
        {
            Junk += junk.Length;
            HasStrangeJunk |= junk.ContainsAnyExcept("\r\n"u8);
        }

        if (at < 0)
        {
            _start = _scan = _end = 0;
            Shrink();
            return false;
        }

        _start = _scan = _start + at + 1;
        IsInsideFrame = true;
        return true;
    }

    private byte[] TakeFrame()
    {
        var last = _buffer.AsSpan(_start, _scan - _start);
        var frame = GC.AllocateUninitializedArray<byte>(_partsLength + last.Length);
        var at = 0;
        if (_parts is not null)
        {
            foreach (var (buffer, start, length) in _parts)
            {
                buffer.AsSpan(start, length).CopyTo(frame.AsSpan(at));
                at += length;
            }
        }

        last.CopyTo(frame.AsSpan(at));
        ReleaseParts();
        IsInsideFrame = false;
        _start = _scan += 2;
        if (_start == _end)
        {
            _start = _scan = _end = 0;
            Shrink();
        }

        return frame;
    }

    private void MakeRoom()
    {
        var unread = _end - _start;
        if (_start > 0 && unread <= _buffer.Length / 2)
        {
            MoveTo(_buffer);
        }
        else if (unread <= LargestWhole / 2)
        {
            Replace(ArrayPool<byte>.Shared.Rent(_buffer.Length * 2));
        }
        else
        {
            // A 0x1C at the very end goes along into the next part, so that the end block is never looked for across two.
            (_parts ??= []).Add((_buffer, _start, _scan - _start));
            _partsLength += _scan - _start;
            var part = _buffer;
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(part.Length * 2, LargestPart));
            part.AsSpan(_scan, _end - _scan).CopyTo(_buffer);
            _end -= _scan;
            _start = _scan = 0;
        }
    }

    private void Replace(byte[] larger)
    {
        var old = _buffer;
        MoveTo(larger);
        _buffer = larger;
        ArrayPool<byte>.Shared.Return(old);
    }

    private void MoveTo(byte[] target)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(target);
        _scan -= _start;
        _end -= _start;
        _start = 0;
    }

    // A connection that once carried a large message must not hold its buffer for the rest of its life.
    private void Shrink()
    {
        if (_buffer.Length > LargestWhole)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
        }
    }

    private void ReleaseParts()
    {
        if (_parts is null)
        {
            return;
        }

        foreach (var (buffer, _, _) in _parts)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _parts = null;
        _partsLength = 0;
    }
}
