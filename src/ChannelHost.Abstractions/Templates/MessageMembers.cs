namespace ChannelHost.Abstractions;

/// <summary><c>message</c> in templates: the message as one connector knows it (<c>${message.encodedData}</c>).</summary>
internal sealed class MessageMembers(Func<MessageSnapshot> message, int connector) : ITemplateMembers
{
    private MessageSnapshot? _snapshot;

    /// <summary>The part that belongs to the connector; null when there is none.</summary>
    public ConnectorSnapshot? Part => Snapshot.Connectors.FirstOrDefault(part => part.Id == connector);

    private MessageSnapshot Snapshot => _snapshot ??= message();

    public bool TryGet(string member, IReadOnlyList<object?>? arguments, out object? value)
    {
        value = ValueMembers.Property(member, arguments) switch
        {
            "messageId" => Snapshot.MessageId,
            "channelId" => Snapshot.ChannelId,
            "channelName" => Snapshot.ChannelName,
            "serverId" => Snapshot.ServerId,
            "receivedDate" => new DateValue(Snapshot.ReceivedAt, IsJava: true),
            { } property => Part is { } part ? OfPart(part, property) : null,
            null => null,
        };
        return value is not null;
    }

    private static object? OfPart(ConnectorSnapshot part, string property) => property switch
    {
        "metaDataId" => (long)part.Id,
        "connectorName" => part.Name,
        "status" => part.Status.ToString().ToUpperInvariant(),
        "rawData" => part.Raw,
        "processedRawData" => part.ProcessedRaw,
        "transformedData" => part.Transformed,
        "encodedData" => part.Encoded,
        "responseData" => part.Response is { } response ? System.Text.Encoding.UTF8.GetString(response.Content.Span) : null,
        "processingError" => part.Error,
        "sendAttempts" => (long)part.Attempts,
        "sourceMap" => part.Maps?.Source,
        "channelMap" => part.Maps?.Channel.Values,
        "connectorMap" => part.Maps?.Connector.Values,
        "responseMap" => part.Maps?.Response.Values,
        _ => null,
    };
}
