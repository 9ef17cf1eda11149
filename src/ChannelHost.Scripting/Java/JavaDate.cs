namespace ChannelHost.Scripting.Java;

/// <summary>The state of <c>java.util.Date</c> and those below it; mutable as there.</summary>
internal sealed class JavaDate : IComparable<JavaDate>, IComparable
{
    private const long Earliest = -62_135_596_800_000;
    private const long Latest = 253_402_300_799_999;

    public JavaDate(long millis)
    {
        Millis = millis;
    }

    public JavaDate(DateTimeOffset at)
        : this(at.ToUnixTimeMilliseconds())
    {
    }

    /// <summary>Milliseconds since 1970 UTC; may lie outside of what .NET's dates can say.</summary>
    public long Millis { get; set; }

    /// <summary>The instant, at the ends of .NET's time where it lies outside.</summary>
    public DateTimeOffset At => FromMillis(Millis);

    /// <summary>An instant, at the ends of .NET's time where it lies outside.</summary>
    public static DateTimeOffset FromMillis(long millis) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(millis, Earliest, Latest));

    /// <inheritdoc/>
    public int CompareTo(JavaDate? other) => Millis.CompareTo(other?.Millis ?? long.MinValue);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => CompareTo(obj as JavaDate);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is JavaDate other && other.Millis == Millis;

    /// <inheritdoc/>
    public override int GetHashCode() => Millis.GetHashCode();
}
