using Jint.Native;
using Jint.Native.Promise;
using Jint.Runtime;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.Running;

/// <summary>Asynchronous functions work, but there is nothing to wait for: no timer, no I/O. What is not settled by the end never will be.</summary>
internal static class Promises
{
    /// <summary>The value of a promise that a script left as its result.</summary>
    /// <exception cref="JavaScriptException">It was rejected, or is not settled.</exception>
    public static JsValue Settled(ScriptRun run, JsValue promise)
    {
        JsValue? value = null;
        JsValue? reason = null;
        var then = promise.Get("then");
        run.Engine.Call(then, promise, [Taker(run, taken => value = taken), Taker(run, taken => reason = taken)]);
        run.Engine.Advanced.ProcessTasks();
        if (reason is not null)
        {
            throw new JavaScriptException(reason);
        }

        run.Limits.ThrowIfReached();
        return value ?? throw run.Limits.OutOfTime("The script waits for a promise that nothing will settle.");
    }

    /// <summary>Remembers a rejection that no one handles, so that an error in an asynchronous function is not lost.</summary>
    public static void Watch(ScriptRun run)
    {
        run.Engine.Advanced.PromiseRejectionTracker += (_, rejection) =>
        {
            if (rejection.Operation == PromiseRejectionOperation.Reject)
            {
                run.Unhandled ??= rejection.Value ?? JsValue.Undefined;
            }
            else
            {
                run.Unhandled = null;
            }
        };
    }

    private static ClrFunction Taker(ScriptRun run, Action<JsValue> take) => new(run.Engine, "", (_, arguments) =>
    {
        take(arguments.Length > 0 ? arguments[0] : JsValue.Undefined);
        return JsValue.Undefined;
    });
}
