namespace ChannelHost.Scripting.Java.Time;

/// <summary><c>java.time</c>.</summary>
internal static class TimeClasses
{
    /// <summary><c>java.time.Instant</c>.</summary>
    public static readonly JavaClass Instant = new("java.time.Instant");

    /// <summary><c>java.time.LocalDateTime</c>.</summary>
    public static readonly JavaClass LocalDateTime = new("java.time.LocalDateTime");

    /// <summary><c>java.time.ZoneId</c>.</summary>
    public static readonly JavaClass ZoneId = new("java.time.ZoneId");
}
