using System.Globalization;
using ChannelHost.Scripting.Java.Text;
using Jint;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Util;

/// <summary>Dates, calendars and time zones of <c>java.util</c> and <c>java.sql</c>.</summary>
internal static class DateClasses
{
    private static readonly DatePattern Shown = DatePattern.Parse("EEE MMM dd HH:mm:ss zzz yyyy");
    private static readonly DatePattern SqlShown = DatePattern.Parse("yyyy-MM-dd HH:mm:ss");

    /// <summary><c>java.util.Date</c>.</summary>
    public static readonly JavaClass Date = new JavaClass("java.util.Date")
        .New(static call => New(call))
        .Method<JavaDate>("getTime", static (date, _) => date.Millis)
        .Void<JavaDate>("setTime", static (date, call) => date.Millis = call.Long(0))
        .Method<JavaDate>("before", static (date, call) => date.Millis < Millis(call, 0))
        .Method<JavaDate>("after", static (date, call) => date.Millis > Millis(call, 0))
        .Method<JavaDate>("compareTo", static (date, call) => date.Millis.CompareTo(Millis(call, 0)))
        .Method<JavaDate>("clone", static (date, call) => call.New(((JavaObject)call.Self).JavaType, new JavaDate(date.Millis)))
        .Method<JavaDate>("getYear", static (date, call) => Civil(call, date).Year - 1900)
        .Method<JavaDate>("getMonth", static (date, call) => Civil(call, date).Month - 1)
        .Method<JavaDate>("getDate", static (date, call) => Civil(call, date).Day)
        .Method<JavaDate>("getDay", static (date, call) => Civil(call, date).IsoDayOfWeek % 7)
        .Method<JavaDate>("getHours", static (date, call) => Civil(call, date).Hour)
        .Method<JavaDate>("getMinutes", static (date, call) => Civil(call, date).Minute)
        .Method<JavaDate>("getSeconds", static (date, call) => Civil(call, date).Second)
        .Method<JavaDate>("getTimezoneOffset", static (date, call) => -CivilTime.OffsetAt(date.Millis, Local(call)) / 60_000)
        .Method<JavaDate>("toInstant", static (date, call) => call.New(Time.TimeClasses.Instant, new Time.JavaInstant(date.Millis * 1_000_000L)))
        .Method<JavaDate>("toString", static (date, call) => call.Return(Shown.Format(date.Millis, Local(call))))
        .Static("from", static call => call.New(Date!, new JavaDate(call.Object<Time.JavaInstant>(0).Millis)));

    /// <summary><c>java.sql.Timestamp</c>.</summary>
    public static readonly JavaClass Timestamp = new JavaClass("java.sql.Timestamp", Date)
        .New(static call => New(call))
        .Method<JavaDate>("getNanos", static (date, _) => CivilTime.Floor(date.Millis, 1_000).Left * 1_000_000)
        .Method<JavaDate>("toLocalDateTime", static (date, call) => call.New(Time.TimeClasses.LocalDateTime, new Time.JavaLocal(Civil(call, date).LocalMillis * 1_000_000L)))
        .Method<JavaDate>("toString", static (date, call) => call.Return(SqlText(date.Millis, Local(call))))
        .Static("valueOf", static call => call.New(Timestamp!, new JavaDate(Read(call, "yyyy-MM-dd HH:mm:ss"))));

    /// <summary><c>java.sql.Date</c>.</summary>
    public static readonly JavaClass SqlDate = new JavaClass("java.sql.Date", Date)
        .New(static call => New(call))
        .Method<JavaDate>("toString", static (date, call) => call.Return(DatePattern.Parse("yyyy-MM-dd").Format(date.Millis, Local(call))))
        .Static("valueOf", static call => call.New(SqlDate!, new JavaDate(Read(call, "yyyy-MM-dd"))));

