namespace ChannelHost.Storage.Messages.Texts;

/// <summary>Every three bytes in a row, as one of 65,536 numbers. A text can stand only where all of its numbers do; that they do proves nothing.</summary>
internal static class Trigrams
{
    internal const int Length = 3;
    internal const int Buckets = 1 << 16;

    // Spreads the letters and digits of messages over all numbers (Fibonacci hashing).
    private const uint Factor = 0x9E37_79B1;

    /// <summary>The number of the three bytes at a place.</summary>
    internal static int At(ReadOnlySpan<byte> text, int at) =>
        (int)(((uint)text[at] | ((uint)text[at + 1] << 8) | ((uint)text[at + 2] << 16)) * Factor >> 16);
}
