using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Scope;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary><c>VMRouter</c>, and <c>router</c> in every script: gives a message to another channel and waits for its answer.</summary>
internal static class RouterClass
{
    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>(Packages.Server, "VMRouter")
        .Method("routeMessage", static (_, call) => Route(call, byId: false), 2)
        .Method("routeMessageByChannelId", static (_, call) => Route(call, byId: true), 2)
        .Constructor(static _ => new object())
        .Build();

    /// <summary><c>router</c>.</summary>
    public static JsValue Create(ScriptRun run) => run.Classes.Wrap(Type, run);

    private static JsValue Route(UserCall call, bool byId)
    {
        var run = call.Run;
        if (call.Count < 2)
        {
            throw run.TypeError("router.routeMessage needs a channel and a message.");
        }

        var channel = call.Text(0);
        var target = byId ? NameOf(run, channel) : channel;
        var answer = Router.Send(run, target, RawMessageClass.Read(call[1], run, null));
        return run.IsMirth ? AsResponse(run, channel, answer) : AsText(run, channel, answer);
    }

    // Ours: the answer, or an error that says what is the matter.
    private static JsValue AsText(ScriptRun run, string channel, SourceResponse? answer)
    {
        if (answer is null)
        {
            throw run.Error($"No channel '{channel}' is deployed and running.");
        }

        if (!answer.IsStored)
        {
            throw run.Error($"Channel '{channel}' did not take the message: {answer.Reason ?? "no reason given"}");
        }

        return answer.Content is { } content ? run.Text(HostBytes.Text(content.Span)) : JsValue.Null;
    }

    // The reference never throws: what went wrong is a response, and no response is null.
    private static JsValue AsResponse(ScriptRun run, string channel, SourceResponse? answer)
    {
        if (answer is not { IsStored: true })
        {
            var reason = answer is null ? $"No channel '{channel}' is deployed and running." : $"Channel '{channel}' did not take the message: {answer.Reason ?? "no reason given"}";
            return ResponseClass.Of(run, new ResponseState { Status = MessageStatus.Error, Message = reason, StatusMessage = reason });
        }

        return answer.Content is { } content
            ? ResponseClass.Of(run, new ResponseState { Status = answer.Status, Message = HostBytes.Text(content.Span), StatusMessage = answer.Reason ?? "" })
            : JsValue.Null;
    }

    private static string NameOf(ScriptRun run, string id)
    {
        foreach (var channel in run.Environment.Channels?.Channels ?? [])
        {
            if (string.Equals(channel.Id, id, StringComparison.OrdinalIgnoreCase))
            {
                return channel.Name;
            }
        }

        return id;
    }
}
