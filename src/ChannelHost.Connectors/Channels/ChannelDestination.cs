namespace ChannelHost.Connectors.Channels;

/// <summary>
/// Hands a message to another channel of this host. Sent means that the other channel has stored it: what becomes of it there is told there, and sending
/// it again would only make it twice. For that reason the answer is not judged either.
/// </summary>
internal sealed class ChannelDestination(ChannelDestinationOptions options, ConnectorContext context) : IDestination
{
    /// <summary>The key of the source map that counts how often a message was handed on.</summary>
    public const string HopsKey = "channelHops";

    /// <summary>In place of a channel's name: the message goes nowhere, and that is right so.</summary>
    public const string Nowhere = "none";

    private readonly string _stored = $"stored by channel {options.Channel}";

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (options.Channel == Nowhere)
        {
            return Response.Sent("sent to no channel, as the settings say");
        }

        var hops = Hops(message.Maps) + 1;
        if (hops > options.MaximumHops)
        {
            return Response.Failed(
                $"The message was handed on {options.MaximumHops} times already (maximumHops): channels send to each other in a circle. Look at the destinations of type channel from here on.");
        }

        var incoming = new IncomingMessage { Content = message.Content, SourceMap = SourceMap(message, hops) };
        var response = await context.Router.RouteAsync(options.Channel, context.Channel, incoming, cancellationToken);
        if (response is null)
        {
            return Response.TryAgain($"Channel {options.Channel} is not running. Deploy it, or correct the name.");
        }

        return response.IsStored
            ? Response.Sent(_stored, response.Content ?? default)
            : Response.TryAgain($"Channel {options.Channel} could not store the message: {response.Reason ?? "no reason given"}", response.Content ?? default);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Dictionary<string, object?> SourceMap(OutgoingMessage message, double hops)
    {
        var map = new Dictionary<string, object?>(options.Variables.Count + 6);
        foreach (var name in options.Variables.Where(name => !MessageWay.IsPartOf(name)))
        {
            map[name] = ValueOf(name, message);
        }

        map[MessageWay.Channel] = context.Channel;
        map[MessageWay.ChannelId] = ChannelId;
        map[MessageWay.MessageId] = (double)message.MessageId;
        Trace(message.Maps, map, MessageWay.ChannelId);
        Trace(message.Maps, map, MessageWay.MessageId);
        map[HopsKey] = hops;
        return map;
    }

    private string ChannelId => context.ScriptEnvironment.ChannelId ?? context.Channel;

    /// <summary>Of a message that came from a channel itself, the whole way: <c>sourceChannelIds</c> and <c>sourceMessageIds</c>, the first one first.</summary>
    private static void Trace(MessageMaps maps, Dictionary<string, object?> map, string name)
    {
        if (!maps.Source.TryGetValue(name, out var before) || before is null)
        {
            return;
        }

        IEnumerable<object?> way = maps.Source.GetValueOrDefault(name + "s") is IEnumerable<object?> known ? known : [before];
        map[name + "s"] = way.Append(map[name]).ToList();
    }

    // Numbers and booleans stay what they are; lists and the like go as the text that templates would show.
    private static object? ValueOf(string name, OutgoingMessage message)
    {
        var maps = message.Maps;
        return (maps.Connector.TryGet(name, out var value) || maps.Channel.TryGet(name, out value) || maps.Source.TryGetValue(name, out value))
            && value is string or double or bool
            ? value
            : message.Variables.Find(name);
    }

    private static double Hops(MessageMaps maps) => maps.Source.TryGetValue(HopsKey, out var hops) && hops is double count ? count : 0;
}
