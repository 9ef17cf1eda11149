using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Scope;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>A message that a script makes for a channel.</summary>
internal sealed class RawMessageState
{
    /// <summary>Null when it is binary.</summary>
    public string? Text { get; set; }

    /// <summary>Null when it is text.</summary>
    public byte[]? Bytes { get; set; }

    /// <summary>The numbers of the destinations it goes to; null for all.</summary>
    public IReadOnlyList<int>? Destinations { get; set; }

    /// <summary>What the channel finds in its source map.</summary>
    public VariableMap SourceMap { get; set; } = new();

    /// <summary>For a channel.</summary>
    public IncomingMessage ToMessage(IMessageCodec? codec) => new()
    {
        Content = Bytes ?? (codec is null ? System.Text.Encoding.UTF8.GetBytes(Text ?? "") : codec.Encode(Text ?? "")),
        SourceMap = SourceMap.Values,
        Destinations = Destinations,
    };
}

/// <summary><c>RawMessage</c>.</summary>
internal static class RawMessageClass
{
    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<RawMessageState>(Packages.Server, "RawMessage")
        .Property("RawData", static (state, call) => call.Run.Text(state.Text))
        .Property("RawBytes", static (state, call) => call.Run.Bytes(state.Bytes))
        .Property("Binary", static (state, _) => state.Bytes is not null, getter: "is")
        .Property("DestinationMetaDataIds", static (state, call) => Ids(state, call), static (state, call) => state.Destinations = ReadIds(call, 0))
        .Property("SourceMap", static (state, call) => Map(state, call), static (state, call) => state.SourceMap = ReadMap(call, 0))
        .Property("ChannelMap", static (state, call) => Map(state, call), static (state, call) => state.SourceMap = ReadMap(call, 0))
        .Method("clearMessage", Clear)
        .Text(static state => state.Text ?? "")
        .Constructor(Create)
        .Build();

    /// <summary>What a value is as a message for a channel: a RawMessage as it is, bytes, or the text of anything else.</summary>
    public static IncomingMessage Read(JsValue value, ScriptRun run, IMessageCodec? codec) => value switch
    {
        UserObject { State: RawMessageState state } => state.ToMessage(codec),
        _ when codec is null => new IncomingMessage { Content = HostBytes.Of(value, run) },
        Jint.Native.Object.ObjectInstance and not TreeValue when PlainValue.From(value, run) is byte[] bytes => new IncomingMessage { Content = bytes },
        _ => new IncomingMessage { Content = codec.Encode(TreeText.Of(value)) },
    };

    private static RawMessageState Create(UserCall call)
    {
        var state = new RawMessageState { Destinations = ReadIds(call, 1), SourceMap = ReadMap(call, 2) };
        if (call.IsBytes(0))
        {
            state.Bytes = call.Bytes(0);
        }
        else
        {
            state.Text = call.Text(0);
        }

        return state;
    }

    private static JsValue Clear(RawMessageState state, UserCall call)
    {
        state.Text = null;
        state.Bytes = null;
        return JsValue.Undefined;
    }

    private static MapObject Map(RawMessageState state, UserCall call) => call.Run.Maps.Wrap(new MessageMapStore("sourceMap", state.SourceMap));

    private static JsValue Ids(RawMessageState state, UserCall call) =>
        state.Destinations is null ? JsValue.Null : Collections.List(call.Run, [.. state.Destinations.Select(id => (JsValue)id)]);

    private static List<int>? ReadIds(UserCall call, int index) => PlainValue.From(call[index], call.Run) switch
    {
        null => null,
        double id => [(int)id],
        IEnumerable<object?> ids => [.. ids.Select(id => id is double number ? (int)number : throw call.Error("needs numbers of destinations."))],
        _ => throw call.Error("needs a list of the destinations' numbers."),
    };

    private static VariableMap ReadMap(UserCall call, int index) => PlainValue.From(call[index], call.Run) switch
    {
        null => new VariableMap(),
        IReadOnlyDictionary<string, object?> entries => new VariableMap(entries),
        _ => throw call.Error("needs a map for the source map."),
    };
}
