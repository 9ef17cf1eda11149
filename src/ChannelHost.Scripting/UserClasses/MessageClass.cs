using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Scope;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>The parts of a message by their numbers.</summary>
internal sealed record ConnectorsState(MessageSnapshot Message);

/// <summary><c>message</c> of postprocessors.</summary>
internal static class MessageClass
{
    /// <summary>What <c>getConnectorMessages()</c> gives: the parts by number.</summary>
    public static readonly UserClass Connectors = new UserClassBuilder<ConnectorsState>("java.util", "LinkedHashMap")
        .Method("get", static (state, call) => Find(state, call) is { } found ? ConnectorMessageClass.Of(call.Run, state.Message, found) : JsValue.Null, 1)
        .Method("containsKey", static (state, call) => Find(state, call) is not null, 1)
        .Method("size", static (state, _) => state.Message.Connectors.Count)
        .Method("isEmpty", static (state, _) => state.Message.Connectors.Count == 0)
        .Method("keySet", static (state, call) => Collections.Set(call.Run, [.. state.Message.Connectors.Select(connector => (JsValue)connector.Id)]))
        .Method("values", static (state, call) => Collections.List(
            call.Run, [.. state.Message.Connectors.Select(connector => ConnectorMessageClass.Of(call.Run, state.Message, connector))]))
        .Method("entrySet", static (state, call) => Collections.Set(
            call.Run,
            [.. state.Message.Connectors.Select(connector => Collections.Entry(call.Run, connector.Id, ConnectorMessageClass.Of(call.Run, state.Message, connector)))]))
        .Text(static state => $"{state.Message.Connectors.Count} connector messages")
        .Build();

    /// <summary>The whole.</summary>
    public static readonly UserClass Type = new UserClassBuilder<MessageSnapshot>(Packages.Shared, "ImmutableMessage")
        .Property("MessageId", static (state, _) => state.MessageId)
        .Property("ChannelId", static (state, call) => call.Run.Text(state.ChannelId))
        .Property("ServerId", static (state, call) => call.Run.Text(state.ServerId))
        .Property("ReceivedDate", static (state, call) => call.Run.Calendar(state.ReceivedAt))
        .Property("Processed", static (state, _) => state.IsProcessed, getter: "is")
        .Property("OriginalId", static (state, _) => state.OriginalId is { } id ? id : JsValue.Null)
        .Property("ImportId", static (_, _) => JsValue.Null)
        .Property("ImportChannelId", static (_, _) => JsValue.Null)
        .Property("Attachments", static (_, call) => AttachmentFunctions.All(call.Run, decode: false))
        .Property("ConnectorMessages", static (state, call) => call.Run.Classes.Wrap(Connectors, new ConnectorsState(state)))
        .Property("MergedConnectorMessage", static (state, call) => Merged(state, call))
        .Property("DestinationIdMap", static (_, call) => DestinationIds(call))
        .Property("DestinationNameMap", static (_, call) => DestinationIds(call))
        .Text(static state => $"message {state.MessageId}")
        .Build();

    /// <summary>The whole message of a run.</summary>
    public static JsValue Own(ScriptRun run) => run.Classes.Wrap(Type, Snapshot(run));

    /// <summary>What is known of the message, also where nobody gave a snapshot: then it is what the run itself has.</summary>
    public static MessageSnapshot Snapshot(ScriptRun run) => run.Snapshot ??= run.Scope.Snapshot?.Invoke() ?? new MessageSnapshot
    {
        MessageId = run.Scope.MessageId,
        ChannelId = run.Environment.ChannelId ?? run.Environment.Channel,
        ChannelName = run.Environment.ChannelName,
        ReceivedAt = run.Environment.Time.GetUtcNow(),
        Connectors =
        [
            new ConnectorSnapshot
            {
                Id = run.Scope.ConnectorId,
                Name = run.Environment.DestinationName(run.Scope.Connector),
                Raw = run.Message.OriginalText,
                DataType = run.Scope.Inbound.DataType,
                Maps = run.Scope.Maps,
            },
        ],
    };

    /// <summary>The numbers of the destinations by name.</summary>
    public static JsValue DestinationIds(UserCall call) => call.Run.Maps.Wrap(new FixedMapStore(
        "destinationIdMap", call.Run.Environment.Destinations.ToDictionary(destination => call.Run.Environment.DestinationName(destination.Name), destination => (object?)(double)destination.Id)));

    private static ConnectorSnapshot? Find(ConnectorsState state, UserCall call)
    {
        var id = call.Number(0);
        return state.Message.Connectors.FirstOrDefault(connector => connector.Id == id);
    }

    // The source's own content; the maps of all, later destinations over earlier ones.
    private static JsValue Merged(MessageSnapshot state, UserCall call)
    {
        var channel = new VariableMap();
        var response = new VariableMap();
        foreach (var maps in state.Connectors.Select(connector => connector.Maps).OfType<MessageMaps>())
        {
            Overlay(channel, maps.Channel);
            Overlay(response, maps.Response);
        }

        var source = state.Connectors.FirstOrDefault(connector => connector.Id == 0);
        var merged = (source ?? new ConnectorSnapshot { Id = 0, Name = "Source" }) with
        {
            Transformed = null,
            Encoded = null,
            Maps = new MessageMaps { Source = source?.Maps?.Source ?? new Dictionary<string, object?>(), Channel = channel, Response = response },
        };
        return ConnectorMessageClass.Of(call.Run, state, merged);
    }

    private static void Overlay(VariableMap target, VariableMap values)
    {
        foreach (var (key, value) in values.Values)
        {
            target.Put(key, value);
        }
    }
}
