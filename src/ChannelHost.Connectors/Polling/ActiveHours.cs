using System.Globalization;
using Quartz;
using Quartz.Impl.Calendar;

namespace ChannelHost.Connectors.Polling;

/// <summary>From when to when runs may start, for example <c>07:00-19:30</c>; both ends belong to it. With the end before the start it goes past midnight.</summary>
internal readonly record struct ActiveHours(TimeOnly From, TimeOnly To)
{
    /// <summary>What a text must be, for problems.</summary>
    public const string Wanted = "from and to on a 24 hour clock, for example `07:00-19:30`";

    // Quartz counts in milliseconds.
    private static readonly TimeOnly EndOfDay = new(23, 59, 59, 999);

    private static readonly string[] Formats = ["HH:mm", "H:mm"];

    public static bool TryParse(string text, out ActiveHours hours)
    {
        hours = default;
        if (text.Split('-') is not [var from, var to] || !TryTime(from, out var start))
        {
            return false;
        }

        // 24:00 is how people write the end of the day.
        if (!TryTime(to, out var end))
        {
            if (to.Trim() != "24:00")
            {
                return false;
            }

            end = EndOfDay;
        }

        hours = new ActiveHours(start, end);
        return start != end;
    }

    /// <summary>These hours of each day, on top of another calendar.</summary>
    public DailyCalendar On(ICalendar below, TimeZoneInfo zone)
    {
        if (From < To)
        {
            return new DailyCalendar(From, To, below) { TimeZone = zone, InvertTimeRange = true };
        }

        // Past midnight: all but the hours between. The calendar leaves out both ends of what it excludes, and they belong to us.
        var tick = TimeSpan.FromMilliseconds(1);
        return new DailyCalendar(To.Add(tick), From.Add(-tick), below) { TimeZone = zone };
    }

    private static bool TryTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text.Trim(), Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
