using System.Globalization;
using Quartz;

namespace ChannelHost.Connectors.Polling;

/// <summary>When a source looks. Cron and calendars are Quartz's; this puts them together with the plain intervals. Used by one thread at a time.</summary>
internal sealed class PollingSchedule
{
    // A daily expression that never meets the active hours is given up after some 13 years of it, a yearly one after 60.
    private const int MostSteps = 5_000;
    private const int MostYears = 60;

    private readonly TimeSpan _every;
    private readonly CronExpression? _cron;
    private readonly ScheduleCalendar? _calendar;
    private readonly TimeZoneInfo _zone;

    private PollingSchedule(TimeSpan every, CronExpression? cron, ScheduleCalendar? calendar, TimeZoneInfo zone)
    {
        (_every, _cron, _calendar, _zone) = (every, cron, calendar, zone);
    }

    /// <summary>True for a plain pause: counted from the end of a run, not from its start.</summary>
    public bool CountsFromEnd { get; private init; }

    /// <summary>Whether a run starts at once.</summary>
    public bool StartsAtOnce { get; private init; }

    /// <summary>What becomes of missed runs.</summary>
    public MisfireRule Misfire { get; private init; }

    /// <summary>For people: <c>every 30s, 07:00-19:30, on mon, tue (Europe/Berlin)</c>.</summary>
    public string Words { get; private init; } = "";

    /// <summary>A pause between the end of a run and the start of the next: <c>interval:</c>.</summary>
    public static PollingSchedule Pause(TimeSpan interval, bool startsAtOnce = true) => new(interval, null, null, TimeZoneInfo.Utc)
    {
        CountsFromEnd = true,
        StartsAtOnce = startsAtOnce,
        Words = $"{InWords(interval)} after the end of the last",
    };

    /// <summary>What a <c>schedule:</c> block says; without one the pause.</summary>
    /// <exception cref="ConnectorException">It cannot be used. Validation says so before, but for a file of dates that went since.</exception>
    public static PollingSchedule Of(ScheduleOptions? options, TimeSpan pause, bool startsAtOnce, TimeProvider time)
    {
        if (options is null)
        {
            return Pause(pause, startsAtOnce);
        }

        if (ScheduleCheck.Problems(options, time).FirstOrDefault() is { } problem)
        {
            throw new ConnectorException($"{problem.Option}: found {problem.Found}; wanted {problem.Wanted}");
        }

        return Of(options, time);
    }

    /// <summary>What options say that were found good, but for dates that never come.</summary>
    /// <exception cref="ConnectorException">The file of dates cannot be read.</exception>
    public static PollingSchedule Of(ScheduleOptions options, TimeProvider time)
    {
        var zone = options.TimeZone is { } name ? ZoneName.Find(name) ?? TimeZoneInfo.Utc : time.LocalTimeZone;
        var cron = options.Cron is { } text ? CronText.Read(text, zone).Cron : null;
        return new PollingSchedule(options.Every ?? TimeSpan.Zero, cron, new ScheduleCalendar(options, zone), zone)
        {
            StartsAtOnce = options.OnStart ?? cron is null,
            Misfire = options.Misfire,
            Words = Describe(options, zone),
        };
    }

    /// <summary>Whether a run may start at this time.</summary>
    public bool Allows(DateTimeOffset time) => _calendar?.Allows(time) ?? true;

    /// <summary>The first run after a time; null when there is none.</summary>
    /// <param name="anchor">A run that intervals are counted from.</param>
    /// <param name="time">The time.</param>
    public DateTimeOffset? NextAfter(DateTimeOffset anchor, DateTimeOffset time) => _cron is null ? NextOfInterval(anchor, time) : NextOfCron(time);

    /// <summary>Reads the file of dates if it was changed: whether it was, and what is wrong with it.</summary>
    public (bool IsChanged, string? Trouble) Refresh() => _calendar?.Refresh() ?? default;

    /// <summary>A time in the schedule's zone, for people.</summary>
    public string Show(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, _zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary>The next run in words: <c>the next run is at 2026-11-23 07:00:00 +01:00</c>.</summary>
    public string ShowNext(DateTimeOffset? next) => next is { } time ? $"the next run is at {Show(time)}" : "there is no further run";

    // Counted from the anchor, so that a run that takes long does not move those after it. A clock that was set back gives a negative count.
    private DateTimeOffset NextOfInterval(DateTimeOffset anchor, DateTimeOffset time)
    {
        var periods = Math.Floor((double)(time - anchor).Ticks / _every.Ticks) + 1;
        var next = anchor + (_every * periods);

        // Where nothing may start then, the first run is at the opening, and the next ones are counted from there.
        return _calendar?.AtOrAfter(next) ?? next;
    }

    private DateTimeOffset? NextOfCron(DateTimeOffset time)
    {
        var last = time.Year + MostYears < DateTimeOffset.MaxValue.Year ? time.AddYears(MostYears) : time;
        var next = _cron!.GetNextValidTimeAfter(time);
        for (var step = 0; step < MostSteps && next <= last; step++)
        {
            if (Allows(next.Value))
            {
                return next;
            }

            next = _cron.GetNextValidTimeAfter(_calendar!.AtOrAfter(next.Value).AddSeconds(-1));
        }

        return null;
    }

    private static string Describe(ScheduleOptions options, TimeZoneInfo zone)
    {
        var parts = new List<string> { options.Every is { } every ? $"every {InWords(every)}" : $"by cron {options.Cron}" };
        if (options.ActiveHours is { } hours)
        {
            parts.Add(hours);
        }

        if (options.Days.Count > 0)
        {
            parts.Add($"on {string.Join(' ', options.Days).ToLowerInvariant()}");
        }

        if (options.Except.Count > 0 || options.ExceptFile is not null)
        {
            parts.Add("but for certain dates");
        }

        return $"{string.Join(", ", parts)} ({zone.Id})";
    }

    private static string InWords(TimeSpan time) => time switch
    {
        _ when time.Ticks % TimeSpan.TicksPerHour == 0 => $"{time.TotalHours:0} h",
        _ when time.Ticks % TimeSpan.TicksPerMinute == 0 => $"{time.TotalMinutes:0} min",
        _ when time.Ticks % TimeSpan.TicksPerSecond == 0 => $"{time.TotalSeconds:0} s",
        _ => $"{time.TotalMilliseconds:0} ms",
    };
}
