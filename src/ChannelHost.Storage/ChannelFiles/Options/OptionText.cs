using System.Globalization;
using System.Text;

namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>Reads and writes values as they stand in YAML. Independent of the machine's language.</summary>
internal static class OptionText
{
    private static readonly (string Unit, long Ticks)[] TimeUnits =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour), ("d", TimeSpan.TicksPerDay),
    ];

    private static readonly (string Unit, long Bytes)[] SizeUnits = [("KB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30), ("B", 1)];

    /// <summary><c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>, <c>30d</c>, or a plain 0.</summary>
    public static bool TryTime(string text, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        if (text == "0")
        {
            return true;
        }

        if (!TryUnits(text, TimeUnits, StringComparison.Ordinal, out var ticks))
        {
            return false;
        }

        time = new TimeSpan(ticks);
        return true;
    }

    /// <summary><c>512</c>, <c>64KB</c>, <c>50MB</c>, <c>1GB</c>.</summary>
    public static bool TrySize(string text, out ByteSize size)
    {
        if (TryUnits(text, SizeUnits, StringComparison.OrdinalIgnoreCase, out var bytes) || TryWhole(text, out bytes))
        {
            size = new ByteSize(bytes);
            return true;
        }

        size = default;
        return false;
    }

    /// <summary>A number without a point, with or without a minus.</summary>
    public static bool TryInteger(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    /// <summary>A number, with a point or without.</summary>
    public static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    /// <summary><c>AfterDestinations</c> as <c>after-destinations</c>.</summary>
    public static string Kebab(string name)
    {
        var kebab = new StringBuilder(name.Length + 4);
        for (var at = 0; at < name.Length; at++)
        {
            var startsWord = at > 0 && char.IsUpper(name[at]) && (!char.IsUpper(name[at - 1]) || (at + 1 < name.Length && char.IsLower(name[at + 1])));
            if (startsWord)
            {
                kebab.Append('-');
            }

            kebab.Append(char.ToLowerInvariant(name[at]));
        }

        return kebab.ToString();
    }

    /// <summary>A value as one would write it; empty for null.</summary>
    public static string Format(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        TimeSpan time => FormatTime(time),
        Enum choice => Kebab(choice.ToString()),
        Template template => template.Source,
        ScriptFile script => script.Name,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string FormatTime(TimeSpan time)
    {
        if (time == TimeSpan.Zero)
        {
            return "0";
        }

        // 24h reads better than 1d only by habit; the largest unit that fits keeps the tables short.
        foreach (var (unit, ticks) in TimeUnits.Reverse())
        {
            if (time.Ticks % ticks == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / ticks}{unit}");
            }
        }

        return time.ToString("c", CultureInfo.InvariantCulture);
    }

    private static bool TryUnits(string text, (string Unit, long Factor)[] units, StringComparison comparison, out long value)
    {
        foreach (var (unit, factor) in units)
        {
            if (text.EndsWith(unit, comparison) && TryWhole(text.AsSpan(0, text.Length - unit.Length).TrimEnd(), out var count))
            {
                value = count * factor;
                return count <= long.MaxValue / factor;
            }
        }

        value = 0;
        return false;
    }

    private static bool TryWhole(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
