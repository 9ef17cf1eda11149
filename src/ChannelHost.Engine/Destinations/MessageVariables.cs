using System.Globalization;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// What <c>${name}</c> stands for when a message is sent: first the maps, in the order in which scripts look (<c>$('name')</c>), then the message's own
/// properties: controlId, messageId, channel, destination, attempt, uuid, originalFilename, <c>date:FORMAT</c> (now) and <c>received:FORMAT</c> (UTC, .NET formats).
/// </summary>
internal sealed class MessageVariables(
    DestinationWork work,
    MessageMaps maps,
    ScriptEnvironment environment,
    string destination,
    int attempt) : IVariableLookup
{
    public string? Find(string name) => FromMaps(name) ?? FromMessage(name);

    private string? FromMaps(string name)
    {
        if (maps.Response.TryGet(name, out var value)
            || maps.Connector.TryGet(name, out value)
            || maps.Channel.TryGet(name, out value)
            || maps.Source.TryGetValue(name, out value)
            || environment.GlobalChannelMap.TryGet(name, out value)
            || environment.GlobalMap.TryGet(name, out value))
        {
            return Text(value);
        }

        return environment.ConfigurationMap.TryGetValue(name, out var setting) ? setting : null;
    }

    private string? FromMessage(string name) => name switch
    {
        "controlId" => work.ControlId,
        "messageId" => work.MessageId.ToString(CultureInfo.InvariantCulture),
        "channel" => environment.Channel,
        "destination" => destination,
        "attempt" => attempt.ToString(CultureInfo.InvariantCulture),
        "uuid" => Uuid().ToString(),
        _ when name.StartsWith("date:", StringComparison.Ordinal) => Format(environment.Time.GetUtcNow(), name[5..]),
        _ when name.StartsWith("received:", StringComparison.Ordinal) => work.ReceivedAt is { } at ? Format(at, name[9..]) : null,
        _ => null,
    };

    private Guid Uuid()
    {
        if (environment.Random is not { } random)
        {
            return Guid.NewGuid();
        }

        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static string? Format(DateTimeOffset time, string format)
    {
        try
        {
            return time.ToString(format.Trim(), CultureInfo.InvariantCulture);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };
}
