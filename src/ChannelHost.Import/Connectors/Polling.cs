using System.Globalization;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Connectors;

/// <summary>When a source polls.</summary>
internal static class Polling
{
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>Sets the interval or the schedule.</summary>
    /// <param name="draft">The source.</param>
    /// <param name="interval">The key of a plain interval.</param>
    public static void Convert(ConnectorDraft draft, string interval)
    {
        if (draft.Properties.Find("pollConnectorProperties") is not { } polling)
        {
            return;
        }

        var advanced = polling.Find("pollConnectorPropertiesAdvanced");
        var schedule = new YamlBlock { Origin = polling };
        switch (polling.Word("pollingType").ToUpperInvariant())
        {
            case "TIME":
                schedule.Set("cron", string.Create(CultureInfo.InvariantCulture, $"0 {polling.Number("pollingMinute")} {polling.Number("pollingHour")} * * ?"), polling.Find("pollingHour"));
                break;
            case "CRON":
                Cron(draft, polling, schedule);
                break;
            default:
                schedule.Set("every", ConnectorDraft.Milliseconds(Math.Clamp(polling.Number("pollingFrequency", 5000), 100, 7 * 86_400_000)), polling.Find("pollingFrequency"));
                break;
        }

        Hours(draft, advanced, schedule);
        var onStart = polling.Flag("pollOnStart");
        polling.Skip("pollingFrequency", "pollingHour", "pollingMinute", "cronJobs", "pollOnStart");
        if (schedule.Entries is [{ Key: "every", Value: { } every }])
        {
            draft.Yaml.Set(interval, every, polling);
            return;
        }

        schedule.Set("onStart", onStart);
        draft.Yaml.Set("schedule", schedule, polling);
    }

    private static void Cron(ConnectorDraft draft, ExportElement polling, YamlBlock schedule)
    {
        var jobs = polling.Find("cronJobs")?.All() ?? [];
        var expressions = jobs.Select(job => { job.Skip("description"); return job.Word("expression"); }).Where(expression => expression.Length > 0).ToArray();
        schedule.Set("cron", expressions.Length > 0 ? expressions[0] : "0 0 * * * ?", polling.Find("cronJobs"));
        if (expressions.Length > 1)
        {
            draft.Decide(polling.Find("cronJobs"), $"polls at several times ({string.Join(" and ", expressions)}): one cron expression is taken here, the first");
        }
    }

    private static void Hours(ConnectorDraft draft, ExportElement? advanced, YamlBlock schedule)
    {
        if (advanced is null)
        {
            return;
        }

        if (advanced.Flag("weekly", otherwise: true))
        {
            // The list counts from 1 for Sunday; its first value stands for no day.
            var inactive = advanced.Find("inactiveDays")?.All().Select(day => day.Text.Trim() == "true").ToArray() ?? [];
            if (inactive.Contains(true))
            {
                schedule.Set("days", new YamlWords([.. Days.Where((_, day) => day + 1 >= inactive.Length || !inactive[day + 1])]), advanced.Find("inactiveDays"));
            }
        }
        else
        {
            draft.Decide(advanced.Find("dayOfMonth"), $"polls on day {advanced.Word("dayOfMonth")} of the month only: say so with a cron expression");
        }

        if (!advanced.Flag("allDay", otherwise: true))
        {
            schedule.Set(
                "activeHours",
                string.Create(CultureInfo.InvariantCulture, $"{advanced.Number("startingHour"):00}:{advanced.Number("startingMinute"):00}-{advanced.Number("endingHour"):00}:{advanced.Number("endingMinute"):00}"),
                advanced.Find("startingHour"));
        }

        advanced.Skip("inactiveDays", "dayOfMonth", "startingHour", "startingMinute", "endingHour", "endingMinute", "allDay");
    }
}
