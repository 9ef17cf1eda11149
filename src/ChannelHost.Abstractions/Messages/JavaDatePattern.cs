using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace ChannelHost.Abstractions;

/// <summary>
/// A date pattern in the letters of Java's <c>SimpleDateFormat</c> (<c>yyyyMMddHHmmss.SSS</c>), which imported scripts and templates use, read once and
/// used for many dates. Names are English, weeks those of the US: they begin on Sunday, and week 1 holds 1 January.
/// </summary>
public sealed class JavaDatePattern
{
    private const string Letters = "GyYMLwWDdFEuaHkKhmsSzZX";

    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    private JavaDatePattern(string source, JavaDateField[] fields)
    {
        Source = source;
        Fields = fields;
    }

    /// <summary>The pattern as written.</summary>
    public string Source { get; }

    /// <summary>Its parts in order.</summary>
    public IReadOnlyList<JavaDateField> Fields { get; }

    /// <summary>Reads a pattern; false when it is none, <paramref name="problem"/> then says why.</summary>
    public static bool TryParse(string source, [NotNullWhen(true)] out JavaDatePattern? pattern, out string problem)
    {
        var fields = new List<JavaDateField>();
        var literal = new StringBuilder();
        pattern = null;
        for (var at = 0; at < source.Length;)
        {
            var letter = source[at];
            if (letter == '\'')
            {
                if (!ReadQuoted(source, ref at, literal))
                {
                    problem = "a quote is opened and never closed";
                    return false;
                }
            }
            else if (!char.IsAsciiLetter(letter))
            {
                literal.Append(letter);
                at++;
            }
            else
            {
                var count = source.AsSpan(at).IndexOfAnyExcept(letter) is var next && next < 0 ? source.Length - at : next;
                if (!Letters.Contains(letter, StringComparison.Ordinal) || (letter == 'X' && count > 3))
                {
                    problem = $"{new string(letter, Math.Min(count, 8))} means nothing in a date pattern";
                    return false;
                }

                Flush(literal, fields);
                fields.Add(new JavaDateField(letter, count, ""));
                at += count;
            }
        }

        Flush(literal, fields);
        pattern = new JavaDatePattern(source, [.. fields]);
        problem = "";
        return true;
    }

    /// <summary>A moment as this pattern writes it.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="zone">The zone whose clock is shown.</param>
    public string Format(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var time = TimeZoneInfo.ConvertTime(moment, zone);
        var text = new StringBuilder(Source.Length + 16);
        foreach (var field in Fields)
        {
            Append(text, field, time, zone);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => Source;

    private static bool ReadQuoted(string source, ref int at, StringBuilder literal)
    {
        if (source.AsSpan(at).StartsWith("''"))
        {
            literal.Append('\'');
            at += 2;
            return true;
        }

        for (at++; at < source.Length; at++)
        {
            if (source[at] != '\'')
            {
                literal.Append(source[at]);
            }
            else if (source.AsSpan(at).StartsWith("''"))
            {
                literal.Append('\'');
                at++;
            }
            else
            {
                at++;
                return true;
            }
        }

        return false;
    }

    private static void Flush(StringBuilder literal, List<JavaDateField> fields)
    {
        if (literal.Length > 0)
        {
            fields.Add(new JavaDateField('\0', literal.Length, literal.ToString()));
            literal.Clear();
        }
    }

    private static void Append(StringBuilder text, JavaDateField field, DateTimeOffset time, TimeZoneInfo zone)
    {
        var count = field.Count;
        _ = field.Letter switch
        {
            'G' => text.Append("AD"),
            'y' => Year(text, time.Year, count),
            'Y' => Year(text, WeekOf(time).Year, count),
            'M' or 'L' => count >= 3 ? text.Append(time.ToString(count == 3 ? "MMM" : "MMMM", English)) : Number(text, time.Month, count),
            'w' => Number(text, WeekOf(time).Week, count),
            'W' => Number(text, ((time.Day - 1 + (int)time.AddDays(1 - time.Day).DayOfWeek) / 7) + 1, count),
            'D' => Number(text, time.DayOfYear, count),
            'd' => Number(text, time.Day, count),
            'F' => Number(text, ((time.Day - 1) / 7) + 1, count),
            'E' => text.Append(time.ToString(count >= 4 ? "dddd" : "ddd", English)),
            'u' => Number(text, time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek, count),
            'a' => text.Append(time.Hour < 12 ? "AM" : "PM"),
            'H' => Number(text, time.Hour, count),
            'k' => Number(text, time.Hour == 0 ? 24 : time.Hour, count),
            'K' => Number(text, time.Hour % 12, count),
            'h' => Number(text, time.Hour % 12 == 0 ? 12 : time.Hour % 12, count),
            'm' => Number(text, time.Minute, count),
            's' => Number(text, time.Second, count),
            'S' => Number(text, time.Millisecond, count),
            'z' => text.Append(ZoneName(time, zone, count)),
            'Z' => Offset(text, time.Offset, hasColon: false),
            'X' => time.Offset == TimeSpan.Zero ? text.Append('Z')
                : count == 1 ? text.Append(Sign(time.Offset)).Append(Math.Abs(time.Offset.Hours).ToString("00", English))
                : Offset(text, time.Offset, hasColon: count == 3),
            _ => text.Append(field.Literal),
        };
    }

    private static StringBuilder Year(StringBuilder text, int year, int count) => count == 2 ? Number(text, year % 100, 2) : Number(text, year, count);

    private static StringBuilder Number(StringBuilder text, int number, int digits)
    {
        var written = number.ToString(English);
        return text.Append('0', Math.Max(0, digits - written.Length)).Append(written);
    }

    private static (int Year, int Week) WeekOf(DateTimeOffset time)
    {
        var day = time.Date;
        var untilSaturday = DayOfWeek.Saturday - day.DayOfWeek;
        if (day.Month == 12 && day.Day + untilSaturday > 31)
        {
            return (day.Year + 1, 1);
        }

        var firstWeekday = (int)new DateTime(day.Year, 1, 1).DayOfWeek;
        return (day.Year, ((day.DayOfYear - 1 + firstWeekday) / 7) + 1);
    }

    // This platform knows no short names of zones; Java, too, writes the offset where it knows none.
    private static string ZoneName(DateTimeOffset time, TimeZoneInfo zone, int count)
    {
        if (zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime)
        {
            return count >= 4 ? "Coordinated Universal Time" : "UTC";
        }

        return count >= 4
            ? zone.IsDaylightSavingTime(time) ? zone.DaylightName : zone.StandardName
            : Offset(new StringBuilder("GMT"), time.Offset, hasColon: true).ToString();
    }

    private static StringBuilder Offset(StringBuilder text, TimeSpan offset, bool hasColon) =>
        text.Append(Sign(offset)).Append(offset.ToString(hasColon ? "hh\\:mm" : "hhmm", English));

    private static char Sign(TimeSpan offset) => offset < TimeSpan.Zero ? '-' : '+';
}

/// <summary>A part of a date pattern.</summary>
/// <param name="Letter">What it is; NUL for plain text.</param>
/// <param name="Count">How often the letter stands there.</param>
/// <param name="Literal">The plain text; empty for a letter.</param>
public readonly record struct JavaDateField(char Letter, int Count, string Literal);
