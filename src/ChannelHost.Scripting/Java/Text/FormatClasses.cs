using System.Globalization;
using ChannelHost.Scripting.Java.Numbers;
using ChannelHost.Scripting.Java.Util;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Text;

/// <summary><c>java.text</c>.</summary>
internal static class FormatClasses
{
    /// <summary><c>java.text.ParsePosition</c>.</summary>
    public static readonly JavaClass ParsePosition = new JavaClass("java.text.ParsePosition")
        .New(static call => new Place { Index = call.Int(0) })
        .Method<Place>("getIndex", static (place, _) => place.Index)
        .Method<Place>("getErrorIndex", static (place, _) => place.Error);

    /// <summary><c>java.text.DateFormat</c>.</summary>
    public static readonly JavaClass DateFormat = new JavaClass("java.text.DateFormat")
        .Method<DateState>("format", static (state, call) => call.Return(state.Pattern.Format(DateClasses.Millis(call, 0), state.Zone)))
        .Method<DateState>("parse", static (state, call) => Parse(state, call))
        .Void<DateState>("setLenient", static (state, call) => state.IsLenient = call.Flag(0))
        .Method<DateState>("isLenient", static (state, _) => state.IsLenient)
        .Void<DateState>("setTimeZone", static (state, call) => state.Zone = call.Object<TimeZoneInfo>(0))
        .Method<DateState>("getTimeZone", static (state, call) => call.New(DateClasses.TimeZone, state.Zone));

    /// <summary><c>java.text.SimpleDateFormat</c>.</summary>
    public static readonly JavaClass SimpleDateFormat = new JavaClass("java.text.SimpleDateFormat", DateFormat)
        .New(static call => new DateState(Pattern(call, call.TextOrNull(0) ?? "M/d/yy, h:mm a", call[1]), DateClasses.Local(call)))
        .Void<DateState>("applyPattern", static (state, call) => state.Pattern = Pattern(call, call.Text(0), JsValue.Undefined))
        .Method<DateState>("toPattern", static (state, call) => call.Return(state.Pattern.Source))
        .Method<DateState>("toString", static (state, call) => call.Return($"java.text.SimpleDateFormat {state.Pattern.Source}"));

    /// <summary><c>java.text.NumberFormat</c>.</summary>
    public static readonly JavaClass NumberFormat = new JavaClass("java.text.NumberFormat")
        .Method<DecimalPattern>("format", static (pattern, call) => call.Return(pattern.Format(call)))
        .Method<DecimalPattern>("parse", static (pattern, call) => pattern.Parse(call))
        .Void<DecimalPattern>("setMaximumFractionDigits", static (pattern, call) => pattern.SetMaximumFraction(call.Int(0)))
        .Void<DecimalPattern>("setMinimumFractionDigits", static (pattern, call) => pattern.SetMinimumFraction(call.Int(0)))
        .Void<DecimalPattern>("setMinimumIntegerDigits", static (pattern, call) => pattern.MinimumWhole = Math.Clamp(call.Int(0), 0, 400))
        .Void<DecimalPattern>("setGroupingUsed", static (pattern, call) => pattern.Grouping = call.Flag(0) ? 3 : 0)
        .Void<DecimalPattern>("setRoundingMode", static (pattern, call) => pattern.Rounding = DecimalClasses.Rounding(call, 0))
        .Static("getInstance", static call => call.New(DecimalFormat!, DecimalPattern.Read(call, "#,##0.###")))
        .Static("getNumberInstance", static call => call.New(DecimalFormat!, DecimalPattern.Read(call, "#,##0.###")))
        .Static("getIntegerInstance", static call => call.New(DecimalFormat!, DecimalPattern.Read(call, "#,##0")))
        .Static("getPercentInstance", static call => call.New(DecimalFormat!, DecimalPattern.Read(call, "#,##0%")))
        .Static("getCurrencyInstance", static call => call.New(DecimalFormat!, DecimalPattern.Read(call, "$#,##0.00")));

    /// <summary><c>java.text.DecimalFormat</c>.</summary>
    public static readonly JavaClass DecimalFormat = new JavaClass("java.text.DecimalFormat", NumberFormat)
        .New(static call => DecimalPattern.Read(call, call.TextOrNull(0) ?? "#,##0.###"))
        .Method<DecimalPattern>("toPattern", static (pattern, call) => call.Return(pattern.Source));

    private static DatePattern Pattern(JavaCall call, string pattern, JsValue locale) =>
        DatePattern.Parse(pattern, locale is JavaObject { State: CultureInfo culture } ? culture : null);

    private static JsValue Parse(DateState state, JavaCall call)
    {
        var text = call.Text(0);
        var place = call[1] is JavaObject { State: Place given } ? given : null;
        var start = place?.Index ?? 0;
        var millis = state.Pattern.Read(text[start..], state.Zone, call.Run.Environment.Time.GetUtcNow(), state.IsLenient, out var end);
        if (place is not null)
        {
            (place.Index, place.Error) = millis is null ? (start, start + end) : (start + end, -1);
            return millis is { } found ? call.New(DateClasses.Date, new JavaDate(found)) : JsValue.Null;
        }

        return millis is { } read
            ? call.New(DateClasses.Date, new JavaDate(read))
            : throw call.Throw("java.text.ParseException", $"Unparseable date: \"{text}\"");
    }

    private sealed class Place
    {
        public int Index { get; set; }

        public int Error { get; set; } = -1;
    }

    private sealed class DateState(DatePattern pattern, TimeZoneInfo zone)
    {
        public DatePattern Pattern { get; set; } = pattern;

        public TimeZoneInfo Zone { get; set; } = zone;

        public bool IsLenient { get; set; } = true;
    }
}
