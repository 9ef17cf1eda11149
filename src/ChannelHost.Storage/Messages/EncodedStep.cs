namespace ChannelHost.Storage.Messages;

/// <summary>The maps of a chain's step as they are stored, made on the caller's thread as those of an <see cref="EncodedRecord"/>.</summary>
internal sealed class EncodedStep
{
    private EncodedStep(ChainStep step)
    {
        StateChanges = step.StateChanges.Count == 0 ? null : PlainJson.WriteChanges(step.StateChanges);
        Destinations = [.. step.Destinations.Select(record => new EncodedRecord.Destination(PlainJson.WriteMap(record.ConnectorMap), PlainJson.WriteMap(record.ChannelMap)))];
    }

    internal byte[]? StateChanges { get; }

    internal EncodedRecord.Destination[] Destinations { get; }

    internal static EncodedStep Of(ChainStep step) => new(step);
}
