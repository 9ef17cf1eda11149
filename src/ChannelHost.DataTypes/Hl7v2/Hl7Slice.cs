namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>A part of a message's bytes. <see cref="IsNone"/>: there is no such part, which is not the same as an empty one.</summary>
internal readonly record struct Hl7Slice(int Start, int Length)
{
    public static Hl7Slice None => new(0, -1);

    public bool IsNone => Length < 0;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);
}

/// <summary>One segment: where it stands without its line end, and its name as a number when it is the usual three letters or digits (0 when not).</summary>
internal readonly record struct Hl7Segment(int Start, int Length, uint Key)
{
    public int End => Start + Length;

    public Hl7Slice Slice => new(Start, Length);
}
