using System.Text.Json.Nodes;

namespace ChannelHost.Server.Api;

/// <summary>The body of <c>POST /api/channels/{group}/{name}/queues/{destination}/{retry|skip|pause|resume}</c>.</summary>
/// <param name="Message">The message that is meant; needed for <c>skip</c>.</param>
/// <param name="Why">The reason, 1 to 500 characters; needed for <c>skip</c>.</param>
/// <param name="Who">Who asks, for the audit.</param>
internal sealed record QueueChange(long? Message = null, string? Why = null, string? Who = null);

/// <summary>The body of <c>POST /api/channels/{group}/{name}/replay</c>.</summary>
/// <param name="Ids">The stored messages, in the order in which they are to be processed; at most 100.</param>
/// <param name="Destination">The only destination they may go to; null for all.</param>
/// <param name="Who">Who asks, for the audit.</param>
/// <param name="Why">The reason, at most 500 characters, for the audit.</param>
internal sealed record ReplayRequest(IReadOnlyList<long> Ids, string? Destination = null, string? Who = null, string? Why = null);

/// <summary>The body of <c>POST /api/channels/{group}/{name}/export</c>: many contents are about to be taken out.</summary>
/// <param name="What">Which: <c>raw</c>, <c>sent</c>, <c>response</c>.</param>
/// <param name="Who">Who asks, for the audit.</param>
/// <param name="Why">The reason, at most 500 characters, for the audit.</param>
internal sealed record ExportRequest(string? What = null, string? Who = null, string? Why = null);

/// <summary>An export that is on the record.</summary>
/// <param name="Export">Given as <c>export</c> when contents are asked for, which then are not on the record one by one.</param>
internal sealed record ExportPermit(string Export);

/// <summary>An attachment with its content.</summary>
/// <param name="Id">Unique in its message.</param>
/// <param name="Type">The media type, or whatever the author calls it.</param>
/// <param name="Content">In Base64.</param>
internal sealed record AttachmentView(string Id, string Type, ReadOnlyMemory<byte> Content);

/// <summary>Content of a message: <c>GET /api/channels/{group}/{name}/messages/{id}/content</c>.</summary>
/// <param name="Message">The list entry.</param>
/// <param name="Raw">What the sender sent, in Base64; null when it is not kept or was not asked for.</param>
/// <param name="Sent">What destinations were or are to be sent, by name.</param>
/// <param name="Responses">What destinations answered, by name.</param>
internal sealed record ContentView(
    MessageView Message, ReadOnlyMemory<byte>? Raw, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sent, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Responses)
{
    /// <summary>What the source said about it; null when it was not asked for.</summary>
    public JsonObject? SourceMap { get; init; }

    /// <summary>Its attachments, in order; empty when they were not asked for by themselves.</summary>
    public IReadOnlyList<AttachmentView> Attachments { get; init; } = [];

    /// <summary>Of a stored message, what was asked for.</summary>
    public static ContentView Of(StoredMessage stored, string? what) => new(
        MessageView.Of(stored.Summary),
        what is null or "raw" ? stored.Raw : default,
        what is null or "sent" ? stored.Sent : new Dictionary<string, ReadOnlyMemory<byte>>(),
        what is null or "response" ? stored.Responses : new Dictionary<string, ReadOnlyMemory<byte>>())
    {
        SourceMap = what is null ? Plain(stored.SourceMap) : null,
    };

    private static JsonObject? Plain(IReadOnlyDictionary<string, object?>? map) => map is null ? null : new JsonObject(
        map.Where(entry => !entry.Key.StartsWith(MessageRecord.ReservedPrefix, StringComparison.Ordinal)).Select(entry => new KeyValuePair<string, JsonNode?>(entry.Key, entry.Value switch
        {
            string text => JsonValue.Create(text),
            double number => JsonValue.Create(number),
            bool flag => JsonValue.Create(flag),
            _ => null,
        })));
}
