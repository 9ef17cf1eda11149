using System.IO.Compression;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Java.IO;

/// <summary>The state of a <c>Deflater</c> (packs) or an <c>Inflater</c> (unpacks): takes input, and gives its output in pieces.</summary>
/// <param name="run">Whose limits hold.</param>
/// <param name="packs">True for a <c>Deflater</c>.</param>
/// <param name="isRaw">True for data without the header and checksum of zlib (RFC 1950).</param>
internal sealed class Deflation(ScriptRun run, bool packs, bool isRaw) : IDisposable
{
    private readonly MemoryStream _input = new();
    private Stream? _output;

    /// <summary>How it packs.</summary>
    public CompressionLevel Level { get; set; } = CompressionLevel.Optimal;

    /// <summary>True when all input was given: for packing.</summary>
    public bool IsComplete { get; set; }

    /// <summary>True when all output was taken.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>How many bytes were given.</summary>
    public long TotalIn => _input.Length;

    /// <summary>How many bytes were taken.</summary>
    public long TotalOut { get; private set; }

    /// <summary>True when it can give nothing without more input.</summary>
    public bool NeedsInput => !IsFinished && (packs ? !IsComplete : _input.Length == 0);

    /// <summary>Takes input.</summary>
    public void Give(ReadOnlySpan<byte> bytes)
    {
        if (_output is not null)
        {
            throw new InvalidOperationException("All input must be given before output is taken: give it in one call.");
        }

        run.Limits.CheckLength((double)_input.Length + bytes.Length);
        _input.Write(bytes);
    }

    /// <summary>Gives output; 0 when there is none.</summary>
    public int Take(Span<byte> buffer)
    {
        run.Limits.Check();
        if (NeedsInput || IsFinished || buffer.Length == 0)
        {
            return 0;
        }

        _output ??= packs ? Packed() : Unpacked();
        var count = _output.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        TotalOut += count;
        IsFinished = count < buffer.Length || (packs && _output.Position == _output.Length);
        return count;
    }

    /// <summary>Begins anew.</summary>
    public void Reset()
    {
        _output?.Dispose();
        _output = null;
        _input.SetLength(0);
        (IsComplete, IsFinished, TotalOut) = (false, false, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _output?.Dispose();

    private MemoryStream Packed()
    {
        run.Limits.CheckRoom(_input.Length);
        var packed = new MemoryStream();
        using (Stream packer = isRaw ? new DeflateStream(packed, Level, leaveOpen: true) : new ZLibStream(packed, Level, leaveOpen: true))
        {
            _input.WriteTo(packer);
        }

        packed.Position = 0;
        return packed;
    }

    private InflatedStream Unpacked()
    {
        var packed = new MemoryStream(_input.ToArray(), writable: false);
        return new InflatedStream(run, isRaw ? new DeflateStream(packed, CompressionMode.Decompress) : new ZLibStream(packed, CompressionMode.Decompress), packed.Length);
    }
}
