namespace ChannelHost.Connectors.Polling;

/// <summary>A day of the week, as it is written in <c>days:</c>.</summary>
internal enum Weekday
{
    /// <summary>Sunday.</summary>
    Sun,

    /// <summary>Monday.</summary>
    Mon,

    /// <summary>Tuesday.</summary>
    Tue,

    /// <summary>Wednesday.</summary>
    Wed,

    /// <summary>Thursday.</summary>
    Thu,

    /// <summary>Friday.</summary>
    Fri,

    /// <summary>Saturday.</summary>
    Sat,
}

/// <summary>What becomes of runs whose time passed while one was under way, or while the machine slept.</summary>
internal enum MisfireRule
{
    /// <summary>One run at once, however many were missed. The default.</summary>
    RunOnce,

    /// <summary>None: on with the next one that is due.</summary>
    Skip,
}

/// <summary>The <c>schedule:</c> block of a source that polls.</summary>
internal sealed record ScheduleOptions
{
    /// <summary>From the start of one run to the start of the next; null with <see cref="Cron"/>. 100 ms to 7 d.</summary>
    [Option("From the start of one run to the start of the next; this or cron.", Minimum = "100ms", Maximum = "7d", Example = "30s")]
    public TimeSpan? Every { get; init; }

    /// <summary>Quartz cron: seconds, minutes, hours, day of month, month, day of week, and a year if wanted.</summary>
    [Option("Quartz cron: seconds, minutes, hours, day of month, month, day of week, and a year if wanted; this or every.", Example = "0 0/5 7-19 ? * MON-FRI")]
    public string? Cron { get; init; }

    /// <summary>The zone of cron, active hours, days and dates; null: the machine's.</summary>
    [Option("The time zone of all times here, by its IANA name; the machine's own when not given.", Example = "Europe/Berlin")]
    public string? TimeZone { get; init; }

    /// <summary>From when to when runs may start; null: the whole day.</summary>
    [Option("From when to when runs may start, both included; may go past midnight (22:00-06:00).", Example = "07:00-19:30")]
    public string? ActiveHours { get; init; }

    /// <summary>The days of the week on which runs may start; empty: all.</summary>
    [Option("The days of the week on which runs may start; all when not given.", Example = "[mon, tue, wed, thu, fri]")]
    public IReadOnlyList<Weekday> Days { get; init; } = [];

    /// <summary>Dates on which no run starts.</summary>
    [Option("Dates on which no run starts: 2026-12-25, or 12-25 for every year.", Example = "[2026-12-25, 01-01]")]
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>A file of such dates, read anew when it changes.</summary>
    [Option("A file of such dates, one at the start of each line, # for comments; read anew when it changes.", IsPath = true, Example = "holidays.txt")]
    public string? ExceptFile { get; init; }

    /// <summary>Whether a run starts with the channel; null: yes with <see cref="Every"/>, no with <see cref="Cron"/>.</summary>
    [Option("Whether a run starts with the channel, inside the active hours; true with every and false with cron when not given.")]
    public bool? OnStart { get; init; }

    /// <summary>What becomes of missed runs; default one run at once.</summary>
    [Option("What becomes of runs missed while one was under way or the machine slept: run-once (one at once, for all of them) or skip.")]
    public MisfireRule Misfire { get; init; }
}
