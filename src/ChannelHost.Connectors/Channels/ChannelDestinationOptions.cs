namespace ChannelHost.Connectors.Channels;

/// <summary>The settings of a destination that hands messages to another channel.</summary>
internal sealed record ChannelDestinationOptions
{
    /// <summary>The other channel.</summary>
    [Option("The channel that gets the message; a bare name is looked for in this channel's group first, then among the ids. none for no channel at all.", Required = true, Example = "clinic/archive")]
    public string Channel { get; init; } = "";

    /// <summary>Which variables go along; default none.</summary>
    [Option("Variables that go along into the other channel's sourceMap.", Example = "[mrn, facility]")]
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>How often a message may be handed on from channel to channel; default 16, 1 to 100.</summary>
    [Option("How often a message may be handed on from channel to channel before it ends in an error: channels that send to each other must not go round for ever.", Minimum = "1", Maximum = "100")]
    public int MaximumHops { get; init; } = 16;
}
