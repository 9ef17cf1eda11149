namespace ChannelHost.Engine.Messages;

/// <summary>What became of a message at one destination so far.</summary>
/// <param name="Destination">The destination's name.</param>
/// <param name="Response">Its response.</param>
internal readonly record struct Delivery(string Destination, Response Response)
{
    /// <summary>The destination's number.</summary>
    public int Id { get; init; }

    /// <summary>The maps as its scripts left them; null when nobody asks.</summary>
    public MessageMaps? Maps { get; init; }

    /// <summary>What was or is to be sent.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>How its answers are read; null when nobody asks.</summary>
    public IMessageCodec? Answers { get; init; }
}
