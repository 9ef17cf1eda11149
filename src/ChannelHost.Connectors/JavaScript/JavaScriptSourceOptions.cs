namespace ChannelHost.Connectors.JavaScript;

/// <summary>The settings of a source that runs a script now and then.</summary>
internal sealed record JavaScriptSourceOptions
{
    /// <summary>The script.</summary>
    [Option("The script; what it returns becomes messages.", Required = true, Example = "read.js")]
    public ScriptFile? Script { get; init; }

    /// <summary>The pause between two runs; default 1 min.</summary>
    [Option("The pause between the end of a run and the start of the next.", Minimum = "100ms", Maximum = "7d")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>True (default): runs as soon as the channel starts.</summary>
    [Option("Runs as soon as the channel starts; false waits for the first interval.")]
    public bool AtStart { get; init; } = true;
}
