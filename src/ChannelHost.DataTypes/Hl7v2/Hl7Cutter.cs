using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// Cuts bytes at a separator, one part after the other; an empty text has one empty part. Fields are short, so a search for each costs more
/// in calls than in bytes: here 32 bytes are compared at once and the separators among them taken from a mask.
/// </summary>
internal ref struct Hl7Cutter(ReadOnlySpan<byte> bytes, byte separator)
{
    private const int Block = 32;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private uint _mask;
    private int _maskStart = -Block;
    private int _next;

    /// <summary>Where the part begins.</summary>
    public int Start { get; private set; }

    /// <summary>How long it is.</summary>
    public int Length { get; private set; }

    /// <summary>Moves to the next part; false when there is none.</summary>
    public bool Next()
    {
        if (_next > _bytes.Length)
        {
            return false;
        }

        Start = _next;
        while (_mask == 0)
        {
            if (!Load())
            {
                Length = _bytes.Length - Start;
                _next = _bytes.Length + 1;
                return true;
            }
        }

        var end = _maskStart + BitOperations.TrailingZeroCount(_mask);
        _mask &= _mask - 1;
        Length = end - Start;
        _next = end + 1;
        return true;
    }

    /// <summary>Passes over parts; false when there are not so many.</summary>
    public bool Skip(int count)
    {
        while (count > 0)
        {
            var here = BitOperations.PopCount(_mask);
            if (here >= count)
            {
                for (; count > 1; count--)
                {
                    _mask &= _mask - 1;
                }

                _next = _maskStart + BitOperations.TrailingZeroCount(_mask) + 1;
                _mask &= _mask - 1;
                return true;
            }

            count -= here;
            _mask = 0;
            if (!Load())
            {
                _next = _bytes.Length + 1;
                return false;
            }
        }

        return true;
    }

    // The next block with its separators; false at the end.
    private bool Load()
    {
        var start = _maskStart + Block;
        var left = _bytes.Length - start;
        if (left <= 0)
        {
            return false;
        }

        _maskStart = start;
        ref var first = ref MemoryMarshal.GetReference(_bytes);
        if (left >= Block)
        {
            _mask = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)start), Vector256.Create(separator)).ExtractMostSignificantBits();
        }
        else if (_bytes.Length >= Block)
        {
            // The last block is read again with what comes before it; that part of the mask falls off.
            var overlap = Block - left;
            _mask = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)(start - overlap)), Vector256.Create(separator)).ExtractMostSignificantBits() >> overlap;
        }
        else
        {
            _mask = 0;
            for (var i = 0; i < left; i++)
            {
                _mask |= _bytes[start + i] == separator ? 1u << i : 0;
            }
        }

        return true;
    }
}
