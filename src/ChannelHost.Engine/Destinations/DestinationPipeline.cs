using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Transformers;

namespace ChannelHost.Engine.Destinations;

/// <summary>The way of a message to one destination in one version of the channel: filter, transformer, then queue or straight to the partner.</summary>
internal sealed class DestinationPipeline(DestinationLane lane, FilterTransformer transformer)
{
    /// <summary>The destination's name.</summary>
    public string Name => lane.Definition.Name;

    /// <summary>Runs the destination's scripts. What comes out is stored with the message before anything is sent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="encoded">The message after the source's transformer.</param>
    /// <param name="sourceMaps">The maps after the source's transformer; each destination goes on with its own channel map.</param>
    /// <param name="cancellationToken">Stops the scripts.</param>
    public PreparedDelivery Prepare(ConnectorMessage message, ReadOnlyMemory<byte> encoded, MessageMaps sourceMaps, CancellationToken cancellationToken)
    {
        var maps = new MessageMaps
        {
            Source = sourceMaps.Source,
            Attachments = sourceMaps.Attachments,
            Channel = sourceMaps.Channel.Count > 0 ? new VariableMap(sourceMaps.Channel.Values) : new VariableMap(),
        };
        var transformed = transformer.Transform(message.Id, encoded, maps, null, cancellationToken);
        var status = transformed.Status != MessageStatus.Transformed ? transformed.Status
            : lane.Definition.Queue.Mode == QueueMode.Always ? MessageStatus.Queued
            : MessageStatus.Pending;
        var record = new DestinationRecord
        {
            Name = Name,
            Status = status,
            Content = transformed.Content.Equals(encoded) ? default(ReadOnlyMemory<byte>?) : transformed.Content,
            Error = transformed.Error?.ToString(),
            ConnectorMap = maps.Connector.Count > 0 ? maps.Connector.Values : null,
            ChannelMap = maps.Channel.IsChanged ? maps.Channel.Values : null,
        };
        var work = new DestinationWork
        {
            MessageId = message.Id,
            Content = transformed.Content,
            Attempts = 0,
            ReceivedAt = message.ReceivedAt,
            ControlId = message.Description.ControlId,
            SourceMap = message.SourceMap,
            ChannelMap = maps.Channel.Count > 0 ? maps.Channel.Values : null,
            ConnectorMap = record.ConnectorMap,
        };
        return new PreparedDelivery(this, record, work, maps, transformed);
    }

    /// <summary>Queues the message or takes its place in the line. Call in the order of hand-over to the store.</summary>
    public Task? Enter(PreparedDelivery delivery, Task committed)
    {
        switch (delivery.Record.Status)
        {
            case MessageStatus.Queued:
                lane.Enqueue(delivery.Work, committed);
                return null;
            case MessageStatus.Pending:
                return lane.TakeTurnAsync();
            default:
                return null;
        }
    }

    /// <summary>Delivers a message whose place in the line is <paramref name="turn"/>.</summary>
    public Task<Response> DeliverAsync(DestinationWork work, MessageMaps maps, Task turn) => lane.DeliverAsync(work, maps, turn);

    /// <summary>Leaves the line.</summary>
    public Task LeaveAsync(Task turn) => lane.GiveUpTurnAsync(turn);
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
    Transformed Transformed);
