using Quartz;

namespace ChannelHost.Connectors.Polling;

/// <summary>Reads cron expressions and says what is wrong with one.</summary>
internal static class CronText
{
    private const int LongestExpression = 200;
    private const int LargestSixtieth = 59;

    /// <summary>The expression in a time zone, or what is wrong with it.</summary>
    public static (CronExpression? Cron, string? Problem) Read(string text, TimeZoneInfo zone)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 5)
        {
            return (null, $"seconds first, as Quartz has it: `0 {string.Join(' ', fields)}` with a `?` for the day of the month or of the week");
        }

        if (text.Length > LongestExpression || (fields.Length is not (6 or 7) && !text.StartsWith('@')))
        {
            return (null, "6 or 7 fields: seconds, minutes, hours, day of month, month, day of week, year");
        }

        // Quartz reads a minute 99 as every minute.
        if (fields.Length >= 6 && (IsBeyond(fields[0]) || IsBeyond(fields[1])))
        {
            return (null, "seconds and minutes from 0 to 59");
        }

        try
        {
            return (CronExpression.Parse(text).WithTimeZone(zone), null);
        }
        catch (FormatException e)
        {
            return (null, $"a Quartz cron expression: {e.Message.TrimEnd('.')}");
        }
    }

    private static bool IsBeyond(string field)
    {
        foreach (var number in field.Split(',', '-', '/'))
        {
            if (int.TryParse(number, out var value) ? value > LargestSixtieth : number.Length > 3 && number.All(char.IsAsciiDigit))
            {
                return true;
            }
        }

        return false;
    }
}
