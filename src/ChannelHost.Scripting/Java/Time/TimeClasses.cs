using System.Globalization;
using ChannelHost.Scripting.Java.Text;
using ChannelHost.Scripting.Java.Util;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Java.Time;

/// <summary><c>java.time</c>: dates and times of a wall clock, instants, zones, durations.</summary>
internal static class TimeClasses
{
    private const long NanosPerMilli = 1_000_000;
    private const long NanosPerDay = CivilTime.DayLength * NanosPerMilli;

    private static readonly (string Unit, long Nanos)[] Units =
    [
        ("Nanos", 1), ("Micros", 1_000), ("Millis", NanosPerMilli), ("Seconds", 1_000_000_000), ("Minutes", 60_000_000_000), ("Hours", 3_600_000_000_000),
        ("HalfDays", 12 * 3_600_000_000_000), ("Days", NanosPerDay), ("Weeks", 7 * NanosPerDay),
    ];

    /// <summary><c>java.time.temporal.ChronoUnit</c>.</summary>
    public static readonly JavaClass ChronoUnit = Lang.JavaEnum.Define(
            "java.time.temporal.ChronoUnit", [.. Units.Select(unit => unit.Unit == "HalfDays" ? "HALF_DAYS" : unit.Unit.ToUpperInvariant()), "MONTHS", "YEARS", "DECADES", "CENTURIES"])
        .Method<Lang.JavaEnumValue>("between", static (unit, call) => Between(call, unit, call[0], call[1]));

