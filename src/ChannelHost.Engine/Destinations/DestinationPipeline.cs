using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Transformers;

namespace ChannelHost.Engine.Destinations;

/// <summary>The way of a message to one destination in one version of the channel: filter, transformer, then queue or straight to the partner.</summary>
/// <param name="lane">Where it is queued and sent.</param>
/// <param name="id">The destination's number.</param>
/// <param name="transformer">Filter and transformer.</param>
/// <param name="content">What is sent in place of the message; null for the message itself.</param>
/// <param name="snapshots">What scripts see of a message.</param>
/// <param name="keys">Its order keys; null where order goes by arrival, or not at all.</param>
internal sealed class DestinationPipeline(
    DestinationLane lane, int id, FilterTransformer transformer, DestinationContent? content, MessageSnapshots snapshots, OrderKeys? keys = null)
{
    /// <summary>The destination's name.</summary>
    public string Name => lane.Definition.Name;

    /// <summary>Where this version queues and sends.</summary>
    public DestinationLane Lane => lane;

    /// <summary>Its number.</summary>
    public int Id => id;

    /// <summary>True when its messages have order keys.</summary>
    public bool HasKeys => keys is not null;

    /// <summary>True when it belongs to the chain of the destination before it.</summary>
    public bool WaitsForPrevious => lane.Definition.WaitForPrevious;

    /// <summary>How its answers are read.</summary>
    public IMessageCodec Answers => lane.Answers;

    /// <summary>Runs the destination's scripts. What comes out is stored with the message before anything is sent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="encoded">The message after the source's transformer.</param>
    /// <param name="sourceMaps">The maps after the source's transformer.</param>
    /// <param name="before">The maps that it goes on with, a copy of them: the source's, or in a chain those of the destination before it.</param>
    /// <param name="cancellationToken">Stops the scripts.</param>
    public PreparedDelivery Prepare(ConnectorMessage message, ReadOnlyMemory<byte> encoded, MessageMaps sourceMaps, MessageMaps before, CancellationToken cancellationToken)
    {
        var maps = new MessageMaps
        {
            Source = before.Source,
            Attachments = before.Attachments ?? lane.AttachmentsOf(message.Id),
            Channel = before.Channel.Count > 0 ? new VariableMap(before.Channel.Values) : new VariableMap(),
            Response = before.Response.Count > 0 ? new VariableMap(before.Response.Values) : new VariableMap(),
        };
        var transformed = Transform(message, encoded, sourceMaps, maps, cancellationToken);
        if (content is not null && transformed.Status == MessageStatus.Transformed)
        {
            var filled = transformed;
            transformed = content.Fill(transformed, Work(message, transformed, maps), maps, () => Filled(message, encoded, sourceMaps, filled, maps), id);
        }

        var orderKey = 0L;
        if (keys is not null && transformed.Status == MessageStatus.Transformed)
        {
            var keyed = transformed;
            (orderKey, transformed) = keys.Of(transformed, Work(message, transformed, maps), maps, message.Metadata, () => Filled(message, encoded, sourceMaps, keyed, maps), cancellationToken);
        }

        var status = transformed.Status != MessageStatus.Transformed ? transformed.Status
            : lane.Definition.Queue.Mode == QueueMode.Always ? MessageStatus.Queued
            : MessageStatus.Pending;
        var record = new DestinationRecord
        {
            Name = Name,
            Status = status,
            OrderKey = orderKey,
            Content = transformed.Content.Equals(encoded) ? default(ReadOnlyMemory<byte>?) : transformed.Content,
            Error = transformed.Error?.ToString(),
            ConnectorMap = maps.Connector.Count > 0 ? maps.Connector.Values : null,
            ChannelMap = maps.Channel.IsChanged || (!ReferenceEquals(before, sourceMaps) && maps.Channel.Count > 0) ? maps.Channel.Values : null,
        };
        return new PreparedDelivery(this, record, Work(message, transformed, maps) with { OrderKey = orderKey }, maps, transformed);
    }

    private Transformed Transform(ConnectorMessage message, ReadOnlyMemory<byte> encoded, MessageMaps sourceMaps, MessageMaps maps, CancellationToken cancellationToken) =>
        !transformer.HasScripts
            ? new Transformed(MessageStatus.Transformed, encoded, null, [])
            : transformer.Transform(
                message.Id, encoded, maps, null, () => snapshots.AtDestination(message, encoded, sourceMaps, id, Name, maps), cancellationToken);

    /// <summary>The message as a template of this destination sees it: its scripts have run, and it stands as it would be sent.</summary>
    private MessageSnapshot Filled(ConnectorMessage message, ReadOnlyMemory<byte> encoded, MessageMaps sourceMaps, Transformed transformed, MessageMaps maps)
    {
        var snapshot = snapshots.AtDestination(message, encoded, sourceMaps, id, Name, maps);
        return snapshot with
        {
            Connectors = [.. snapshot.Connectors.Select(part => part.Id == id
                ? part with { Status = MessageStatus.Transformed, Encoded = TextOf(transformed.Content) }
                : part)],
        };
    }

    private string? TextOf(ReadOnlyMemory<byte> bytes) => content is not null ? content.TextOf(bytes) : ResponseValue.TextOf(bytes, lane.Answers);

    private static DestinationWork Work(ConnectorMessage message, Transformed transformed, MessageMaps maps) => new()
    {
        MessageId = message.Id,
        Content = transformed.Content,
        Attempts = 0,
        ReceivedAt = message.ReceivedAt,
        ControlId = message.Description.ControlId,
        SourceMap = message.SourceMap,
        ChannelMap = maps.Channel.Count > 0 ? maps.Channel.Values : null,
        ConnectorMap = maps.Connector.Count > 0 ? maps.Connector.Values : null,
    };
}

/// <summary>A message that is ready to go to one destination.</summary>
/// <param name="Pipeline">Its way.</param>
/// <param name="Record">What is stored.</param>
/// <param name="Work">What is sent.</param>
/// <param name="Maps">Its maps.</param>
/// <param name="Transformed">What the scripts made of it.</param>
internal sealed record PreparedDelivery(
    DestinationPipeline Pipeline,
    DestinationRecord Record,
    DestinationWork Work,
    MessageMaps Maps,
    Transformed Transformed)
{
    /// <summary>What came of it.</summary>
    public Delivery With(Response response) => new(Pipeline.Name, response) { Id = Pipeline.Id, Maps = Maps, Content = Work.Content, Answers = Pipeline.Answers };

    /// <summary>The response of a delivery that nobody waits for: it was queued, filtered or failed in its scripts.</summary>
    public Response Settled() => Record.Status switch
    {
        MessageStatus.Queued => new Response { Status = MessageStatus.Queued, StatusMessage = "Queued." },
        MessageStatus.Filtered => new Response { Status = MessageStatus.Filtered, StatusMessage = "Filtered." },
        _ => Response.Failed(Transformed.Error?.Told ?? "failed") with { Error = Record.Error },
    };
}
