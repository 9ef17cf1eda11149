using System.Text;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.Values;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace ChannelHost.Scripting.Scope;

/// <summary><c>router.routeMessage(channel, text)</c>: gives a message to another channel and waits for its answer.</summary>
internal static class Router
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsObjectShape Shape = new JsObjectShape.Builder()
        .Method("routeMessage", Route, 2)
        .Method("routeMessageByChannelId", Route, 2)
        .Build();

    /// <summary>Makes it for a run.</summary>
    public static ObjectInstance Create(Engine engine, ScriptRun run)
    {
        var router = Shape.Instantiate(engine);
        JsObjectShape.SetHostState(router, run);
        return router;
    }

    private static JsValue Route(JsValue self, JsValue[] arguments)
    {
        if (JsObjectShape.GetHostState(self as ObjectInstance) is not ScriptRun run)
        {
            throw new InvalidOperationException("A method of router was called without it.");
        }

        if (arguments.Length < 2)
        {
            throw run.TypeError("router.routeMessage needs a channel and a message.");
        }

        var channel = TypeConverter.ToString(arguments[0]);
        var answer = Send(run, channel, new IncomingMessage { Content = Bytes(arguments[1], run) })
            ?? throw run.Error($"No channel '{channel}' is deployed and running.");
        if (!answer.IsStored)
        {
            throw run.Error($"Channel '{channel}' did not take the message: {answer.Reason ?? "no reason given"}");
        }

        return answer.Content is { } content ? Text(content.Span) : JsValue.Null;
    }

    /// <summary>Hands a message over and waits: scripts are synchronous, but never wait longer than the run may last.</summary>
    public static SourceResponse? Send(ScriptRun run, string channel, IncomingMessage message)
    {
        run.Limits.Check();
        message = Truthful(run, message);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(run.Limits.CancellationToken);
        timeout.CancelAfter(run.Limits.TimeLeft);
        try
        {
            var routing = run.Environment.Router.RouteAsync(channel, run.Environment.Channel, message, timeout.Token);
            return routing.IsCompletedSuccessfully ? routing.Result : routing.AsTask().WaitAsync(timeout.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            run.Limits.Check();
            throw run.Limits.OutOfTime($"Channel '{channel}' did not answer within the script's time.");
        }
    }

    /// <summary>A script may pass on the way that its message came, and name its own message, but nothing else: who is on the way may have attachments.</summary>
    private static IncomingMessage Truthful(ScriptRun run, IncomingMessage message)
    {
        var (environment, scope) = (run.Environment, run.Scope);
        if (MessageWay.IsTrue(message.SourceMap, (channel, number) =>
            (number == scope.MessageId && (channel == environment.Channel || channel == environment.ChannelId)) || MessageWay.LeadsOver(scope.Maps.Source, channel, number)))
        {
            return message;
        }

        environment.Log(
            "warn",
            "A message was made whose source map names channels or messages (sourceChannelId, sourceMessageId and the like) that it does not come from; these keys were left out.",
            run.Current?.File.Name ?? "");
        return message with { SourceMap = MessageWay.Without(message.SourceMap) };
    }

    private static byte[] Bytes(JsValue value, ScriptRun run) =>
        value is ObjectInstance and not (TreeValue or TreeMember) && PlainValue.From(value, run) is byte[] bytes ? bytes : StrictUtf8.GetBytes(TreeText.Of(value));

    // An answer that is not UTF-8 is shown byte by byte rather than with replacement characters.
    private static string Text(ReadOnlySpan<byte> content)
    {
        try
        {
            return StrictUtf8.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(content);
        }
    }
}
