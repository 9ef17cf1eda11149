using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChannelHost.Storage.Messages;

namespace ChannelHost.Storage.Archives;

/// <summary>A message as a line of JSON, there and back. README.md in this folder describes it.</summary>
internal static class ArchiveLine
{
    // The line's own object, its list of destinations, and one of these stand around a map.
    private const int AroundMaps = 3;

    private static readonly JsonDocumentOptions ReaderOptions = new() { MaxDepth = PlainJson.MaximumJsonDepth + AroundMaps };

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    internal static void Write(IBufferWriter<byte> target, ArchivedMessage message)
    {
        using var json = new Utf8JsonWriter(target, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteNumber("id", message.Id);
        json.WriteString("receivedAt", message.ReceivedAt.UtcDateTime);
        json.WriteString("status", Word(message.Status));
        json.WriteString("dataType", message.DataType);
        json.WriteNumber("size", message.Size);
        WriteText(json, "controlId", message.ControlId);
        WriteText(json, "messageType", message.MessageType);
        WriteText(json, "error", message.Error);
        WriteId(json, "duplicateOf", message.DuplicateOf);
        WriteId(json, "replayOf", message.ReplayOf);
        WriteId(json, "batch", message.BatchId);
        WriteMap(json, "metadata", message.Metadata);
        WriteContent(json, "raw", message.Raw);
        WriteContent(json, "encoded", message.Encoded);
        WriteMap(json, "sourceMap", message.SourceMap);
        WriteMap(json, "channelMap", message.ChannelMap);
        json.WriteStartArray("destinations");
        foreach (var destination in message.Destinations)
        {
            Write(json, destination);
        }

        json.WriteEndArray();
        if (message.Attachments.Count > 0)
        {
            json.WriteStartArray("attachments");
            foreach (var attachment in message.Attachments)
            {
                json.WriteStartObject();
                json.WriteString("id", attachment.Id);
                json.WriteString("type", attachment.Type);
                WriteContent(json, "content", attachment.Content.ToArray());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Parses a line, which may nest as deep as the store's maps do.</summary>
    /// <exception cref="JsonException">It is no JSON, or nests deeper.</exception>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> line) => JsonDocument.Parse(line, ReaderOptions);

    /// <summary>Reads what <see cref="Write(IBufferWriter{byte}, ArchivedMessage)"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such line.</exception>
    internal static ArchivedMessage Read(JsonElement line)
    {
        try
        {
            return new ArchivedMessage
            {
                Id = line.GetProperty("id").GetInt64(),
                ReceivedAt = new DateTimeOffset(DateTime.SpecifyKind(line.GetProperty("receivedAt").GetDateTime().ToUniversalTime(), DateTimeKind.Utc)),
                Status = Status(line.GetProperty("status").GetString()),
                DataType = line.GetProperty("dataType").GetString() ?? "",
                Size = line.TryGetProperty("size", out var size) ? size.GetInt32() : 0,
                ControlId = Text(line, "controlId"),
                MessageType = Text(line, "messageType"),
                Error = Text(line, "error"),
                DuplicateOf = Id(line, "duplicateOf"),
                ReplayOf = Id(line, "replayOf"),
                BatchId = Id(line, "batch"),
                Metadata = Map(line, "metadata"),
                Raw = Content(line, "raw"),
                Encoded = Content(line, "encoded"),
                SourceMap = Map(line, "sourceMap"),
                ChannelMap = Map(line, "channelMap"),
                Destinations = line.TryGetProperty("destinations", out var destinations) ? [.. destinations.EnumerateArray().Select(ReadDestination)] : [],
                Attachments = line.TryGetProperty("attachments", out var attachments) ? [.. attachments.EnumerateArray().Select(ReadAttachment)] : [],
            };
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or StoreException { IsPermanent: true })
        {
            throw new InvalidDataException($"a line is no message: {failure.Message}", failure);
        }
    }

    private static void Write(Utf8JsonWriter json, ArchivedDestination destination)
    {
        json.WriteStartObject();
        json.WriteString("name", destination.Name);
        json.WriteString("status", Word(destination.Status));
        json.WriteNumber("attempts", destination.Attempts);
        if (destination.IsReattempt)
        {
            json.WriteBoolean("isReattempt", true);
        }

        if (destination.SentAt is { } sentAt)
        {
            json.WriteString("sentAt", sentAt.UtcDateTime);
        }

        WriteText(json, "error", destination.Error);
        WriteContent(json, "sent", destination.Sent);
        WriteContent(json, "response", destination.Response);
        WriteMap(json, "connectorMap", destination.ConnectorMap);
        WriteMap(json, "channelMap", destination.ChannelMap);
        json.WriteEndObject();
    }

    private static ArchivedDestination ReadDestination(JsonElement line) => new()
    {
        Name = line.GetProperty("name").GetString() ?? "",
        Status = Status(line.GetProperty("status").GetString()),
        Attempts = line.GetProperty("attempts").GetInt32(),
        IsReattempt = line.TryGetProperty("isReattempt", out var again) && again.GetBoolean(),
        SentAt = line.TryGetProperty("sentAt", out var sentAt) ? new DateTimeOffset(sentAt.GetDateTime().ToUniversalTime()) : null,
        Error = Text(line, "error"),
        Sent = Content(line, "sent"),
        Response = Content(line, "response"),
        ConnectorMap = Map(line, "connectorMap"),
        ChannelMap = Map(line, "channelMap"),
    };

    private static Attachment ReadAttachment(JsonElement line) =>
        new(line.GetProperty("id").GetString() ?? "", line.GetProperty("type").GetString() ?? "", Content(line, "content") ?? []);

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteId(Utf8JsonWriter json, string name, long id)
    {
        if (id != 0)
        {
            json.WriteNumber(name, id);
        }
    }

    private static void WriteMap(Utf8JsonWriter json, string name, byte[]? map)
    {
        if (map is not null)
        {
            json.WritePropertyName(name);

            // What is written is read back, which is the better check, and one that knows how deep maps may be.
            json.WriteRawValue(map, skipInputValidation: true);
        }
    }

    // Text where it is text, so that people and their tools can read an archive; else base64, which every byte survives.
    private static void WriteContent(Utf8JsonWriter json, string name, byte[]? content)
    {
        if (content is null)
        {
            return;
        }

        try
        {
            json.WriteString(name, Strict.GetString(content));
        }
        catch (DecoderFallbackException)
        {
            json.WriteStartObject(name);
            json.WriteBase64String("base64", content);
            json.WriteEndObject();
        }
    }

    private static byte[]? Content(JsonElement line, string name) => !line.TryGetProperty(name, out var content) ? null
        : content.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(content.GetString()!)
        : content.GetProperty("base64").GetBytesFromBase64();

    // Read and written anew, so that what gets into a store is what the store itself would have written.
    private static byte[]? Map(JsonElement line, string name) =>
        line.TryGetProperty(name, out var map) ? PlainJson.WriteMap(PlainJson.ReadMap(Encoding.UTF8.GetBytes(map.GetRawText()))) : null;

    private static string? Text(JsonElement line, string name) => line.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static long Id(JsonElement line, string name) => line.TryGetProperty(name, out var id) ? id.GetInt64() : 0;

    private static string Word(MessageStatus status) => JsonNamingPolicy.KebabCaseLower.ConvertName(status.ToString());

    private static MessageStatus Status(string? word)
    {
        foreach (var status in Enum.GetValues<MessageStatus>())
        {
            if (Word(status) == word)
            {
                return status;
            }
        }

        throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"a message has a status that is none, of {word?.Length ?? 0} characters"));
    }
}
