using ChannelHost.Scripting.Java.Text;

namespace ChannelHost.Scripting.Java.Time;

/// <summary>The state of <c>java.time.Instant</c>.</summary>
/// <param name="Nanos">Nanoseconds since 1970 UTC, over the years 1678 to 2261.</param>
internal readonly record struct JavaInstant(long Nanos) : IComparable
{
    /// <summary>Milliseconds since 1970 UTC.</summary>
    public long Millis => CivilTime.Floor(Nanos, 1_000_000).Whole;

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is JavaInstant other ? Nanos.CompareTo(other.Nanos) : 1;
}

/// <summary>The state of local dates and times: a wall clock's reading.</summary>
/// <param name="Nanos">Nanoseconds since 1970-01-01 00:00 on that clock.</param>
internal readonly record struct JavaLocal(long Nanos) : IComparable
{
    /// <summary>The fields.</summary>
    public CivilTime Civil => CivilTime.FromLocal(CivilTime.Floor(Nanos, 1_000_000).Whole);

    /// <summary>Nanoseconds within the second.</summary>
    public long Nano => CivilTime.Floor(Nanos, 1_000_000_000).Left;

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is JavaLocal other ? Nanos.CompareTo(other.Nanos) : 1;
}

/// <summary>The state of <c>java.time.ZonedDateTime</c> and <c>OffsetDateTime</c>.</summary>
internal readonly record struct JavaZoned(long Nanos, TimeZoneInfo Zone) : IComparable
{
    /// <summary>The wall clock's reading.</summary>
    public JavaLocal Local => new(Nanos + (CivilTime.OffsetAt(CivilTime.Floor(Nanos, 1_000_000).Whole, Zone) * 1_000_000));

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is JavaZoned other ? Nanos.CompareTo(other.Nanos) : 1;
}

/// <summary>The state of <c>java.time.Duration</c>.</summary>
internal readonly record struct JavaSpan(long Nanos) : IComparable
{
    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is JavaSpan other ? Nanos.CompareTo(other.Nanos) : 1;
}

/// <summary>The state of <c>java.time.Period</c>.</summary>
internal readonly record struct JavaPeriod(long Years, long Months, long Days)
{
    /// <summary>From one date to another: whole months first, then days.</summary>
    public static JavaPeriod Between(CivilTime from, CivilTime to)
    {
        var months = ((to.Year - from.Year) * 12) + to.Month - from.Month;
        var days = to.Day - from.Day;
        if (months > 0 && days < 0)
        {
            months--;
            var (year, month) = CivilTime.Floor((from.Year * 12) + from.Month - 1 + months, 12);
            days = to.DayNumber - new CivilTime(year, month + 1, Math.Min(from.Day, CivilTime.DaysInMonth(year, month + 1))).DayNumber;
        }
        else if (months < 0 && days > 0)
        {
            months++;
            days -= CivilTime.DaysInMonth(to.Year, to.Month);
        }

        return new JavaPeriod(months / 12, months % 12, days);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        (Years, Months, Days) == (0, 0, 0) ? "P0D" : $"P{(Years == 0 ? "" : $"{Years}Y")}{(Months == 0 ? "" : $"{Months}M")}{(Days == 0 ? "" : $"{Days}D")}";
}
