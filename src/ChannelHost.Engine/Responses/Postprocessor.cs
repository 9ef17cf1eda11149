using System.Globalization;
using System.Text.Json;
using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Responses;

/// <summary>Runs the channel's postprocessor when the destinations are through.</summary>
internal sealed class Postprocessor(IScriptUnit unit, IMessageCodec codec)
{
    /// <summary>What the script returned, as text; null when it returned nothing.</summary>
    public (string? Value, ScriptError? Error, IReadOnlyList<StateChange> StateChanges) Run(
        ConnectorMessage message,
        ReadOnlyMemory<byte> encoded,
        MessageMaps maps,
        IReadOnlyList<Delivery> deliveries,
        CancellationToken cancellationToken)
    {
        foreach (var delivery in deliveries)
        {
            maps.Response.Put(delivery.Destination, AsValue(delivery.Response));
        }

        var scope = new ScriptScope
        {
            Connector = "source",
            MessageId = message.Id,
            Content = encoded,
            Inbound = codec,
            Outbound = codec,
            Maps = maps,
        };
        var result = unit.Run(scope, cancellationToken);
        return (Text(result.Value), result.Error, scope.StateChanges);
    }

    private Dictionary<string, object?> AsValue(Response response) => new()
    {
        ["status"] = response.Status.ToString().ToUpperInvariant(),
        ["statusMessage"] = response.StatusMessage,
        ["message"] = Decoded(response.Content),
        ["error"] = response.Error,
    };

    private string? Decoded(ReadOnlyMemory<byte> content)
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

    private static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IReadOnlyDictionary<string, object?> map when map.TryGetValue("message", out var message) => Text(message),
        _ => JsonSerializer.Serialize(value),
    };
}
