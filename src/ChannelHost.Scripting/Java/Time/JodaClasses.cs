using ChannelHost.Scripting.Java.Text;
using ChannelHost.Scripting.Java.Util;

namespace ChannelHost.Scripting.Java.Time;

/// <summary>What scripts use of <c>org.joda.time</c>: the same states as <c>java.time</c>, under its names.</summary>
internal static class JodaClasses
{
    private static readonly JavaClass Zone = new JavaClass("org.joda.time.DateTimeZone", TimeClasses.ZoneId)
        .Static("forID", static call => call.New(Zone!, TimeZones.Find(call.Text(0)) ?? throw call.Throw("java.lang.IllegalArgumentException", $"The datetime zone id '{call.Text(0)}' is not recognised")))
        .Static("getDefault", static call => call.New(Zone!, DateClasses.Local(call)))
        .Constant("UTC", static call => call.New(Zone!, TimeZoneInfo.Utc));

    private static readonly JavaClass DateTime = new JavaClass("org.joda.time.DateTime", TimeClasses.Zoned)
        .New(static call => New(call))
        .Static("now", static call => call.New(DateTime!, New(call)))
        .Method<JavaZoned>("getMillis", static (time, _) => Millis(time))
        .Method<JavaZoned>("toDate", static (time, call) => call.New(DateClasses.Date, new JavaDate(Millis(time))))
        .Method<JavaZoned>("withZone", static (time, call) => call.New(DateTime!, time with { Zone = call.Object<TimeZoneInfo>(0) }))
        .Method<JavaZoned>("isBeforeNow", static (time, call) => Millis(time) < call.Run.Environment.Time.GetUtcNow().ToUnixTimeMilliseconds())
        .Method<JavaZoned>("isAfterNow", static (time, call) => Millis(time) > call.Run.Environment.Time.GetUtcNow().ToUnixTimeMilliseconds())
        .Method<JavaZoned>("getMonthOfYear", static (time, _) => time.Local.Civil.Month)
        .Method<JavaZoned>("getHourOfDay", static (time, _) => time.Local.Civil.Hour)
        .Method<JavaZoned>("getMinuteOfHour", static (time, _) => time.Local.Civil.Minute)
        .Method<JavaZoned>("getSecondOfMinute", static (time, _) => time.Local.Civil.Second)
        .Method<JavaZoned>("toString", static (time, call) => call.Return(
            (call[0] is JavaObject { State: DatePattern known } ? known : DatePattern.Parse(call.TextOrNull(0) ?? "yyyy-MM-dd'T'HH:mm:ss.SSSXXX")).Format(Millis(time), time.Zone)));

    private static readonly JavaClass Formatter = new JavaClass("org.joda.time.format.DateTimeFormatter")
        .Method<Format>("print", static (format, call) => call.Return(format.Pattern.Format(MillisOf(call, 0), format.Zone ?? (call[0] is JavaObject { State: JavaZoned time } ? time.Zone : DateClasses.Local(call)))))
        .Method<Format>("parseDateTime", static (format, call) => call.New(DateTime, new JavaZoned(Parse(format, call) * 1_000_000, format.Zone ?? DateClasses.Local(call))))
        .Method<Format>("parseMillis", static (format, call) => Parse(format, call))
        .Method<Format>("withZone", static (format, call) => call.New(Formatter!, format with { Zone = call.Object<TimeZoneInfo>(0) }))
        .Method<Format>("withZoneUTC", static (format, call) => call.New(Formatter!, format with { Zone = TimeZoneInfo.Utc }))
        .Method<Format>("withPivotYear", static (format, call) => call.New(Formatter!, format with { Pivot = call.Has(0) ? Math.Clamp(call.Int(0), 100, 9900) : null }))
        .Method<Format>("withLocale", static (_, call) => call.Self);

    /// <summary>The classes.</summary>
    public static readonly JavaClass[] All =
    [
        Zone, DateTime, Formatter,
        new JavaClass("org.joda.time.format.DateTimeFormat").Static("forPattern", static call => call.New(Formatter, new Format(DatePattern.Parse(call.Text(0).Replace("ZZ", "XXX", StringComparison.Ordinal)), null))),
        Amount("Days", "daysBetween", static (from, to) => (to - from) / CivilTime.DayLength),
        Amount("Hours", "hoursBetween", static (from, to) => (to - from) / 3_600_000),
        Amount("Minutes", "minutesBetween", static (from, to) => (to - from) / 60_000),
        Amount("Seconds", "secondsBetween", static (from, to) => (to - from) / 1_000),
        Amount("Months", "monthsBetween", static (from, to) => JavaPeriod.Between(CivilTime.FromLocal(from), CivilTime.FromLocal(to)) is var period ? (period.Years * 12) + period.Months : 0),
        Amount("Years", "yearsBetween", static (from, to) => JavaPeriod.Between(CivilTime.FromLocal(from), CivilTime.FromLocal(to)).Years),
    ];

    private static JavaClass Amount(string name, string between, Func<long, long, long> count)
    {
        var type = new JavaClass("org.joda.time." + name);
        return type
            .Static(between, call => call.New(type, new Counted(count(LocalMillis(call, 0), LocalMillis(call, 1)))))
            .Method<Counted>("get" + name, static (counted, _) => counted.Number);
    }

    private static JavaZoned New(JavaCall call)
    {
        var zone = call.Count > 0 && call[call.Count - 1] is JavaObject { State: TimeZoneInfo given } ? given : DateClasses.Local(call);
        if (call.Has(0) && call[0] is not JavaObject { State: TimeZoneInfo })
        {
            return JavaText.Is(call[0], out var text)
                ? TimeText.ParseZoned(call, text, TimeText.IsoZoned)
                : new JavaZoned(MillisOf(call, 0) * 1_000_000, zone);
        }

        return new JavaZoned(call.Run.Environment.Time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000, zone);
    }

    private static long Parse(Format format, JavaCall call)
    {
        var text = call.Text(0);

        // Years of two digits are those from 50 before the pivot on; the pattern takes those from 80 before the present on.
        var present = format.Pivot is { } pivot ? new DateTimeOffset(pivot + 30, 1, 1, 0, 0, 0, TimeSpan.Zero) : call.Run.Environment.Time.GetUtcNow();
        var millis = format.Pattern.Read(text, format.Zone ?? DateClasses.Local(call), present, lenient: false, out var end);
        return millis is { } read && end == text.Length
            ? read
            : throw call.Throw("java.lang.IllegalArgumentException", $"Invalid format: \"{text}\"");
    }

    private static long Millis(JavaZoned time) => CivilTime.Floor(time.Nanos, 1_000_000).Whole;

    private static long MillisOf(JavaCall call, int index) => call[index] is JavaObject { State: JavaZoned time } ? Millis(time) : DateClasses.Millis(call, index);

    private static long LocalMillis(JavaCall call, int index) => call[index] is JavaObject { State: JavaZoned time } ? time.Local.Civil.LocalMillis : DateClasses.Millis(call, index);

    private sealed record Format(DatePattern Pattern, TimeZoneInfo? Zone)
    {
        public int? Pivot { get; init; }
    }

    private sealed record Counted(long Number);
}
