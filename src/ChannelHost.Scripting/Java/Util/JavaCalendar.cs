using ChannelHost.Scripting.Java.Text;

namespace ChannelHost.Scripting.Java.Util;

/// <summary>The state of a calendar: fields that may overflow until somebody asks for the date.</summary>
internal sealed class JavaCalendar : IComparable
{
    public const int Year = 1;
    public const int Month = 2;
    public const int WeekOfYear = 3;
    public const int WeekOfMonth = 4;
    public const int DayOfMonth = 5;
    public const int DayOfYear = 6;
    public const int DayOfWeek = 7;
    public const int AmPm = 9;
    public const int Hour = 10;
    public const int HourOfDay = 11;
    public const int Minute = 12;
    public const int Second = 13;
    public const int Millisecond = 14;

    private CivilTime _time;

    public JavaCalendar(long millis, TimeZoneInfo zone)
    {
        Zone = zone;
        _time = CivilTime.At(millis, zone);
    }

    /// <summary>The zone.</summary>
    public TimeZoneInfo Zone { get; private set; }

    /// <summary>The date.</summary>
    public JavaDate Date => new(_time.ToInstant(Zone));

    /// <summary>Takes over an instant.</summary>
    public void SetMillis(long millis) => _time = CivilTime.At(millis, Zone);

    /// <summary>Shows the same instant in another zone.</summary>
    public void SetZone(TimeZoneInfo zone)
    {
        var millis = Date.Millis;
        Zone = zone;
        SetMillis(millis);
    }

    /// <summary>Sets date and time fields.</summary>
    public void Set(CivilTime time) => _time = time;

    /// <summary>The fields, within their bounds.</summary>
    public CivilTime Time => _time = CivilTime.At(Date.Millis, Zone);

    /// <summary>Reads a field.</summary>
    public long Get(int field)
    {
        var time = Time;
        return field switch
        {
            0 => time.Year > 0 ? 1 : 0,
            Year => time.Year,
            Month => time.Month - 1,
            WeekOfYear => long.Parse(DatePattern.Parse("w").Format(Date.Millis, Zone), System.Globalization.CultureInfo.InvariantCulture),
            WeekOfMonth => long.Parse(DatePattern.Parse("W").Format(Date.Millis, Zone), System.Globalization.CultureInfo.InvariantCulture),
            DayOfMonth => time.Day,
            DayOfYear => time.DayOfYear,
            DayOfWeek => (time.IsoDayOfWeek % 7) + 1,
            8 => ((time.Day - 1) / 7) + 1,
            AmPm => time.Hour / 12,
            Hour => time.Hour % 12,
            HourOfDay => time.Hour,
            Minute => time.Minute,
            Second => time.Second,
            Millisecond => time.Millisecond,
            15 => (long)Zone.BaseUtcOffset.TotalMilliseconds,
            16 => CivilTime.OffsetAt(Date.Millis, Zone) - (long)Zone.BaseUtcOffset.TotalMilliseconds,
            _ => throw new ArgumentException($"There is no calendar field {field}."),
        };
    }

    /// <summary>Sets a field; what overflows rolls over when the date is asked for.</summary>
    public void Set(int field, long value) => _time = field switch
    {
        Year => _time with { Year = value },
        Month => _time with { Month = value + 1 },
        DayOfMonth => _time with { Day = value },
        DayOfYear => Time with { Month = 1, Day = value },
        DayOfWeek => Time is var now ? now with { Day = now.Day + value - ((now.IsoDayOfWeek % 7) + 1) } : now,
        WeekOfYear => Time is var now ? now with { Day = now.Day + (7 * (value - Get(WeekOfYear))) } : now,
        WeekOfMonth => Time is var now ? now with { Day = now.Day + (7 * (value - Get(WeekOfMonth))) } : now,
        AmPm => Time is var now ? now with { Hour = (now.Hour % 12) + (12 * value) } : now,
        Hour => Time is var now ? now with { Hour = (now.Hour / 12 * 12) + value } : now,
        HourOfDay => _time with { Hour = value },
        Minute => _time with { Minute = value },
        Second => _time with { Second = value },
        Millisecond => _time with { Millisecond = value },
        _ => throw new ArgumentException($"Calendar field {field} cannot be set."),
    };

    /// <summary>Adds to a field. A day that the new month has not becomes its last.</summary>
    public void Add(int field, long amount)
    {
        var time = Time;
        switch (field)
        {
            case Year or Month:
                var months = (time.Year * 12) + time.Month - 1 + (field == Year ? amount * 12 : amount);
                var (year, month) = CivilTime.Floor(months, 12);
                _time = time with { Year = year, Month = month + 1, Day = Math.Min(time.Day, CivilTime.DaysInMonth(year, month + 1)) };
                break;
            case DayOfMonth or DayOfYear or DayOfWeek:
                _time = time with { Day = time.Day + amount };
                break;
            case WeekOfYear or WeekOfMonth or 8:
                _time = time with { Day = time.Day + (7 * amount) };
                break;
            default:
                SetMillis(Date.Millis + (amount * Length(field)));
                break;
        }
    }

    /// <inheritdoc/>
    public int CompareTo(object? obj) => Date.CompareTo((obj as JavaCalendar)?.Date);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is JavaCalendar other && other.Date.Millis == Date.Millis;

    /// <inheritdoc/>
    public override int GetHashCode() => Date.GetHashCode();

    // Hours are hours that pass, also where the clock is put forward.
    private static long Length(int field) => field switch
    {
        AmPm => 43_200_000,
        Hour or HourOfDay => 3_600_000,
        Minute => 60_000,
        Second => 1_000,
        Millisecond => 1,
        _ => throw new ArgumentException($"Nothing can be added to calendar field {field}."),
    };
}
