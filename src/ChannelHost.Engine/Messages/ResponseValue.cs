using System.Globalization;
using System.Text.Json;

namespace ChannelHost.Engine.Messages;

/// <summary>A response as scripts see it in the response map: <c>status</c>, <c>statusMessage</c>, <c>message</c>, <c>error</c>.</summary>
internal static class ResponseValue
{
    /// <summary>As a plain value.</summary>
    public static Dictionary<string, object?> Of(Response response, IMessageCodec codec) => new()
    {
        ["status"] = response.Status.ToString().ToUpperInvariant(),
        ["statusMessage"] = response.StatusMessage,
        ["message"] = TextOf(response.Content, codec),
        ["error"] = response.Error,
    };

    /// <summary>What a script put into the response map as the answer for the sender: a response as it is, anything else as a text that was sent. Null for nothing.</summary>
    /// <exception cref="MessageFormatException">A character does not exist in the data type's charset.</exception>
    public static Response? Read(object? value, IMessageCodec codec)
    {
        if (value is null)
        {
            return null;
        }

        if (value is IReadOnlyDictionary<string, object?> entries && entries.GetValueOrDefault("status") is string word && StatusOf(word) is { } status)
        {
            return new Response
            {
                Status = status,
                Content = Text(entries.GetValueOrDefault("message")) is { } message ? codec.Encode(message) : default,
                StatusMessage = entries.GetValueOrDefault("statusMessage") as string ?? "",
                Error = entries.GetValueOrDefault("error") as string,
            };
        }

        return Response.Sent("", codec.Encode(Text(value)!));
    }

    /// <summary>A value that scripts left, as text; null for none.</summary>
    public static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        MarkupValue or DateValue => value.ToString(),
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IReadOnlyDictionary<string, object?> map when map.TryGetValue("message", out var message) => Text(message),
        _ => JsonSerializer.Serialize(value),
    };

    /// <summary>Bytes as text; null when they are none.</summary>
    public static string? TextOf(ReadOnlyMemory<byte> content, IMessageCodec codec)
    {
        try
        {
            return codec.Decode(content);
        }
        catch (MessageFormatException)
        {
            // An answer in some other form: the script sees that there is no text.
            return null;
        }
    }

    private static MessageStatus? StatusOf(string word) => Enum.TryParse<MessageStatus>(word, ignoreCase: true, out var status) && !int.TryParse(word, out _) ? status : null;
}
