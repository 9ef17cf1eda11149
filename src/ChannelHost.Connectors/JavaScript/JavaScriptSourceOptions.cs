using ChannelHost.Connectors.Polling;

namespace ChannelHost.Connectors.JavaScript;

/// <summary>The settings of a source that runs a script now and then.</summary>
internal sealed record JavaScriptSourceOptions
{
    /// <summary>The script.</summary>
    [Option("The script; what it returns becomes messages.", Required = true, Example = "read.js")]
    public ScriptFile? Script { get; init; }

    /// <summary>The pause between the end of a run and the start of the next; null: 1 min, or what <see cref="Schedule"/> says. 100 ms to 7 d.</summary>
    [Option("The pause between the end of a run and the start of the next; 1m when neither this nor schedule is given.", Minimum = "100ms", Maximum = "7d")]
    public TimeSpan? Interval { get; init; }

    /// <summary>Whether it runs as soon as the channel starts; null: yes, or what <see cref="Schedule"/> says.</summary>
    [Option("With interval: runs as soon as the channel starts (true when not given); false waits for the first interval.")]
    public bool? AtStart { get; init; }

    /// <summary>When the script runs, in place of <see cref="Interval"/>; null: by that.</summary>
    [Option("When the script runs: intervals or cron, active hours, days. In place of interval.")]
    public ScheduleOptions? Schedule { get; init; }
}
