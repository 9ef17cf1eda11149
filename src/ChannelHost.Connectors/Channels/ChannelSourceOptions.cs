namespace ChannelHost.Connectors.Channels;

/// <summary>A source that other channels send to has no settings: it is known by its channel's name.</summary>
internal sealed record ChannelSourceOptions;
