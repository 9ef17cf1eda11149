using ChannelHost.Scripting.Values;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint;
using Jint.Native;
using Jint.Native.Object;

namespace ChannelHost.Scripting.Scope;

/// <summary>What response transformers see of a destination's answer, and what they may say about it.</summary>
internal static class ResponseVariables
{
    private static readonly JsObjectShape Shape = new JsObjectShape.Builder()
        .Method("getMessage", (self, _) => Text(self))
        .Method("getStatus", (self, _) => Name(Of(self).Status))
        .Method("getNewMessageStatus", (self, _) => Name(Of(self).Status))
        .Method("getStatusMessage", (self, _) => Of(self).StatusMessage)
        .Method("getError", (self, _) => Of(self).Error)
        .Accessor("message", (self, _) => Text(self))
        .Accessor("status", (self, _) => Name(Of(self).Status))
        .Accessor("statusMessage", (self, _) => Of(self).StatusMessage)
        .Accessor("error", (self, _) => Of(self).Error)
        .Build();

    /// <summary><c>response</c>.</summary>
    public static ObjectInstance Create(Engine engine, ScriptRun run)
    {
        var response = Shape.Instantiate(engine);
        JsObjectShape.SetHostState(response, run);
        return response;
    }

    /// <summary>The first value of <c>responseStatus</c>.</summary>
    public static JsValue Status(ScriptRun run) => Name(Of(run).Status);

    /// <summary>The first value of <c>responseStatusMessage</c>.</summary>
    public static JsValue StatusMessage(ScriptRun run) => Of(run).StatusMessage;

    /// <summary>The first value of <c>responseErrorMessage</c>.</summary>
    public static JsValue ErrorMessage(ScriptRun run) => Of(run).Error;

    /// <summary>Takes over what scripts assigned.</summary>
    public static void ReadBack(ScriptRun run, ReadOnlyMemory<byte> content)
    {
        var before = Of(run);
        run.Scope.Response = before with
        {
            Status = ReadStatus(run, before.Status),
            StatusMessage = ReadText(run, "responseStatusMessage", before.StatusMessage) ?? "",
            Error = ReadText(run, "responseErrorMessage", before.Error),
            Content = content,
        };
    }

    private static MessageStatus ReadStatus(ScriptRun run, MessageStatus before)
    {
        if (!run.Engine.Global.HasOwnProperty("responseStatus"))
        {
            return before;
        }

        var value = run.Engine.Global.Get("responseStatus");
        return TreeText.Of(value).ToUpperInvariant() switch
        {
            "SENT" => MessageStatus.Sent,
            "QUEUED" => MessageStatus.Queued,
            "ERROR" => MessageStatus.Error,
            _ => throw run.TypeError($"responseStatus is '{TreeText.Of(value)}'; a response is SENT, QUEUED or ERROR."),
        };
    }

    private static string? ReadText(ScriptRun run, string name, string? before)
    {
        if (!run.Engine.Global.HasOwnProperty(name))
        {
            return before;
        }

        var value = run.Engine.Global.Get(name);
        return value.IsNothing() ? null : TreeText.Of(value);
    }

    private static Response Of(JsValue self) =>
        JsObjectShape.GetHostState(self as ObjectInstance) is ScriptRun run
            ? Of(run)
            : throw new InvalidOperationException("A method of response was called without it.");

    private static Response Of(ScriptRun run) => run.Scope.Response ?? Response.Sent("");

    private static JsValue Text(JsValue self) =>
        JsObjectShape.GetHostState(self as ObjectInstance) is ScriptRun run ? run.Scope.Inbound.Decode(Of(run).Content) : JsValue.Undefined;

    private static string Name(MessageStatus status) => status.ToString().ToUpperInvariant();
}
