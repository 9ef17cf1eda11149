using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>A response as scripts make and read it.</summary>
internal sealed record ResponseState
{
    private static readonly string[] Keys = ["status", "statusMessage", "message", "error"];

    /// <summary>Null for one that was made of a text alone.</summary>
    public MessageStatus? Status { get; set; }

    /// <summary>The answer.</summary>
    public string? Message { get; set; }

    /// <summary>A line for people.</summary>
    public string? StatusMessage { get; set; }

    /// <summary>What failed.</summary>
    public string? Error { get; set; }

    /// <summary>Of a response that the engine has.</summary>
    public static ResponseState From(Response response, IMessageCodec codec) => new()
    {
        Status = response.Status,
        Message = Decode(response.Content, codec),
        StatusMessage = response.StatusMessage,
        Error = response.Error,
    };

    /// <summary>What maps keep of it: a value that storage knows.</summary>
    public Dictionary<string, object?> ToPlain() => new(StringComparer.Ordinal)
    {
        ["status"] = Status is { } status ? StatusValues.Name(status) : null,
        ["statusMessage"] = StatusMessage,
        ["message"] = Message,
        ["error"] = Error,
    };

    /// <summary>The response that a kept value is; null when it is something else.</summary>
    public static ResponseState? FromPlain(object? value)
    {
        if (value is not IReadOnlyDictionary<string, object?> { Count: 4 } entries || !Keys.All(entries.ContainsKey))
        {
            return null;
        }

        return new ResponseState
        {
            Status = StatusValues.Parse(entries["status"] as string),
            StatusMessage = entries["statusMessage"] as string,
            Message = entries["message"] as string,
            Error = entries["error"] as string,
        };
    }

    /// <summary>For the engine. Without a status it counts as sent.</summary>
    public Response ToResponse(IMessageCodec codec) => new()
    {
        Status = Status ?? MessageStatus.Sent,
        StatusMessage = StatusMessage ?? "",
        Error = Error,
        Content = string.IsNullOrEmpty(Message) ? default : codec.Encode(Message),
    };

    /// <inheritdoc/>
    public override string ToString() => (Status, StatusMessage) switch
    {
        (null, _) => StatusMessage ?? "",
        ({ } status, null or "") => StatusValues.Name(status),
        ({ } status, _) => $"{StatusValues.Name(status)}: {StatusMessage}",
    };

    // What is no text of the data type is still shown: an answer in another charset, bytes.
    private static string Decode(ReadOnlyMemory<byte> content, IMessageCodec codec)
    {
        try
        {
            return codec.Decode(content);
        }
        catch (MessageFormatException)
        {
            return HostBytes.Text(content.Span);
        }
    }
}

/// <summary><c>Response</c>, its read-only sister, and <c>ResponseFactory</c>.</summary>
internal static class ResponseClass
{
    /// <summary><c>Response</c>.</summary>
    public static readonly UserClass Response = new UserClassBuilder<ResponseState>(Packages.Shared, "Response")
        .Property("Status", static (state, call) => Status(state, call), static (state, call) => state.Status = ReadStatus(call, call[0]))
        .Property("Message", static (state, call) => call.Run.Text(state.Message), static (state, call) => state.Message = call.TextOrNull(0))
        .Property("StatusMessage", static (state, call) => call.Run.Text(state.StatusMessage), static (state, call) => state.StatusMessage = call.TextOrNull(0))
        .Property("Error", static (state, call) => call.Run.Text(state.Error), static (state, call) => state.Error = call.TextOrNull(0))
        .Method("getNewMessageStatus", Status)
        .Method("toJSON", static (state, call) => ScriptValue.From(state.ToPlain(), call.Run))
        .Text(static state => state.ToString())
        .Plain(static state => state.ToPlain())
        .Constructor(Create)
        .Build();

    /// <summary><c>ImmutableResponse</c>: what a response transformer looks at.</summary>
    public static readonly UserClass Immutable = new UserClassBuilder<ResponseState>(Packages.Server, "ImmutableResponse")
        .Property("Status", Status)
        .Property("Message", static (state, call) => call.Run.Text(state.Message))
        .Property("StatusMessage", static (state, call) => call.Run.Text(state.StatusMessage))
        .Property("Error", static (state, call) => call.Run.Text(state.Error))
        .Method("getNewMessageStatus", Status)
        .Method("toJSON", static (state, call) => ScriptValue.From(state.ToPlain(), call.Run))
        .Text(static state => state.ToString())
        .Plain(static state => state.ToPlain())
        .Build();

    /// <summary><c>ResponseFactory</c>.</summary>
    public static readonly UserClass Factory = new UserClassBuilder<object>(Packages.Server, "ResponseFactory")
        .Static("getSentResponse", static call => Make(call, MessageStatus.Sent))
        .Static("getErrorResponse", static call => Make(call, MessageStatus.Error))
        .Static("getFilteredResponse", static call => Make(call, MessageStatus.Filtered))
        .Static("getQueuedResponse", static call => Make(call, MessageStatus.Queued))
        .Static("getSuccessResponse", static call => throw call.Error("is gone since version 3: use ResponseFactory.getSentResponse."))
        .Static("getFailureResponse", static call => throw call.Error("is gone since version 3: use ResponseFactory.getErrorResponse."))
        .Build();

    /// <summary>For a script.</summary>
    public static JsValue Of(ScriptRun run, ResponseState state) => run.Classes.Wrap(Response, state);

    private static JsValue Make(UserCall call, MessageStatus status) => Of(call.Run, new ResponseState { Status = status, Message = call.TextOrNull(0) });

    private static ResponseState Create(UserCall call) => call.Count switch
    {
        0 => throw call.Error("needs a message, or a status and a message."),
        1 when call.State<ResponseState>(0) is { } other => other with { },
        1 => new ResponseState { Message = call.TextOrNull(0) },
        _ => new ResponseState
        {
            Status = ReadStatus(call, call[0]),
            Message = call.TextOrNull(1),
            StatusMessage = call.TextOrNull(2),
            Error = call.TextOrNull(3),
        },
    };

    private static MessageStatus? ReadStatus(UserCall call, JsValue value) => value.IsNothing()
        ? null
        : StatusValues.Read(call.Run, value)
            ?? throw call.Error($"needs a status first (Status.SENT, Status.ERROR ...), not '{TreeText.Of(value)}'.");

    private static JsValue Status(ResponseState state, UserCall call) => state.Status is { } status ? StatusValues.Of(call.Run, status) : JsValue.Null;
}
