namespace ChannelHost.Connectors.Polling;

/// <summary>What is wrong with a <c>schedule:</c> block, found before a channel runs by it.</summary>
internal static class ScheduleCheck
{
    /// <summary>The problems of a source that has both <c>interval:</c> and <c>schedule:</c>.</summary>
    public static IEnumerable<OptionProblem> Problems(TimeSpan? interval, ScheduleOptions? schedule, TimeProvider time)
    {
        if (schedule is null)
        {
            return [];
        }

        IEnumerable<OptionProblem> both = interval is null
            ? []
            : [new OptionProblem("interval", "an interval beside a schedule", "one of them: `interval` is the short form of `schedule: { every: ... }`")];
        return both.Concat(Problems(schedule, time));
    }

    /// <summary>The problems of the block.</summary>
    public static IEnumerable<OptionProblem> Problems(ScheduleOptions options, TimeProvider time)
    {
        var problems = new List<OptionProblem>();
        var zone = Zone(options, time, problems);
        CheckTimes(options, zone, problems);
        CheckHours(options, problems);
        CheckDates(options, problems);
        if (problems.Count == 0)
        {
            CheckThatItFires(options, time, problems);
        }

        return problems;
    }

    private static TimeZoneInfo Zone(ScheduleOptions options, TimeProvider time, List<OptionProblem> problems)
    {
        if (options.TimeZone is not { } name)
        {
            return time.LocalTimeZone;
        }

        if (ZoneName.Find(name) is { } zone)
        {
            return zone;
        }

        problems.Add(new OptionProblem("schedule.timeZone", name.Length == 0 ? "nothing" : name, ZoneName.Wanted(name)));
        return TimeZoneInfo.Utc;
    }

    private static void CheckTimes(ScheduleOptions options, TimeZoneInfo zone, List<OptionProblem> problems)
    {
        switch (options)
        {
            case { Every: null, Cron: null }:
                problems.Add(new OptionProblem("schedule", "neither every nor cron", "`every: 30s` or `cron: \"0 0 7 * * ?\"`"));
                break;
            case { Every: not null, Cron: { } cron }:
                problems.Add(new OptionProblem("schedule.cron", cron, "nothing beside `every`: one of them says when runs start"));
                break;
            case { Cron: { } cron } when CronText.Read(cron, zone).Problem is { } wanted:
                problems.Add(new OptionProblem("schedule.cron", cron.Length == 0 ? "nothing" : cron, wanted));
                break;
        }
    }

    private static void CheckHours(ScheduleOptions options, List<OptionProblem> problems)
    {
        if (options.ActiveHours is { } hours && !ActiveHours.TryParse(hours, out _))
        {
            problems.Add(new OptionProblem("schedule.activeHours", hours.Length == 0 ? "nothing" : hours, ActiveHours.Wanted));
        }
    }

    private static void CheckDates(ScheduleOptions options, List<OptionProblem> problems)
    {
        ExceptDates.Of(options.Except, bad => problems.Add(new OptionProblem("schedule.except", bad.Length == 0 ? "nothing" : bad, ExceptDates.Wanted)));
        if (options.Except.Count > ExceptDates.Most)
        {
            problems.Add(new OptionProblem("schedule.except", $"{options.Except.Count} dates", $"at most {ExceptDates.Most}"));
        }

        try
        {
            if (options.ExceptFile is { } file)
            {
                ExceptDates.FromFile(file);
            }
        }
        catch (ConnectorException e)
        {
            problems.Add(new OptionProblem("schedule.exceptFile", e.Message, "a file with a date at the start of each line: 2026-12-25, or 12-25 for every year"));
        }
    }

    /// <summary>A schedule that waits for 30 February would be a channel that looks well and never does anything.</summary>
    private static void CheckThatItFires(ScheduleOptions options, TimeProvider time, List<OptionProblem> problems)
    {
        var option = options.Cron is null ? "schedule" : "schedule.cron";
        try
        {
            var now = time.GetUtcNow();
            if (PollingSchedule.Of(options, time).NextAfter(now, now) is null)
            {
                problems.Add(new OptionProblem(option, options.Cron ?? "a schedule", "one that fires: this never fires, with the active hours, days and dates beside it"));
            }
        }
        catch (ConnectorException e)
        {
            problems.Add(new OptionProblem("schedule", e.Message, "a day on which it runs"));
        }
    }
}
