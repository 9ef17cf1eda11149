namespace ChannelHost.Abstractions;

/// <summary>A template makes more than it may.</summary>
/// <param name="limit">Which limit it is, for people.</param>
internal sealed class TemplateLimitException(string limit) : Exception(limit);
