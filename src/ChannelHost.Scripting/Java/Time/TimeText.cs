using System.Globalization;
using ChannelHost.Scripting.Java.Text;
using ChannelHost.Scripting.Java.Util;

namespace ChannelHost.Scripting.Java.Time;

/// <summary>The state of <c>java.time.format.DateTimeFormatter</c>: a pattern, strict where <c>SimpleDateFormat</c> is lenient. Optional parts stand in brackets.</summary>
internal sealed class TimeText
{
    /// <summary><c>ISO_LOCAL_DATE_TIME</c>.</summary>
    public static readonly TimeText IsoLocal = new("yyyy-MM-dd'T'HH:mm[:ss][.S]");

    /// <summary><c>ISO_LOCAL_DATE</c>.</summary>
    public static readonly TimeText IsoDate = new("yyyy-MM-dd");

    /// <summary><c>ISO_LOCAL_TIME</c>.</summary>
    public static readonly TimeText IsoTime = new("HH:mm[:ss][.S]");

    /// <summary><c>ISO_OFFSET_DATE_TIME</c>.</summary>
    public static readonly TimeText IsoZoned = new("yyyy-MM-dd'T'HH:mm[:ss][.S]XXX");

    private readonly string _source;
    private readonly string[] _forms;
    private readonly TimeZoneInfo? _zone;

    private TimeText(string source, TimeZoneInfo? zone = null)
    {
        _source = source;
        _zone = zone;
        _forms = [.. Forms(source)];
    }

    /// <summary><c>java.time.format.DateTimeFormatter</c>.</summary>
    public static JavaClass Define()
    {
        var type = new JavaClass("java.time.format.DateTimeFormatter");
        return type
            .Static("ofPattern", call => call.New(type, Checked(call, call.Text(0))))
            .Method<TimeText>("format", static (format, call) => call.Return(format.Format(TimeClasses.Shown(call, call[0]))))
            .Method<TimeText>("withZone", (format, call) => call.New(type, new TimeText(format._source, call.Object<TimeZoneInfo>(0))))
            .Method<TimeText>("withLocale", static (_, call) => call.Self)
            .Method<TimeText>("toString", static (format, call) => call.Return(format._source))
            .Constant("ISO_LOCAL_DATE_TIME", call => call.New(type, IsoLocal))
            .Constant("ISO_DATE_TIME", call => call.New(type, new TimeText("yyyy-MM-dd'T'HH:mm[:ss][.S][XXX]")))
            .Constant("ISO_LOCAL_DATE", call => call.New(type, IsoDate))
            .Constant("ISO_DATE", call => call.New(type, IsoDate))
            .Constant("ISO_LOCAL_TIME", call => call.New(type, IsoTime))
            .Constant("ISO_OFFSET_DATE_TIME", call => call.New(type, IsoZoned))
            .Constant("ISO_ZONED_DATE_TIME", call => call.New(type, IsoZoned))
            .Constant("ISO_INSTANT", call => call.New(type, new TimeText("yyyy-MM-dd'T'HH:mm:ss[.S]X", TimeZoneInfo.Utc)))
            .Constant("BASIC_ISO_DATE", call => call.New(type, new TimeText("yyyyMMdd")));
    }

    /// <summary>Reads a time with or without a zone.</summary>
    public static JavaZoned ParseZoned(JavaCall call, string text, TimeText format, TimeZoneInfo? otherwise = null)
    {
        var zone = format._zone ?? otherwise ?? DateClasses.Local(call);
        foreach (var form in format._forms)
        {
            // Java's fraction is one of a second, of any length; that of the pattern reader is a number of milliseconds.
            var (plain, nanos) = form.Contains(".S", StringComparison.Ordinal) ? TakeFraction(text) : (text, 0);
            var pattern = Without(form);
            if (nanos >= 0 && DatePattern.Parse(pattern).Read(plain, otherwise is null ? zone : TimeZoneInfo.Utc, call.Run.Environment.Time.GetUtcNow(), lenient: false, out var end) is { } millis && end == plain.Length)
            {
                return new JavaZoned((millis * 1_000_000) + nanos, ZoneOf(plain) ?? zone);
            }
        }

        throw call.Throw("java.time.format.DateTimeParseException", $"Text '{text}' could not be parsed as {format._source}");
    }

