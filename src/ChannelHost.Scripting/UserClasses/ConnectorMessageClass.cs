using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Scope;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>One connector's part of a message.</summary>
/// <param name="Message">The whole.</param>
/// <param name="Connector">The part.</param>
/// <param name="IsOwn">True for the part that the run belongs to: its maps are those of the run.</param>
internal sealed record ConnectorState(MessageSnapshot Message, ConnectorSnapshot Connector, bool IsOwn);

/// <summary>Content that was kept of a message.</summary>
internal sealed record ContentState(ConnectorState Owner, string Kind, string Content);

/// <summary><c>connectorMessage</c> and the contents it gives.</summary>
internal static class ConnectorMessageClass
{
    /// <summary>Content.</summary>
    public static readonly UserClass Content = new UserClassBuilder<ContentState>(Packages.Shared, "ImmutableMessageContent")
        .Property("Content", static (state, call) => call.Run.Text(state.Content))
        .Property("ContentType", static (state, call) => EnumClass.Of(call.Run, EnumClass.ContentType, state.Kind))
        .Property("DataType", static (state, call) => call.Run.Text(DataTypeNames.ToMirth(state.Owner.Connector.DataType)))
        .Property("MessageId", static (state, _) => state.Owner.Message.MessageId)
        .Property("MetaDataId", static (state, _) => state.Owner.Connector.Id)
        .Property("ChannelId", static (state, call) => call.Run.Text(state.Owner.Message.ChannelId))
        .Property("Encrypted", static (_, _) => JsBoolean.False, getter: "is")
        .Text(static state => state.Content)
        .Plain(static state => state.Content)
        .Build();

    /// <summary>The message.</summary>
    public static readonly UserClass Type = new UserClassBuilder<ConnectorState>(Packages.Shared, "ImmutableConnectorMessage")
        .Property("MetaDataId", static (state, _) => state.Connector.Id)
        .Property("ChannelId", static (state, call) => call.Run.Text(state.Message.ChannelId))
        .Property("ChannelName", static (state, call) => call.Run.Text(state.Message.ChannelName))
        .Property("ConnectorName", static (state, call) => call.Run.Text(ConnectorName(state)))
        .Property("ServerId", static (state, call) => call.Run.Text(state.Message.ServerId))
        .Property("MessageId", static (state, _) => state.Message.MessageId)
        .Property("Status", static (state, call) => StatusValues.Of(call.Run, state.Connector.Status))
        .Property("SendAttempts", static (state, _) => state.Connector.Attempts)
        .Property("ReceivedDate", static (state, call) => call.Run.Calendar(state.Message.ReceivedAt))
        .Property("SendDate", static (_, _) => JsValue.Null)
        .Property("ResponseDate", static (_, _) => JsValue.Null)
        .Property("RawData", static (state, call) => call.Run.Text(state.Connector.Raw))
        .Property("ProcessedRawData", static (state, call) => call.Run.Text(state.Connector.ProcessedRaw))
        .Property("TransformedData", static (state, call) => call.Run.Text(state.Connector.Transformed))
        .Property("EncodedData", static (state, call) => call.Run.Text(state.Connector.Encoded))
        .Property("ResponseData", static (state, call) => Response(state, call))
        .Property("ProcessedResponseData", static (state, call) => Response(state, call))
        .Property("ResponseTransformedData", static (_, _) => JsValue.Null)
        .Property("Raw", static (state, call) => Make(state, call, "RAW"))
        .Property("ProcessedRaw", static (state, call) => Make(state, call, "PROCESSED_RAW"))
        .Property("Transformed", static (state, call) => Make(state, call, "TRANSFORMED"))
        .Property("Encoded", static (state, call) => Make(state, call, "ENCODED"))
        .Property("Sent", static (_, _) => JsValue.Null)
        .Property("Response", static (state, call) => Make(state, call, "RESPONSE"))
        .Property("ResponseTransformed", static (_, _) => JsValue.Null)
        .Property("ProcessedResponse", static (state, call) => Make(state, call, "RESPONSE"))
        .Method("getMessageContent", static (state, call) => Make(state, call, (call.State<EnumValue>(0)?.Name ?? call.Text(0)).ToUpperInvariant()), 1)
        .Property("SourceMap", static (state, call) => Map(state, call, MapName.Source))
        .Property("ChannelMap", static (state, call) => Map(state, call, MapName.Channel))
        .Property("ConnectorMap", static (state, call) => Map(state, call, MapName.Connector))
        .Property("ResponseMap", static (state, call) => Map(state, call, MapName.Response))
        .Property("ProcessingError", static (state, call) => call.Run.Text(state.Connector.Error))
        .Property("PostProcessorError", static (_, _) => JsValue.Null)
        .Property("ResponseError", static (state, call) => call.Run.Text(state.Connector.Response?.Error))
        .Property("DestinationIdMap", static (_, call) => MessageClass.DestinationIds(call))
        .Property("DestinationNameMap", static (_, call) => MessageClass.DestinationIds(call))
        .Text(static state => $"message {state.Message.MessageId}-{state.Connector.Id} ({StatusValues.Name(state.Connector.Status)})")
        .Build();

