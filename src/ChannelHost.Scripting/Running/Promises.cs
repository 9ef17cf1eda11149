using Jint;
using Jint.Native;
using Jint.Native.Promise;
using Jint.Runtime;

namespace ChannelHost.Scripting.Running;

/// <summary>Asynchronous functions work, but there is nothing to wait for: no timer, no I/O. What is not settled by the end never will be.</summary>
internal static class Promises
{
    /// <summary>The value of a promise that a script left as its result.</summary>
    public static JsValue Settled(ScriptRun run, JsValue promise)
    {
        try
        {
            return promise.UnwrapIfPromise(TimeSpan.FromMilliseconds(1));
        }
        catch (Exception exception) when (IsPending(exception))
        {
            run.Limits.Check();
            throw run.Limits.OutOfTime("The script waits for a promise that nothing will settle.");
        }
    }

    // The engine says "rejected" with a reason of its own when its waiting time is up.
    private static bool IsPending(Exception exception) =>
        exception is TimeoutException or PromiseRejectedException { RejectedValue: JsString };

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
}
