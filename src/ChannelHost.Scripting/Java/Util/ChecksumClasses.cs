using Jint.Native;

namespace ChannelHost.Scripting.Java.Util;

/// <summary>The checksums of <c>java.util.zip</c>.</summary>
internal static class ChecksumClasses
{
    /// <summary>All.</summary>
    public static readonly JavaClass[] All =
    [
        Define("java.util.zip.CRC32", static () => new Crc32()),
        Define("java.util.zip.Adler32", static () => new Adler32()),
    ];

    private static JavaClass Define(string name, Func<Checksum> make) => new JavaClass(name)
        .New(_ => make())
        .Void<Checksum>("update", static (sum, call) => sum.Update(Bytes(call)))
        .Void<Checksum>("reset", static (sum, _) => sum.Reset())
        .Method<Checksum>("getValue", static (sum, _) => (double)sum.Value);

    private static ReadOnlySpan<byte> Bytes(JavaCall call)
    {
        if (call[0] is JsNumber)
        {
            return new[] { (byte)call.Int(0) };
        }

        var bytes = call.Bytes(0);
        if (call.Count < 3)
        {
            return bytes;
        }

        var (from, count) = (call.Int(1), call.Int(2));
        return from >= 0 && count >= 0 && from <= bytes.Length - count
            ? bytes.AsSpan(from, count)
            : throw call.Throw("java.lang.ArrayIndexOutOfBoundsException", $"{from} and {count} of {bytes.Length}");
    }

    private abstract class Checksum
    {
        public abstract uint Value { get; }

        public abstract void Update(ReadOnlySpan<byte> bytes);

        public abstract void Reset();
    }

    // RFC 1952, section 8.
    private sealed class Crc32 : Checksum
    {
        private uint _value = uint.MaxValue;

        public override uint Value => ~_value;

        public override void Reset() => _value = uint.MaxValue;

        public override void Update(ReadOnlySpan<byte> bytes)
        {
            foreach (var one in bytes)
            {
                _value ^= one;
                for (var bit = 0; bit < 8; bit++)
                {
                    _value = (_value >> 1) ^ (0xEDB88320u & (uint)-(int)(_value & 1));
                }
            }
        }
    }

    // RFC 1950, section 8.2.
    private sealed class Adler32 : Checksum
    {
        private const uint Modulus = 65521;

        private uint _low = 1;
        private uint _high;

        public override uint Value => (_high << 16) | _low;

        public override void Reset() => (_low, _high) = (1, 0);

        public override void Update(ReadOnlySpan<byte> bytes)
        {
            foreach (var one in bytes)
            {
                _low = (_low + one) % Modulus;
                _high = (_high + _low) % Modulus;
            }
        }
    }
}
