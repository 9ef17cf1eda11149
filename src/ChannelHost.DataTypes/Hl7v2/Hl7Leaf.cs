namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>A value in a segment that is not empty, by the numbers that lead to it, each from 1; what is not taken apart is part 1 of itself.</summary>
internal readonly record struct Hl7Leaf(int Field, int Repetition, int Component, int Subcomponent, string Value)
{
    /// <summary>In the order of a segment.</summary>
    public int CompareTo(in Hl7Leaf other) =>
        (Field, Repetition, Component, Subcomponent).CompareTo((other.Field, other.Repetition, other.Component, other.Subcomponent));
}
