using System.Globalization;
using System.Text;

namespace ChannelHost.Scripting.Java.Text;

/// <summary>
/// A pattern of <c>java.text.SimpleDateFormat</c>, read once: writes dates and reads them as leniently as Java does. Fields that stand side by side
/// have as many digits as letters, but the last of them takes all that follow; what overflows rolls over; text after the last field is ignored.
/// </summary>
internal sealed partial class DatePattern
{
    private const string Letters = "GyYMLwWDdFEuaHkKhmsSzZX";

    private readonly List<(char Letter, int Count, string Literal)> _parts = [];

    private DatePattern(string source, CultureInfo culture)
    {
        Source = source;
        Culture = culture;
    }

    /// <summary>The pattern.</summary>
    public string Source { get; }

    /// <summary>Whose names of months and days.</summary>
    public CultureInfo Culture { get; }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It has a letter that means nothing, or a quote that is not closed.</exception>
    public static DatePattern Parse(string source, CultureInfo? culture = null)
    {
        var pattern = new DatePattern(source, culture is null || culture.Equals(CultureInfo.InvariantCulture) ? CultureInfo.InvariantCulture : culture);
        var literal = new StringBuilder();
        for (var at = 0; at < source.Length; at++)
        {
            var c = source[at];
            if (c == '\'')
            {
                at = TakeQuoted(source, at, literal);
            }
            else if (char.IsAsciiLetter(c))
            {
                if (!Letters.Contains(c, StringComparison.Ordinal))
                {
                    throw new FormatException($"Illegal pattern character '{c}'");
                }

                var from = at;
                while (at + 1 < source.Length && source[at + 1] == c)
                {
                    at++;
                }

                pattern.AddLiteral(literal);
                pattern._parts.Add((c, at - from + 1, ""));
            }
            else
            {
                literal.Append(c);
            }
        }

        pattern.AddLiteral(literal);
        return pattern;
    }

    /// <summary>Writes an instant.</summary>
    public string Format(DateTimeOffset instant, TimeZoneInfo zone) => Format(instant.ToUnixTimeMilliseconds(), zone);

    /// <summary>Writes an instant, in milliseconds since 1970 UTC.</summary>
    public string Format(long millis, TimeZoneInfo zone)
    {
        var time = CivilTime.At(millis, zone);
        var text = new StringBuilder();
        foreach (var (letter, count, literal) in _parts)
        {
            if (letter == '\0')
            {
                text.Append(literal);
            }
            else
            {
                Write(text, letter, count, time, millis, zone);
            }
        }

        return text.ToString();
    }

    private static int TakeQuoted(string source, int at, StringBuilder literal)
    {
        if (at + 1 < source.Length && source[at + 1] == '\'')
        {
            literal.Append('\'');
            return at + 1;
        }

        for (at++; at < source.Length; at++)
        {
            if (source[at] != '\'')
            {
                literal.Append(source[at]);
            }
            else if (at + 1 < source.Length && source[at + 1] == '\'')
            {
                literal.Append('\'');
                at++;
            }
            else
            {
                return at;
            }
        }

        throw new FormatException("Unterminated quote");
    }

    private void AddLiteral(StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            _parts.Add(('\0', 0, literal.ToString()));
            literal.Clear();
        }
    }

    private void Write(StringBuilder text, char letter, int count, CivilTime time, long millis, TimeZoneInfo zone)
    {
        switch (letter)
        {
            case 'G':
                text.Append(time.Year > 0 ? "AD" : "BC");
                break;
            case 'y':
                WriteYear(text, count, time.Year > 0 ? time.Year : 1 - time.Year);
                break;
            case 'Y':
                WriteYear(text, count, WeekYear(time));
                break;
            case 'M' or 'L':
                WriteMonth(text, count, time.Month);
                break;
            case 'E':
                text.Append(count >= 4 ? Culture.DateTimeFormat.DayNames[time.IsoDayOfWeek % 7] : ShortDay(time));
                break;
            case 'a':
                text.Append(time.Hour < 12 ? "AM" : "PM");
                break;
            case 'z':
                text.Append(count >= 4 && !zone.Equals(TimeZoneInfo.Utc) ? zone.StandardName : count >= 4 ? "Coordinated Universal Time" : TimeZones.ShortName(zone, millis));
                break;
            case 'Z':
                text.Append(TimeZones.Offset((int)(CivilTime.OffsetAt(millis, zone) / 60_000), ""));
                break;
            case 'X':
                WriteIsoZone(text, count, (int)(CivilTime.OffsetAt(millis, zone) / 60_000));
                break;
            default:
                text.Append(NumberOf(letter, time).ToString(CultureInfo.InvariantCulture).PadLeft(count, '0'));
                break;
        }
    }

    private static long NumberOf(char letter, CivilTime time) => letter switch
    {
        'd' => time.Day,
        'H' => time.Hour,
        'k' => time.Hour == 0 ? 24 : time.Hour,
        'K' => time.Hour % 12,
        'h' => time.Hour % 12 == 0 ? 12 : time.Hour % 12,
        'm' => time.Minute,
        's' => time.Second,
        'S' => time.Millisecond,
        'D' => time.DayOfYear,
        'u' => time.IsoDayOfWeek,
        'F' => ((time.Day - 1) / 7) + 1,
        'w' => WeekOfYear(time),
        _ => WeekOfMonth(time),
    };

    private static void WriteYear(StringBuilder text, int count, long year) => text.Append(count == 2
        ? (year % 100).ToString("00", CultureInfo.InvariantCulture)
        : year.ToString(CultureInfo.InvariantCulture).PadLeft(count, '0'));

    private void WriteMonth(StringBuilder text, int count, long month) => text.Append(count switch
    {
        >= 4 => Culture.DateTimeFormat.MonthNames[(int)month - 1],
        3 => Culture.DateTimeFormat.AbbreviatedMonthNames[(int)month - 1],
        _ => month.ToString(CultureInfo.InvariantCulture).PadLeft(count, '0'),
    });

    private string ShortDay(CivilTime time) => Culture.DateTimeFormat.AbbreviatedDayNames[time.IsoDayOfWeek % 7];

    private static void WriteIsoZone(StringBuilder text, int count, int minutes)
    {
        if (minutes == 0)
        {
            text.Append('Z');
            return;
        }

        var offset = TimeZones.Offset(minutes, count == 3 ? ":" : "");
        text.Append(count == 1 ? offset.AsSpan(0, 3) : offset);
    }

    // Weeks as in the United States, Java's default there: from Sunday, week 1 is that of January 1st.
    private static long WeekOfYear(CivilTime time)
    {
        var week = ((time.DayOfYear - 1 + (new CivilTime(time.Year, 1, 1).IsoDayOfWeek % 7)) / 7) + 1;
        return week == 53 && WeekYear(time) > time.Year ? 1 : week;
    }

    private static long WeekYear(CivilTime time)
    {
        var daysToEnd = new CivilTime(time.Year + 1, 1, 1).DayNumber - time.DayNumber;
        var firstOfNext = new CivilTime(time.Year + 1, 1, 1).IsoDayOfWeek % 7;
        return daysToEnd <= firstOfNext ? time.Year + 1 : time.Year;
    }

    private static long WeekOfMonth(CivilTime time) => ((time.Day - 1 + (new CivilTime(time.Year, time.Month, 1).IsoDayOfWeek % 7)) / 7) + 1;
}
