using ChannelHost.Connectors.Files;
using Quartz;
using Quartz.Impl.Calendar;

namespace ChannelHost.Connectors.Polling;

/// <summary>When runs may start: active hours, days and dates as one Quartz calendar. Reads the file of dates anew when it changes. Used by one thread at a time.</summary>
internal sealed class ScheduleCalendar
{
    private readonly ScheduleOptions _options;
    private readonly TimeZoneInfo _zone;
    private readonly ActiveHours? _hours;
    private readonly ExceptDates _dates;
    private FileVersion? _fileVersion;
    private ICalendar? _calendar;

    /// <exception cref="ConnectorException">The file of dates cannot be read.</exception>
    public ScheduleCalendar(ScheduleOptions options, TimeZoneInfo zone)
    {
        (_options, _zone) = (options, zone);
        _hours = options.ActiveHours is { } text && ActiveHours.TryParse(text, out var hours) ? hours : null;
        _dates = ExceptDates.Of(options.Except, _ => { });
        _fileVersion = VersionOf(options.ExceptFile);
        _calendar = Build();
    }

    /// <summary>Whether a run may start at this time.</summary>
    public bool Allows(DateTimeOffset time) => _calendar?.IsTimeIncluded(time) ?? true;

    /// <summary>This time if a run may start then, else the first one after it.</summary>
    public DateTimeOffset AtOrAfter(DateTimeOffset time) => Allows(time) ? time : _calendar!.GetNextIncludedTimeUtc(time);

    /// <summary>Reads the file of dates when it was changed. The dates before stay in force when something is wrong with the new ones, which is told once.</summary>
    public (bool IsChanged, string? Trouble) Refresh()
    {
        try
        {
            var version = VersionOf(_options.ExceptFile);
            if (version == _fileVersion)
            {
                return default;
            }

            _fileVersion = version;
            _calendar = Build();
            return (true, null);
        }
        catch (Exception e) when (e is ConnectorException or IOException)
        {
            return (false, e.Message);
        }
    }

    private ICalendar? Build()
    {
        var dates = _options.ExceptFile is { } file ? _dates.With(ExceptDates.FromFile(file)) : _dates;
        if (dates.CoverTheYear)
        {
            // The search for the next day would have no end.
            throw new ConnectorException("the dates on which no run starts are all days of the year");
        }

        ICalendar? calendar = null;
        if (_options.Days.Count > 0)
        {
            calendar = Week();
        }

        if (dates.Dates.Count > 0)
        {
            calendar = Single(dates, calendar);
        }

        if (dates.Yearly.Count > 0)
        {
            calendar = EveryYear(dates, calendar);
        }

        return _hours is { } hours ? hours.On(calendar ?? new BaseCalendar(_zone), _zone) : calendar;
    }

    private WeeklyCalendar Week()
    {
        var week = new WeeklyCalendar { TimeZone = _zone };
        foreach (var day in Enum.GetValues<DayOfWeek>())
        {
            // A new one leaves out Saturday and Sunday of itself.
            if (_options.Days.Contains((Weekday)day))
            {
                week.RemoveExcludedDay(day);
            }
            else
            {
                week.AddExcludedDay(day);
            }
        }

        return week;
    }

    private HolidayCalendar Single(ExceptDates dates, ICalendar? below)
    {
        var calendar = new HolidayCalendar { CalendarBase = below, TimeZone = _zone };
        foreach (var date in dates.Dates)
        {
            calendar.AddExcludedDay(date);
        }

        return calendar;
    }

    private AnnualCalendar EveryYear(ExceptDates dates, ICalendar? below)
    {
        var calendar = new AnnualCalendar { CalendarBase = below, TimeZone = _zone };
        foreach (var date in dates.Yearly)
        {
            calendar.AddExcludedDay(date);
        }

        return calendar;
    }

    private static FileVersion? VersionOf(string? path) => path is null ? null : LinuxFiles.Look(path, followLinks: true);
}