    /// <summary><c>java.sql.Time</c>.</summary>
    public static readonly JavaClass SqlTime = new JavaClass("java.sql.Time", Date)
        .New(static call => New(call))
        .Method<JavaDate>("toString", static (date, call) => call.Return(DatePattern.Parse("HH:mm:ss").Format(date.Millis, Local(call))))
        .Static("valueOf", static call => call.New(SqlTime!, new JavaDate(Read(call, "HH:mm:ss"))));

    /// <summary><c>java.util.TimeZone</c>.</summary>
    public static readonly JavaClass TimeZone = new JavaClass("java.util.TimeZone")
        .Static("getTimeZone", static call => call.New(TimeZone!, call[0] is JavaObject { State: TimeZoneInfo zone } ? zone : TimeZones.Find(call.Text(0)) ?? TimeZoneInfo.Utc))
        .Static("getDefault", static call => call.New(TimeZone!, Local(call)))
        .Static("getAvailableIDs", static call => call.Java.Array(TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id)))
        .Method<TimeZoneInfo>("getID", static (zone, call) => call.Return(zone.Id))
        .Method<TimeZoneInfo>("getDisplayName", static (zone, call) => call.Return(zone.StandardName))
        .Method<TimeZoneInfo>("getRawOffset", static (zone, _) => zone.BaseUtcOffset.TotalMilliseconds)
        .Method<TimeZoneInfo>("getOffset", static (zone, call) => CivilTime.OffsetAt(call.Long(0), zone))
        .Method<TimeZoneInfo>("inDaylightTime", static (zone, call) => CivilTime.OffsetAt(Millis(call, 0), zone) != (long)zone.BaseUtcOffset.TotalMilliseconds)
        .Method<TimeZoneInfo>("useDaylightTime", static (zone, _) => zone.SupportsDaylightSavingTime)
        .Method<TimeZoneInfo>("toZoneId", static (zone, call) => call.New(Time.TimeClasses.ZoneId, zone))
        .Method<TimeZoneInfo>("toString", static (zone, call) => call.Return(zone.Id));

    /// <summary><c>java.util.Calendar</c>.</summary>
    public static readonly JavaClass Calendar = Constants(new JavaClass("java.util.Calendar"))
        .Static("getInstance", static call => call.New(Gregorian!, new JavaCalendar(call.Run.Environment.Time.GetUtcNow().ToUnixTimeMilliseconds(), ZoneOf(call))))
        .Method<JavaCalendar>("getTime", static (calendar, call) => call.New(Date, calendar.Date))
        .Void<JavaCalendar>("setTime", static (calendar, call) => calendar.SetMillis(Millis(call, 0)))
        .Method<JavaCalendar>("getTimeInMillis", static (calendar, _) => calendar.Date.Millis)
        .Void<JavaCalendar>("setTimeInMillis", static (calendar, call) => calendar.SetMillis(call.Long(0)))
        .Method<JavaCalendar>("getTimeZone", static (calendar, call) => call.New(TimeZone, calendar.Zone))
        .Void<JavaCalendar>("setTimeZone", static (calendar, call) => calendar.SetZone(call.Object<TimeZoneInfo>(0)))
        .Method<JavaCalendar>("get", static (calendar, call) => calendar.Get(call.Int(0)))
        .Void<JavaCalendar>("set", static (calendar, call) => Set(calendar, call))
        .Void<JavaCalendar>("add", static (calendar, call) => calendar.Add(call.Int(0), call.Long(1)))
        .Void<JavaCalendar>("roll", static (calendar, call) => Roll(calendar, call))
        .Void<JavaCalendar>("clear", static (calendar, call) => Clear(calendar, call))
        .Void<JavaCalendar>("setLenient", static (_, _) => { })
        .Void<JavaCalendar>("setFirstDayOfWeek", static (_, _) => { })
        .Method<JavaCalendar>("getFirstDayOfWeek", static (_, _) => 1)
        .Method<JavaCalendar>("getActualMaximum", static (calendar, call) => Maximum(calendar, call.Int(0)))
        .Method<JavaCalendar>("getActualMinimum", static (_, call) => call.Int(0) is JavaCalendar.DayOfMonth or JavaCalendar.DayOfYear or JavaCalendar.DayOfWeek ? 1 : 0)
        .Method<JavaCalendar>("before", static (calendar, call) => calendar.CompareTo(call.Object<JavaCalendar>(0)) < 0)
        .Method<JavaCalendar>("after", static (calendar, call) => calendar.CompareTo(call.Object<JavaCalendar>(0)) > 0)
        .Method<JavaCalendar>("compareTo", static (calendar, call) => calendar.CompareTo(call.Object<JavaCalendar>(0)))
        .Method<JavaCalendar>("clone", static (calendar, call) => call.New(Gregorian!, new JavaCalendar(calendar.Date.Millis, calendar.Zone)))
        .Method<JavaCalendar>("toInstant", static (calendar, call) => call.New(Time.TimeClasses.Instant, new Time.JavaInstant(calendar.Date.Millis * 1_000_000L)))
        .Method<JavaCalendar>("toString", static (calendar, call) => call.Return($"java.util.GregorianCalendar[time={calendar.Date.Millis}]"));

    /// <summary><c>java.util.GregorianCalendar</c>.</summary>
    public static readonly JavaClass Gregorian = new JavaClass("java.util.GregorianCalendar", Calendar)
        .New(static call => NewCalendar(call))
        .Method("isLeapYear", static call => CivilTime.DaysInMonth(call.Long(0), 2) == 29);

    /// <summary>The zone of the host.</summary>
    public static TimeZoneInfo Local(JavaCall call) => call.Run.Environment.Time.LocalTimeZone;

    /// <summary>The milliseconds of a date of Java or of the language.</summary>
    public static long Millis(JavaCall call, int index) => call[index] is JavaObject { State: JavaDate date }
        ? date.Millis
        : JavaValues.InstantOf(call[index])?.ToUnixTimeMilliseconds()
            ?? (JavaValues.NumberOf(call[index]) is { } number ? (long)number : throw call.Throw("java.lang.IllegalArgumentException", $"A date was expected, not {JavaCall.Kind(call[index])}."));

    /// <summary>A timestamp as <c>java.sql.Timestamp</c> shows it.</summary>
    public static string SqlText(long millis, TimeZoneInfo zone)
    {
        var fraction = CivilTime.Floor(millis, 1_000).Left.ToString("000", CultureInfo.InvariantCulture).TrimEnd('0');
        return $"{SqlShown.Format(millis, zone)}.{(fraction.Length == 0 ? "0" : fraction)}";
    }

    private static CivilTime Civil(JavaCall call, JavaDate date) => CivilTime.At(date.Millis, Local(call));

    private static JavaDate New(JavaCall call)
    {
        switch (call.Count)
        {
            case 0:
                return new JavaDate(call.Run.Environment.Time.GetUtcNow());
            case 1 when !JavaText.Is(call[0], out _):
                return new JavaDate(Millis(call, 0));
            case 1:
                return TypeText(call);
            default:
                return new JavaDate(new CivilTime(call.Int(0) + 1900L, call.Int(1) + 1L, call.Int(2), call.Int(3, 0), call.Int(4, 0), call.Int(5, 0)).ToInstant(Local(call)));
        }
    }

    // new Date(text) reads what the language's own dates read.
    private static JavaDate TypeText(JavaCall call) =>
        call.Run.Engine.Construct("Date", call.Text(0)) is JsDate date && !double.IsNaN(date.DateValue)
            ? new JavaDate((long)date.DateValue)
            : throw call.Throw("java.lang.IllegalArgumentException", "The text is no date.");

    private static long Read(JavaCall call, string pattern)
    {
        var text = call.Text(0);
        var zone = Local(call);
        var millis = DatePattern.Parse(pattern).Read(text, zone, call.Run.Environment.Time.GetUtcNow(), lenient: false, out var end)
            ?? throw call.Throw("java.lang.IllegalArgumentException", $"The text must look like {pattern}.");
        var fraction = end < text.Length && text[end] == '.' ? text[(end + 1)..].PadRight(3, '0')[..3] : "0";
        return int.TryParse(fraction, NumberStyles.None, CultureInfo.InvariantCulture, out var more) ? millis + more : millis;
    }

    private static TimeZoneInfo ZoneOf(JavaCall call) => call[0] is JavaObject { State: TimeZoneInfo zone } ? zone : Local(call);

    private static JavaCalendar NewCalendar(JavaCall call)
    {
        if (call.Count < 3)
        {
            return new JavaCalendar(call.Run.Environment.Time.GetUtcNow().ToUnixTimeMilliseconds(), ZoneOf(call));
        }

        var calendar = new JavaCalendar(0, Local(call));
        Set(calendar, call);
        return calendar;
    }

    private static void Set(JavaCalendar calendar, JavaCall call)
    {
        if (call.Count == 2)
        {
            calendar.Set(call.Int(0), call.Int(1));
            return;
        }

        var now = calendar.Type(call);
        calendar.Set(new CivilTime(call.Int(0), call.Int(1) + 1L, call.Int(2), call.Int(3, (int)now.Hour), call.Int(4, (int)now.Minute), call.Int(5, (int)now.Second), now.Millisecond));
    }

    private static CivilTime Type(this JavaCalendar calendar, JavaCall call) => call.Self is JavaObject ? calendar.Time : new CivilTime(1970, 1, 1);

    private static void Roll(JavaCalendar calendar, JavaCall call)
    {
        var (field, amount) = (call.Int(0), call[1] is JsBoolean up ? up.AsBoolean() ? 1 : -1 : call.Int(1));
        var (least, most) = (field is JavaCalendar.DayOfMonth or JavaCalendar.DayOfYear ? 1 : 0, Maximum(calendar, field));
        calendar.Set(field, CivilTime.Floor(calendar.Get(field) - least + amount, most - least + 1).Left + least);
    }

    private static void Clear(JavaCalendar calendar, JavaCall call)
    {
        if (call.Count == 0)
        {
            calendar.Set(new CivilTime(1970, 1, 1));
        }
        else
        {
            calendar.Set(call.Int(0), call.Int(0) is JavaCalendar.DayOfMonth ? 1 : call.Int(0) is JavaCalendar.Year ? 1970 : 0);
        }
    }

    private static long Maximum(JavaCalendar calendar, int field) => field switch
    {
        JavaCalendar.Month => 11,
        JavaCalendar.DayOfMonth => CivilTime.DaysInMonth(calendar.Time.Year, calendar.Time.Month),
        JavaCalendar.DayOfYear => CivilTime.DaysInMonth(calendar.Time.Year, 2) == 29 ? 366 : 365,
        JavaCalendar.DayOfWeek => 7,
        JavaCalendar.Hour => 11,
        JavaCalendar.HourOfDay => 23,
        JavaCalendar.Minute or JavaCalendar.Second => 59,
        JavaCalendar.Millisecond => 999,
        JavaCalendar.AmPm => 1,
        _ => 53,
    };

    private static JavaClass Constants(JavaClass type)
    {
        string[] fields =
        [
            "ERA", "YEAR", "MONTH", "WEEK_OF_YEAR", "WEEK_OF_MONTH", "DAY_OF_MONTH", "DAY_OF_YEAR", "DAY_OF_WEEK", "DAY_OF_WEEK_IN_MONTH", "AM_PM", "HOUR",
            "HOUR_OF_DAY", "MINUTE", "SECOND", "MILLISECOND", "ZONE_OFFSET", "DST_OFFSET",
        ];
        string[] months =
        [
            "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER", "UNDECIMBER",
        ];
        string[] days = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];
        foreach (var (names, first) in new[] { (fields, 0), (months, 0), (days, 1) })
        {
            for (var i = 0; i < names.Length; i++)
            {
                type.Constant(names[i], i + first);
            }
        }

        return type.Constant("DATE", 5).Constant("AM", 0).Constant("PM", 1);
    }
}