    /// <summary><c>java.time.DayOfWeek</c>.</summary>
    public static readonly JavaClass DayOfWeek = Lang.JavaEnum.Define("java.time.DayOfWeek", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
        .Method<Lang.JavaEnumValue>("getValue", static (day, _) => day.Ordinal + 1);

    /// <summary><c>java.time.Month</c>.</summary>
    public static readonly JavaClass Month = Lang.JavaEnum.Define(
            "java.time.Month", "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER")
        .Method<Lang.JavaEnumValue>("getValue", static (month, _) => month.Ordinal + 1);

    /// <summary><c>java.time.ZoneId</c>.</summary>
    public static readonly JavaClass ZoneId = new JavaClass("java.time.ZoneId")
        .Static("of", static call => call.New(ZoneId!, Zone(call, call.Text(0))))
        .Static("systemDefault", static call => call.New(ZoneId!, DateClasses.Local(call)))
        .Method<TimeZoneInfo>("getId", static (zone, call) => call.Return(ZoneName(zone)))
        .Method<TimeZoneInfo>("toString", static (zone, call) => call.Return(ZoneName(zone)));

    /// <summary><c>java.time.ZoneOffset</c>.</summary>
    public static readonly JavaClass ZoneOffset = new JavaClass("java.time.ZoneOffset", ZoneId)
        .Static("of", static call => call.New(ZoneOffset!, Zone(call, call.Text(0))))
        .Static("ofHours", static call => call.New(ZoneOffset!, TimeZones.Find("GMT" + TimeZones.Offset(call.Int(0) * 60, ":"))!))
        .Constant("UTC", static call => call.New(ZoneOffset!, TimeZoneInfo.Utc));

    /// <summary><c>java.time.Duration</c>.</summary>
    public static readonly JavaClass Duration = Durations(new JavaClass("java.time.Duration"))
        .Static("between", static call => call.New(Duration!, new JavaSpan(NanosOf(call, 1) - NanosOf(call, 0))))
        .Method<JavaSpan>("plus", static (span, call) => call.New(Duration!, new JavaSpan(span.Nanos + call.Object<JavaSpan>(0).Nanos)))
        .Method<JavaSpan>("minus", static (span, call) => call.New(Duration!, new JavaSpan(span.Nanos - call.Object<JavaSpan>(0).Nanos)))
        .Method<JavaSpan>("isNegative", static (span, _) => span.Nanos < 0)
        .Method<JavaSpan>("isZero", static (span, _) => span.Nanos == 0)
        .Method<JavaSpan>("abs", static (span, call) => call.New(Duration!, new JavaSpan(Math.Abs(span.Nanos))))
        .Method<JavaSpan>("getSeconds", static (span, _) => CivilTime.Floor(span.Nanos, 1_000_000_000).Whole)
        .Method<JavaSpan>("compareTo", static (span, call) => span.Nanos.CompareTo(call.Object<JavaSpan>(0).Nanos))
        .Method<JavaSpan>("toString", static (span, call) => call.Return(System.Xml.XmlConvert.ToString(TimeSpan.FromTicks(span.Nanos / 100)) is var text && span.Nanos == 0 ? "PT0S" : text))
        .Constant("ZERO", static call => call.New(Duration!, new JavaSpan(0)));

    /// <summary><c>java.time.Instant</c>.</summary>
    public static readonly JavaClass Instant = Moves<JavaInstant>(new JavaClass("java.time.Instant"), static (instant, _, nanos) => new JavaInstant(instant.Nanos + nanos), null)
        .Static("now", static call => call.New(Instant!, new JavaInstant(NowNanos(call))))
        .Static("ofEpochMilli", static call => call.New(Instant!, new JavaInstant(call.Long(0) * NanosPerMilli)))
        .Static("ofEpochSecond", static call => call.New(Instant!, new JavaInstant(call.Long(0) * 1_000 * NanosPerMilli)))
        .Static("parse", static call => call.New(Instant!, new JavaInstant(TimeText.ParseZoned(call, call.Text(0), TimeText.IsoZoned).Nanos)))
        .Static("from", static call => call.New(Instant!, new JavaInstant(NanosOf(call, 0))))
        .Method<JavaInstant>("toEpochMilli", static (instant, _) => instant.Millis)
        .Method<JavaInstant>("getEpochSecond", static (instant, _) => CivilTime.Floor(instant.Nanos, 1_000_000_000).Whole)
        .Method<JavaInstant>("getNano", static (instant, _) => CivilTime.Floor(instant.Nanos, 1_000_000_000).Left)
        .Method<JavaInstant>("atZone", static (instant, call) => call.New(Zoned!, new JavaZoned(instant.Nanos, call.Object<TimeZoneInfo>(0))))
        .Method<JavaInstant>("atOffset", static (instant, call) => call.New(Zoned!, new JavaZoned(instant.Nanos, call.Object<TimeZoneInfo>(0))))
        .Method<JavaInstant>("toString", static (instant, call) => call.Return(TimeText.Iso(new JavaLocal(instant.Nanos), secondsAlways: true) + "Z"));

    /// <summary><c>java.time.LocalDateTime</c>.</summary>
    public static readonly JavaClass LocalDateTime = Local("java.time.LocalDateTime", static call => call.New(LocalDateTime!, Read(call, TimeText.IsoLocal)))
        .Static("of", static call => call.New(LocalDateTime!, Of(call, hasDate: true)))
        .Static("now", static call => call.New(LocalDateTime!, Now(call)))
        .Static("ofInstant", static call => call.New(LocalDateTime!, new JavaZoned(NanosOf(call, 0), call.Object<TimeZoneInfo>(1)).Local))
        .Method<JavaLocal>("atZone", static (local, call) => call.New(Zoned!, AtZone(local, call.Object<TimeZoneInfo>(0))))
        .Method<JavaLocal>("atOffset", static (local, call) => call.New(Zoned!, AtZone(local, call.Object<TimeZoneInfo>(0))))
        .Method<JavaLocal>("toInstant", static (local, call) => call.New(Instant, new JavaInstant(AtZone(local, call.Object<TimeZoneInfo>(0)).Nanos)))
        .Method<JavaLocal>("toLocalDate", static (local, call) => call.New(LocalDate!, Day(local)))
        .Method<JavaLocal>("toLocalTime", static (local, call) => call.New(LocalTime!, new JavaLocal(CivilTime.Floor(local.Nanos, NanosPerDay).Left)))
        .Method<JavaLocal>("toString", static (local, call) => call.Return(TimeText.Iso(local, secondsAlways: false)));

    /// <summary><c>java.time.LocalDate</c>.</summary>
    public static readonly JavaClass LocalDate = Local("java.time.LocalDate", static call => call.New(LocalDate!, Day(Read(call, TimeText.IsoDate))))
        .Static("of", static call => call.New(LocalDate!, Day(Of(call, hasDate: true))))
        .Static("now", static call => call.New(LocalDate!, Day(Now(call))))
        .Static("ofEpochDay", static call => call.New(LocalDate!, new JavaLocal(call.Long(0) * NanosPerDay)))
        .Method<JavaLocal>("toEpochDay", static (local, _) => local.Civil.DayNumber)
        .Method<JavaLocal>("atStartOfDay", static (local, call) => call.Has(0) ? call.New(Zoned!, AtZone(local, call.Object<TimeZoneInfo>(0))) : call.New(LocalDateTime, local))
        .Method<JavaLocal>("atTime", static (local, call) => call.New(LocalDateTime, new JavaLocal(local.Nanos + (call[0] is JavaObject { State: JavaLocal time } ? time.Nanos : ((call.Int(0) * 3_600L) + (call.Int(1) * 60) + call.Int(2, 0)) * 1_000_000_000))))
        .Method<JavaLocal>("lengthOfMonth", static (local, _) => CivilTime.DaysInMonth(local.Civil.Year, local.Civil.Month))
        .Method<JavaLocal>("isLeapYear", static (local, _) => CivilTime.DaysInMonth(local.Civil.Year, 2) == 29)
        .Method<JavaLocal>("toString", static (local, call) => call.Return(TimeText.IsoDate.Format(new JavaZoned(local.Nanos, TimeZoneInfo.Utc))));

    /// <summary><c>java.time.LocalTime</c>.</summary>
    public static readonly JavaClass LocalTime = Local("java.time.LocalTime", static call => call.New(LocalTime!, Read(call, TimeText.IsoTime)))
        .Static("of", static call => call.New(LocalTime!, Of(call, hasDate: false)))
        .Static("now", static call => call.New(LocalTime!, new JavaLocal(CivilTime.Floor(Now(call).Nanos, NanosPerDay).Left)))
        .Method<JavaLocal>("toString", static (local, call) => call.Return(TimeText.Iso(local, secondsAlways: false)[11..]));

    /// <summary><c>java.time.ZonedDateTime</c>.</summary>
    public static readonly JavaClass Zoned = ZonedClass("java.time.ZonedDateTime");

    /// <summary><c>java.time.OffsetDateTime</c>.</summary>
    public static readonly JavaClass Offset = ZonedClass("java.time.OffsetDateTime");

    /// <summary><c>java.time.Period</c>.</summary>
    public static readonly JavaClass Period = new JavaClass("java.time.Period")
        .Static("between", static call => call.New(Period!, JavaPeriod.Between(call.Object<JavaLocal>(0).Civil, call.Object<JavaLocal>(1).Civil)))
        .Method<JavaPeriod>("getYears", static (period, _) => period.Years)
        .Method<JavaPeriod>("getMonths", static (period, _) => period.Months)
        .Method<JavaPeriod>("getDays", static (period, _) => period.Days)
        .Method<JavaPeriod>("toTotalMonths", static (period, _) => (period.Years * 12) + period.Months)
        .Method<JavaPeriod>("toString", static (period, call) => call.Return(period.ToString()));

    /// <summary><c>java.time.format.DateTimeFormatter</c>.</summary>
    public static readonly JavaClass Formatter = TimeText.Define();

    /// <summary>The classes.</summary>
    public static readonly JavaClass[] All =
        [ChronoUnit, DayOfWeek, Month, ZoneId, ZoneOffset, Duration, Instant, LocalDateTime, LocalDate, LocalTime, Zoned, Offset, Period, Formatter];

    /// <summary>The wall clock's reading that a time of any kind stands for, and its zone.</summary>
    public static JavaZoned Shown(JavaCall call, JsValue value) => value switch
    {
        JavaObject { State: JavaLocal local } => new JavaZoned(local.Nanos, TimeZoneInfo.Utc),
        JavaObject { State: JavaZoned zoned } => zoned,
        JavaObject { State: JavaInstant instant } => new JavaZoned(instant.Nanos, TimeZoneInfo.Utc),
        _ => throw call.Throw("java.time.DateTimeException", $"A time was expected, not {JavaCall.Kind(value)}."),
    };

    /// <summary>A wall clock's reading in a zone.</summary>
    public static JavaZoned AtZone(JavaLocal local, TimeZoneInfo zone) =>
        new((local.Civil.ToInstant(zone) * NanosPerMilli) + CivilTime.Floor(local.Nanos, NanosPerMilli).Left, zone);

    private static JavaClass Local(string name, Func<JavaCall, JsValue> parse) =>
        Fields<JavaLocal>(Moves<JavaLocal>(new JavaClass(name), static (local, _, nanos) => new JavaLocal(local.Nanos + nanos), static (local, months) => AddMonths(local, months)), static local => local)
            .Static("parse", parse)
            .Method<JavaLocal>("format", static (local, call) => call.Return(call.Object<TimeText>(0).Format(new JavaZoned(local.Nanos, TimeZoneInfo.Utc))));

    private static JavaClass ZonedClass(string name)
    {
        var type = Fields<JavaZoned>(
            Moves<JavaZoned>(
                new JavaClass(name),
                static (zoned, isDays, nanos) => isDays ? AtZone(new JavaLocal(zoned.Local.Nanos + nanos), zoned.Zone) : zoned with { Nanos = zoned.Nanos + nanos },
                static (zoned, months) => AtZone(AddMonths(zoned.Local, months), zoned.Zone)),
            static zoned => zoned.Local);
        return type
            .Static("now", call => call.New(type, new JavaZoned(NowNanos(call), call[0] is JavaObject { State: TimeZoneInfo zone } ? zone : DateClasses.Local(call))))
            .Static("parse", call => call.New(type, TimeText.ParseZoned(call, call.Text(0), call[1] is JavaObject { State: TimeText format } ? format : TimeText.IsoZoned)))
            .Static("ofInstant", call => call.New(type, new JavaZoned(NanosOf(call, 0), call.Object<TimeZoneInfo>(1))))
            .Static("of", call => call.New(type, call[0] is JavaObject { State: JavaLocal local }
                ? AtZone(call.Count > 2 ? new JavaLocal(local.Nanos + call.Object<JavaLocal>(1).Nanos) : local, call.Object<TimeZoneInfo>(call.Count - 1))
                : AtZone(Of(call, hasDate: true), call.Object<TimeZoneInfo>(call.Count - 1))))
            .Method<JavaZoned>("format", static (zoned, call) => call.Return(call.Object<TimeText>(0).Format(zoned)))
            .Method<JavaZoned>("toInstant", static (zoned, call) => call.New(Instant, new JavaInstant(zoned.Nanos)))
            .Method<JavaZoned>("toEpochSecond", static (zoned, _) => CivilTime.Floor(zoned.Nanos, 1_000_000_000).Whole)
            .Method<JavaZoned>("toLocalDateTime", static (zoned, call) => call.New(LocalDateTime, zoned.Local))
            .Method<JavaZoned>("toLocalDate", static (zoned, call) => call.New(LocalDate, Day(zoned.Local)))
            .Method<JavaZoned>("toString", static (zoned, call) => call.Return(TimeText.Shown(zoned)))
            .Method<JavaZoned>("getZone", static (zoned, call) => call.New(ZoneId, zoned.Zone))
            .Method<JavaZoned>("withZoneSameInstant", (zoned, call) => call.New(type, zoned with { Zone = call.Object<TimeZoneInfo>(0) }))
            .Method<JavaZoned>("withZoneSameLocal", (zoned, call) => call.New(type, AtZone(zoned.Local, call.Object<TimeZoneInfo>(0))))
            .Method<JavaZoned>("withOffsetSameInstant", (zoned, call) => call.New(type, zoned with { Zone = call.Object<TimeZoneInfo>(0) }))
            .Method<JavaZoned>("toString", static (zoned, call) => call.Return(TimeText.Shown(zoned)));
    }

    // plusDays, minusMonths ...; plus(amount, unit) and plus(duration); comparisons.
    private static JavaClass Moves<T>(JavaClass type, Func<T, bool, long, T> move, Func<T, long, T>? addMonths)
        where T : struct, IComparable
    {
        T Add(T time, JavaCall call, string unit, long amount) => unit switch
        {
            "Months" or "Years" or "Decades" or "Centuries" when addMonths is not null => addMonths(time, amount * (unit switch { "Months" => 1, "Years" => 12, "Decades" => 120, _ => 1_200 })),
            _ => move(time, unit is "Days" or "Weeks", checked(amount * UnitNanos(call, unit))),
        };
        foreach (var unit in Units.Select(known => known.Unit).Concat(addMonths is null ? [] : ["Months", "Years"]))
        {
            type.Method<T>("plus" + unit, (time, call) => call.New(type, Add(time, call, unit, call.Long(0))));
            type.Method<T>("minus" + unit, (time, call) => call.New(type, Add(time, call, unit, -call.Long(0))));
        }

        T Shift(T time, JavaCall call, int sign) => call[0] is JavaObject { State: JavaSpan span }
            ? move(time, false, sign * span.Nanos)
            : Add(time, call, Unit(call.Object<Lang.JavaEnumValue>(1)), sign * call.Long(0));
        return type
            .Method<T>("plus", (time, call) => call.New(type, Shift(time, call, 1)))
            .Method<T>("minus", (time, call) => call.New(type, Shift(time, call, -1)))
            .Method<T>("until", static (time, call) => Between(call, call.Object<Lang.JavaEnumValue>(1), call.Self, call[0]))
            .Method<T>("isBefore", static (time, call) => time.CompareTo(call.Object<T>(0)) < 0)
            .Method<T>("isAfter", static (time, call) => time.CompareTo(call.Object<T>(0)) > 0)
            .Method<T>("isEqual", static (time, call) => time.CompareTo(call.Object<T>(0)) == 0)
            .Method<T>("compareTo", static (time, call) => time.CompareTo(call.Object<T>(0)))
            .Method<T>("truncatedTo", (time, call) => call.New(type, Truncate(time, call, move)));
    }

    private static T Truncate<T>(T time, JavaCall call, Func<T, bool, long, T> move)
        where T : struct
    {
        var nanos = Shown(call, call.Self).Local.Nanos;
        return move(time, false, -CivilTime.Floor(nanos, UnitNanos(call, Unit(call.Object<Lang.JavaEnumValue>(0)))).Left);
    }

    private static JavaClass Fields<T>(JavaClass type, Func<T, JavaLocal> local)
        where T : notnull => type
        .Method<T>("getYear", (time, _) => local(time).Civil.Year)
        .Method<T>("getMonthValue", (time, _) => local(time).Civil.Month)
        .Method<T>("getMonth", (time, call) => Month.FindConstant(MonthName(local(time).Civil.Month))!(call))
        .Method<T>("getDayOfMonth", (time, _) => local(time).Civil.Day)
        .Method<T>("getDayOfYear", (time, _) => local(time).Civil.DayOfYear)
        .Method<T>("getDayOfWeek", (time, call) => DayOfWeek.FindConstant(CultureInfo.InvariantCulture.DateTimeFormat.DayNames[local(time).Civil.IsoDayOfWeek % 7].ToUpperInvariant())!(call))
        .Method<T>("getHour", (time, _) => local(time).Civil.Hour)
        .Method<T>("getMinute", (time, _) => local(time).Civil.Minute)
        .Method<T>("getSecond", (time, _) => local(time).Civil.Second)
        .Method<T>("getNano", (time, _) => local(time).Nano)
        .Method<T>("withYear", (time, call) => With(type, call, time, local(time), civil => civil with { Year = call.Int(0) }))
        .Method<T>("withMonth", (time, call) => With(type, call, time, local(time), civil => civil with { Month = call.Int(0) }))
        .Method<T>("withDayOfMonth", (time, call) => With(type, call, time, local(time), civil => civil with { Day = call.Int(0) }))
        .Method<T>("withHour", (time, call) => With(type, call, time, local(time), civil => civil with { Hour = call.Int(0) }))
        .Method<T>("withMinute", (time, call) => With(type, call, time, local(time), civil => civil with { Minute = call.Int(0) }))
        .Method<T>("withSecond", (time, call) => With(type, call, time, local(time), civil => civil with { Second = call.Int(0) }))
        .Method<T>("withNano", (time, call) => With(type, call, time, new JavaLocal(local(time).Nanos - local(time).Nano), civil => civil with { Millisecond = call.Int(0) / 1_000_000 }));

    private static JsValue With(JavaClass type, JavaCall call, object time, JavaLocal local, Func<CivilTime, CivilTime> change)
    {
        var changed = new JavaLocal((change(local.Civil).LocalMillis * NanosPerMilli) + CivilTime.Floor(local.Nanos, NanosPerMilli).Left);
        return call.New(type, time is JavaZoned zoned ? AtZone(changed, zoned.Zone) : changed);
    }

    private static JavaClass Durations(JavaClass type)
    {
        foreach (var (unit, nanos) in Units)
        {
            type.Static("of" + unit, call => call.New(type, new JavaSpan(checked(call.Long(0) * nanos))));
            type.Method<JavaSpan>("to" + unit, (span, _) => (double)(span.Nanos / nanos));
            type.Method<JavaSpan>("plus" + unit, (span, call) => call.New(type, new JavaSpan(span.Nanos + (call.Long(0) * nanos))));
            type.Method<JavaSpan>("minus" + unit, (span, call) => call.New(type, new JavaSpan(span.Nanos - (call.Long(0) * nanos))));
        }

        return type;
    }

    private static JavaLocal AddMonths(JavaLocal local, long months)
    {
        var civil = local.Civil;
        var (year, month) = CivilTime.Floor((civil.Year * 12) + civil.Month - 1 + months, 12);
        var moved = civil with { Year = year, Month = month + 1, Day = Math.Min(civil.Day, CivilTime.DaysInMonth(year, month + 1)) };
        return new JavaLocal((moved.LocalMillis * NanosPerMilli) + CivilTime.Floor(local.Nanos, NanosPerMilli).Left);
    }

    private static JsValue Between(JavaCall call, Lang.JavaEnumValue unit, JsValue from, JsValue to)
    {
        var (start, end) = (Shown(call, from), Shown(call, to));
        if (Unit(unit) is "Months" or "Years" or "Decades" or "Centuries")
        {
            var period = JavaPeriod.Between(start.Local.Civil, end.Local.Civil);
            return Math.Truncate(((period.Years * 12d) + period.Months) / (Unit(unit) switch { "Months" => 1, "Years" => 12, "Decades" => 120, _ => 1_200 }));
        }

        return Math.Truncate((double)(end.Nanos - start.Nanos) / UnitNanos(call, Unit(unit)));
    }

    private static string Unit(Lang.JavaEnumValue unit) => unit.Ordinal < Units.Length ? Units[unit.Ordinal].Unit : unit.Name[0] + unit.Name[1..].ToLowerInvariant();

    private static long UnitNanos(JavaCall call, string unit) =>
        Array.Find(Units, known => known.Unit == unit) is { Unit: not null } found ? found.Nanos : throw call.Throw("java.time.DateTimeException", $"Unsupported unit: {unit}");

    private static string MonthName(long month) => CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[(int)month - 1].ToUpperInvariant();

    private static TimeZoneInfo Zone(JavaCall call, string id) => TimeZones.Find(id) ?? throw call.Throw("java.time.DateTimeException", $"Unknown time-zone ID: {id}");

    private static string ZoneName(TimeZoneInfo zone) => zone.Equals(TimeZoneInfo.Utc) ? "Z" : zone.Id.StartsWith("GMT", StringComparison.Ordinal) && zone.Id.Length > 3 ? zone.Id[3..] : zone.Id;

    private static long NowNanos(JavaCall call) => (call.Run.Environment.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static JavaLocal Now(JavaCall call) =>
        new JavaZoned(NowNanos(call), call[0] is JavaObject { State: TimeZoneInfo zone } ? zone : DateClasses.Local(call)).Local;

    private static JavaLocal Day(JavaLocal local) => new(CivilTime.Floor(local.Nanos, NanosPerDay).Whole * NanosPerDay);

    private static long NanosOf(JavaCall call, int index) => Shown(call, call[index]).Nanos;

    private static JavaLocal Read(JavaCall call, TimeText otherwise) =>
        TimeText.ParseZoned(call, call.Text(0), call[1] is JavaObject { State: TimeText format } ? format : otherwise, TimeZoneInfo.Utc).Local;

    private static JavaLocal Of(JavaCall call, bool hasDate)
    {
        if (hasDate && call[0] is JavaObject { State: JavaLocal date })
        {
            return new JavaLocal(date.Nanos + call.Object<JavaLocal>(1).Nanos);
        }

        var month = call[1] is JavaObject { State: Lang.JavaEnumValue named } ? named.Ordinal + 1 : call.Int(1);
        var civil = hasDate
            ? new CivilTime(call.Int(0), month, call.Int(2), Part(call, 3), Part(call, 4), Part(call, 5))
            : new CivilTime(1970, 1, 1, call.Int(0), call.Int(1), Part(call, 2));
        return CivilTime.FromLocal(civil.LocalMillis) == civil
            ? new JavaLocal((civil.LocalMillis * NanosPerMilli) + Part(call, hasDate ? 6 : 3))
            : throw call.Throw("java.time.DateTimeException", "Invalid value for a date or time.");
    }

    // A zone may stand after the numbers.
    private static int Part(JavaCall call, int index) => call.Has(index) && call[index] is not JavaObject { State: TimeZoneInfo } ? TypeConverter.ToInt32(call[index]) : 0;
}
