using ChannelHost.Scripting.Values;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.UserClasses;
using Jint.Native;

namespace ChannelHost.Scripting.Scope;

/// <summary>What response transformers see of a destination's answer, and what they may say about it.</summary>
internal static class ResponseVariables
{
    /// <summary><c>response</c>: the destination's answer, or for the global postprocessor what the channel's answered.</summary>
    public static JsValue Create(ScriptRun run)
    {
        if (run.Names.HasAny(ScopeSets.ChannelResponse))
        {
            return run.FromPlain(run.Scope.Variables.GetValueOrDefault("response"));
        }

        return run.Classes.Wrap(ResponseClass.Immutable, ResponseState.From(Of(run), run.Scope.Inbound));
    }

    /// <summary>The first value of <c>responseStatus</c>.</summary>
    public static JsValue Status(ScriptRun run) => StatusValues.Of(run, Of(run).Status);

    /// <summary>The first value of <c>responseStatusMessage</c>.</summary>
    public static JsValue StatusMessage(ScriptRun run) => run.Text(Of(run).StatusMessage);

    /// <summary>The first value of <c>responseErrorMessage</c>.</summary>
    public static JsValue ErrorMessage(ScriptRun run) => run.Text(Of(run).Error);

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
        var status = StatusValues.Read(run, value) ?? (run.IsMirth ? null : StatusValues.Parse(TreeText.Of(value)));
        return (status, run.IsMirth) switch
        {
            (MessageStatus.Sent or MessageStatus.Queued or MessageStatus.Error, _) => status.Value,

            // As in the reference: what is no status leaves the one there was, and another one is an error.
            (null, true) => before,
            (_, true) => MessageStatus.Error,
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

    private static Response Of(ScriptRun run) => run.Scope.Response ?? Response.Sent("");
}
