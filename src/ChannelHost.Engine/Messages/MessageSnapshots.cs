namespace ChannelHost.Engine.Messages;

/// <summary>Makes what scripts see of a message (<c>connectorMessage</c>, <c>message</c>) when one asks for it.</summary>
/// <param name="environment">Tells what scripts call the channel and its destinations.</param>
/// <param name="channelId">Its id; its name where it has none.</param>
/// <param name="serverId">This host.</param>
/// <param name="raw">How messages come in.</param>
/// <param name="encoded">How they leave the source.</param>
internal sealed class MessageSnapshots(ScriptEnvironment environment, string channelId, string serverId, IMessageCodec raw, IMessageCodec encoded)
{
    /// <summary>What scripts call the source.</summary>
    public const string SourceName = "Source";

    /// <summary>While the source's scripts run.</summary>
    /// <param name="message">The message.</param>
    /// <param name="processed">What the preprocessors made of it; null when they left it as it was.</param>
    /// <param name="maps">Its maps.</param>
    public MessageSnapshot AtSource(ConnectorMessage message, ReadOnlyMemory<byte>? processed, MessageMaps maps) =>
        Of(message, [Source(message, processed, MessageStatus.Received, null, maps)]);

    /// <summary>While a destination's scripts run.</summary>
    /// <param name="message">The message.</param>
    /// <param name="content">What the source made of it.</param>
    /// <param name="sourceMaps">The maps after the source.</param>
    /// <param name="id">The destination's number.</param>
    /// <param name="name">Its name.</param>
    /// <param name="maps">Its maps.</param>
    public MessageSnapshot AtDestination(ConnectorMessage message, ReadOnlyMemory<byte> content, MessageMaps sourceMaps, int id, string name, MessageMaps maps) => Of(
        message,
        [
            Source(message, null, MessageStatus.Transformed, content, sourceMaps),
            new ConnectorSnapshot { Id = id, Name = environment.DestinationName(name), Status = MessageStatus.Received, Raw = ResponseValue.TextOf(content, encoded), DataType = encoded.DataType, Maps = maps },
        ]);

    /// <summary>When all destinations are through.</summary>
    /// <param name="message">The message.</param>
    /// <param name="status">What became of it at the source.</param>
    /// <param name="error">Why it failed there.</param>
    /// <param name="content">What the source made of it.</param>
    /// <param name="maps">The source's maps.</param>
    /// <param name="deliveries">What became of it at the destinations.</param>
    public MessageSnapshot AtEnd(ConnectorMessage message, MessageStatus status, string? error, ReadOnlyMemory<byte> content, MessageMaps maps, IReadOnlyList<Delivery> deliveries)
    {
        var isTransformed = status == MessageStatus.Transformed;
        var parts = new List<ConnectorSnapshot> { Source(message, null, status, isTransformed ? content : default(ReadOnlyMemory<byte>?), maps) with { Error = error } };
        foreach (var delivery in deliveries)
        {
            parts.Add(new ConnectorSnapshot
            {
                Id = delivery.Id,
                Name = environment.DestinationName(delivery.Destination),
                Status = delivery.Response.Status,
                Raw = ResponseValue.TextOf(content, encoded),
                Encoded = delivery.Answers is null ? null : ResponseValue.TextOf(delivery.Content, delivery.Answers),
                DataType = encoded.DataType,
                Response = delivery.Response,
                Error = delivery.Response.Error,
                Maps = delivery.Maps,
            });
        }

        return Of(message, parts) with { IsProcessed = true };
    }

    /// <summary>Of a message that is sent, maybe long after its scripts ran: what the store knows of it.</summary>
    /// <param name="id">The message.</param>
    /// <param name="stored">As stored; null when it is not there.</param>
    /// <param name="destination">The destination's number.</param>
    /// <param name="name">Its name.</param>
    /// <param name="content">What is sent.</param>
    /// <param name="codec">How that is read.</param>
    /// <param name="attempts">How often it was tried.</param>
    /// <param name="maps">The destination's maps.</param>
    public MessageSnapshot AtSending(
        long id, StoredMessage? stored, int destination, string name, ReadOnlyMemory<byte> content, IMessageCodec codec, int attempts, MessageMaps maps)
    {
        var rawText = stored?.Raw is { } received ? ResponseValue.TextOf(received, raw) : null;
        var encodedText = stored?.Encoded is { } made ? ResponseValue.TextOf(made, encoded) : rawText;
        return new MessageSnapshot
        {
            MessageId = id,
            ChannelId = channelId,
            ChannelName = environment.ChannelName,
            ServerId = serverId,
            ReceivedAt = stored?.Summary.ReceivedAt ?? default,
            OriginalId = stored?.Summary.ReplayOf is > 0 and var original ? original : null,
            Connectors =
            [
                new ConnectorSnapshot
                {
                    Id = 0,
                    Name = SourceName,
                    Status = stored?.Summary.Status ?? MessageStatus.Transformed,
                    Raw = rawText,
                    Encoded = encodedText,
                    DataType = raw.DataType,
                    Maps = new MessageMaps { Source = maps.Source, Channel = new VariableMap(stored?.ChannelMap ?? new Dictionary<string, object?>()) },
                },
                new ConnectorSnapshot
                {
                    Id = destination,
                    Name = environment.DestinationName(name),
                    Status = MessageStatus.Pending,
                    Raw = encodedText,
                    Encoded = ResponseValue.TextOf(content, codec),
                    DataType = encoded.DataType,
                    Attempts = attempts,
                    Maps = maps,
                },
            ],
        };
    }

    private ConnectorSnapshot Source(ConnectorMessage message, ReadOnlyMemory<byte>? processed, MessageStatus status, ReadOnlyMemory<byte>? content, MessageMaps maps) => new()
    {
        Id = 0,
        Name = SourceName,
        Status = status,
        Raw = ResponseValue.TextOf(message.Content, raw),
        ProcessedRaw = processed is { } bytes ? ResponseValue.TextOf(bytes, raw) : null,
        Encoded = content is { } made ? ResponseValue.TextOf(made, encoded) : null,
        DataType = raw.DataType,
        Maps = maps,
    };

    private MessageSnapshot Of(ConnectorMessage message, IReadOnlyList<ConnectorSnapshot> parts) => new()
    {
        MessageId = message.Id,
        ChannelId = channelId,
        ChannelName = environment.ChannelName,
        ServerId = serverId,
        ReceivedAt = message.ReceivedAt,
        OriginalId = message.ReplayOf == 0 ? null : message.ReplayOf,
        Connectors = parts,
    };
}
