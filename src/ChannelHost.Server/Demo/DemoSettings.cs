namespace ChannelHost.Server.Demo;

/// <summary>What <c>channelhost demo</c> was told. Defaults are those of the command line.</summary>
internal sealed record DemoSettings
{
    /// <summary>The demo's own folder: data, keys, the folders of the practice.</summary>
    public required string Folder { get; init; }

    /// <summary>Messages a second over all lines; 0.1 to 200.</summary>
    public double Rate { get; init; } = 5;

    /// <summary>False: the other side has no weaknesses, and no message is bad on purpose.</summary>
    public bool WithFaults { get; init; } = true;

    /// <summary>What happens in the invented practice.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>When it ends by itself; null: at Ctrl-C.</summary>
    public TimeSpan? Duration { get; init; }
}