    /// <summary>Writes a time; optional parts are written.</summary>
    public string Format(JavaZoned time)
    {
        var zoned = _zone is null ? time : time with { Zone = _zone };
        var millis = CivilTime.Floor(zoned.Nanos, 1_000_000).Whole;
        var nanos = zoned.Local.Nano.ToString("000000000", CultureInfo.InvariantCulture);
        var form = _forms[0];

        // Fractions are those of a second, as many digits as letters; a single one in an ISO form shows what there is.
        var isIso = form.Contains(".S", StringComparison.Ordinal) && !form.Contains(".SS", StringComparison.Ordinal) && _source.Contains("[.S]", StringComparison.Ordinal);
        if (isIso)
        {
            var shown = nanos.TrimEnd('0');
            form = form.Replace(".S", shown.Length == 0 ? "" : $"'.{shown.PadRight(shown.Length <= 3 ? 3 : shown.Length <= 6 ? 6 : 9, '0')}'", StringComparison.Ordinal);
        }
        else
        {
            var count = form.Count(static c => c == 'S');
            form = count > 0 ? form.Replace(new string('S', count), $"'{nanos[..Math.Min(9, count)]}'", StringComparison.Ordinal) : form;
        }

        return DatePattern.Parse(form.Replace("''", "", StringComparison.Ordinal)).Format(millis, zoned.Zone);
    }

    /// <summary>A wall clock's reading as Java shows it: seconds and fractions only where there are some.</summary>
    public static string Iso(JavaLocal local, bool secondsAlways)
    {
        var civil = local.Civil;
        var text = DatePattern.Parse("yyyy-MM-dd'T'HH:mm").Format(civil.LocalMillis, TimeZoneInfo.Utc);
        var fraction = local.Nano.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');
        if (civil.Second != 0 || fraction.Length > 0 || secondsAlways)
        {
            text += civil.Second.ToString("':'00", CultureInfo.InvariantCulture);
        }

        return fraction.Length == 0 ? text : $"{text}.{fraction.PadRight(fraction.Length <= 3 ? 3 : fraction.Length <= 6 ? 6 : 9, '0')}";
    }

    /// <summary>A time with its zone as Java shows it.</summary>
    public static string Shown(JavaZoned time)
    {
        var offset = CivilTime.OffsetAt(CivilTime.Floor(time.Nanos, 1_000_000).Whole, time.Zone) / 60_000;
        var name = time.Zone.Equals(TimeZoneInfo.Utc) || time.Zone.Id.StartsWith("GMT", StringComparison.Ordinal) ? "" : $"[{time.Zone.Id}]";
        return Iso(time.Local, secondsAlways: false) + (offset == 0 ? "Z" : TimeZones.Offset((int)offset, ":")) + name;
    }

    private static TimeText Checked(JavaCall call, string source)
    {
        var format = new TimeText(source);
        foreach (var form in format._forms)
        {
            try
            {
                DatePattern.Parse(form);
            }
            catch (FormatException exception)
            {
                throw call.Throw("java.lang.IllegalArgumentException", exception.Message);
            }
        }

        return format;
    }

    // The pattern with all optional parts, then with fewer; uuuu is the year as yyyy is, VV the zone.
    private static List<string> Forms(string source)
    {
        var forms = new List<string> { "" };
        var plain = source.Replace('u', 'y').Replace("VV", "z", StringComparison.Ordinal).Replace("xxx", "XXX", StringComparison.Ordinal);
        for (var at = 0; at < plain.Length; at++)
        {
            var close = plain[at] == '[' ? plain.IndexOf(']', at) : -1;
            if (close < 0)
            {
                forms = [.. forms.Select(form => form + plain[at])];
                continue;
            }

            var optional = plain[(at + 1)..close];
            forms = [.. forms.Select(form => form + optional), .. forms];
            at = close;
        }

        return forms;
    }

    private static (string Text, long Nanos) TakeFraction(string text)
    {
        var dot = text.LastIndexOf('.');
        var end = dot + 1;
        while (dot >= 0 && end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return dot < 0 || end == dot + 1
            ? (text, -1)
            : (text.Remove(dot, end - dot), long.Parse(text[(dot + 1)..end].PadRight(9, '0').AsSpan(0, 9), CultureInfo.InvariantCulture));
    }

    private static string Without(string form)
    {
        var dot = form.IndexOf(".S", StringComparison.Ordinal);
        if (dot < 0)
        {
            return form;
        }

        var end = dot + 1;
        while (end < form.Length && form[end] == 'S')
        {
            end++;
        }

        return form.Remove(dot, end - dot);
    }

    private static TimeZoneInfo? ZoneOf(string text)
    {
        if (text.EndsWith('Z'))
        {
            return TimeZoneInfo.Utc;
        }

        var sign = text.AsSpan().LastIndexOfAny("+-");
        var at = sign;
        return sign > 10 && TimeZones.TryOffset(text, ref at, out var minutes) && at == text.Length ? TimeZones.Find("GMT" + TimeZones.Offset(minutes, ":")) : null;
    }
}
