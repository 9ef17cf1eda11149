namespace ChannelHost.Scripting.Java.Text;

/// <summary>Date and time of day in some zone. Fields may overflow: month 13 is January of the next year. The years are those of the Gregorian calendar throughout.</summary>
internal readonly record struct CivilTime(long Year, long Month, long Day, long Hour = 0, long Minute = 0, long Second = 0, long Millisecond = 0)
{
    /// <summary>Milliseconds of a day.</summary>
    public const long DayLength = 86_400_000;

    /// <summary>From 1 for Monday to 7 for Sunday.</summary>
    public int IsoDayOfWeek => (int)Floor(DayNumber + 3, 7).Left + 1;

    /// <summary>From 1.</summary>
    public int DayOfYear => (int)(DayNumber - new CivilTime(Year, 1, 1).DayNumber) + 1;

    /// <summary>Days since 1970-01-01.</summary>
    public long DayNumber
    {
        get
        {
            var (years, month) = Floor(Month - 1, 12);
            var year = Year + years - (month < 2 ? 1 : 0);
            var (era, yearOfEra) = Floor(year, 400);
            var dayOfYear = (((153 * ((month + 10) % 12)) + 2) / 5) + Day - 1;
            return (era * 146_097) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 719_468;
        }
    }

    /// <summary>Milliseconds since 1970-01-01 00:00 on the wall clock.</summary>
    public long LocalMillis => (DayNumber * DayLength) + (((((Hour * 60) + Minute) * 60) + Second) * 1_000) + Millisecond;

    /// <summary>The time of so many milliseconds on the wall clock; all fields within their bounds.</summary>
    public static CivilTime FromLocal(long millis)
    {
        var (days, rest) = Floor(millis, DayLength);
        var (era, dayOfEra) = Floor(days + 719_468, 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var shifted = ((5 * dayOfYear) + 2) / 153;
        var day = dayOfYear - (((153 * shifted) + 2) / 5) + 1;
        var month = shifted < 10 ? shifted + 3 : shifted - 9;
        var year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);
        return new CivilTime(year, month, day, rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60, rest % 1_000);
    }

    /// <summary>The time of an instant in a zone.</summary>
    public static CivilTime At(long millis, TimeZoneInfo zone) => FromLocal(millis + OffsetAt(millis, zone));

    /// <summary>The instant, in milliseconds since 1970 UTC.</summary>
    public long ToInstant(TimeZoneInfo zone)
    {
        var local = LocalMillis;
        return local - (long)zone.GetUtcOffset(DateTime.SpecifyKind(Clamp(local), DateTimeKind.Unspecified)).TotalMilliseconds;
    }

    /// <summary>How far a zone is from UTC at an instant, in milliseconds.</summary>
    public static long OffsetAt(long millis, TimeZoneInfo zone) => (long)zone.GetUtcOffset(DateTime.SpecifyKind(Clamp(millis), DateTimeKind.Utc)).TotalMilliseconds;

    /// <summary>How many days the month has.</summary>
    public static int DaysInMonth(long year, long month) => (int)(new CivilTime(year, month + 1, 1).DayNumber - new CivilTime(year, month, 1).DayNumber);

    /// <summary>Quotient and rest, the rest never negative.</summary>
    public static (long Whole, long Left) Floor(long value, long by)
    {
        var rest = ((value % by) + by) % by;
        return ((value - rest) / by, rest);
    }

    // Only the zone's rules are asked there, and they do not change at the ends of time.
    private static DateTime Clamp(long millis) => DateTime.UnixEpoch.AddMilliseconds(Math.Clamp(millis, -62_135_596_800_000 + DayLength, 253_402_300_799_000 - DayLength));
}
