namespace ChannelHost.Storage.Messages;

/// <summary>A message's maps as they are stored. Made on the caller's thread: the writer's time is everybody's, and a bad map fails only its own message.</summary>
internal sealed class EncodedRecord
{
    private static readonly Destination[] NoDestinations = [];

    private EncodedRecord(MessageRecord message)
    {
        // An empty one takes the place of what was stored on receipt; none leaves that as it is.
        SourceMap = message.SourceMap is { Count: 0 } ? "{}"u8.ToArray() : PlainJson.WriteMap(message.SourceMap);
        ChannelMap = PlainJson.WriteMap(message.ChannelMap);
        Metadata = PlainJson.WriteTexts(message.Metadata);
        StateChanges = message.StateChanges.Count == 0 ? null : PlainJson.WriteChanges(message.StateChanges);
        Destinations = message.Destinations.Count == 0 ? NoDestinations : new Destination[message.Destinations.Count];
        for (var index = 0; index < Destinations.Length; index++)
        {
            var destination = message.Destinations[index];
            Destinations[index] = new Destination(PlainJson.WriteMap(destination.ConnectorMap), PlainJson.WriteMap(destination.ChannelMap));
        }
    }

    internal byte[]? SourceMap { get; }

    internal byte[]? ChannelMap { get; }

    internal byte[]? Metadata { get; }

    internal byte[]? StateChanges { get; }

    internal Destination[] Destinations { get; }

    internal static EncodedRecord Of(MessageRecord message) => new(message);

    /// <summary>A destination's maps.</summary>
    internal readonly record struct Destination(byte[]? ConnectorMap, byte[]? ChannelMap);
}