    /// <summary>The part of the message that a run belongs to.</summary>
    public static JsValue Own(ScriptRun run)
    {
        var message = MessageClass.Snapshot(run);
        var own = message.Connectors.FirstOrDefault(connector => connector.Id == run.Scope.ConnectorId)
            ?? new ConnectorSnapshot { Id = run.Scope.ConnectorId, Name = run.Environment.DestinationName(run.Scope.Connector) };
        return run.Classes.Wrap(Type, new ConnectorState(message, own, IsOwn: true));
    }

    /// <summary>Another part.</summary>
    public static JsValue Of(ScriptRun run, MessageSnapshot message, ConnectorSnapshot connector) =>
        run.Classes.Wrap(Type, new ConnectorState(message, connector, IsOwn: false));

    private static string ConnectorName(ConnectorState state) => state.Connector.Id == 0 ? "Source" : state.Connector.Name;

    private static JsValue Response(ConnectorState state, UserCall call) => state.Connector.Response is { } response
        ? ResponseClass.Of(call.Run, ResponseState.From(response, call.Run.Scope.Inbound))
        : JsValue.Null;

    private static JsValue Make(ConnectorState state, UserCall call, string kind)
    {
        var content = kind switch
        {
            "RAW" => state.Connector.Raw,
            "PROCESSED_RAW" => state.Connector.ProcessedRaw,
            "TRANSFORMED" => state.Connector.Transformed,
            "ENCODED" => state.Connector.Encoded,
            "RESPONSE" or "PROCESSED_RESPONSE" when state.Connector.Response is { } response => ResponseState.From(response, call.Run.Scope.Inbound).Message,
            "PROCESSING_ERROR" => state.Connector.Error,
            _ => null,
        };
        return content is null ? JsValue.Null : call.Run.Classes.Wrap(Content, new ContentState(state, kind, content));
    }

    private static MapObject Map(ConnectorState state, UserCall call, MapName name)
    {
        if (state.IsOwn)
        {
            return call.Run.Maps[name];
        }

        if (name == MapName.Source && call.Run.IsMirth)
        {
            return call.Run.Maps.Wrap(new MirthSourceMap(state.Connector.Maps?.Source ?? new Dictionary<string, object?>(), call.Run.Environment.Destinations));
        }

        IReadOnlyDictionary<string, object?>? values = name switch
        {
            MapName.Source => state.Connector.Maps?.Source,
            MapName.Channel => state.Connector.Maps?.Channel.Values,
            MapName.Connector => state.Connector.Maps?.Connector.Values,
            _ => state.Connector.Maps?.Response.Values,
        };
        return call.Run.Maps.Wrap(new FixedMapStore(name.ToString(), values ?? new Dictionary<string, object?>()));
    }
}
