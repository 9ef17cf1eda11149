namespace ChannelHost.Engine.Messages;

/// <summary>What became of a message at one destination so far.</summary>
/// <param name="Destination">The destination's name.</param>
/// <param name="Response">Its response.</param>
internal readonly record struct Delivery(string Destination, Response Response);
