using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Native.Object;

namespace ChannelHost.Scripting.Guards;

/// <summary>Functions of <c>Object</c> that list a text character by character make eighty bytes of each in one go.</summary>
internal static class ObjectGuard
{
    private const int MaxText = 100_000;

    private static readonly string[] Listing = ["keys", "values", "entries", "getOwnPropertyNames", "getOwnPropertyDescriptors", "assign"];

    /// <summary>Lets them look at their arguments first.</summary>
    public static void Install(ScriptRun run)
    {
        if (run.Engine.Global.Get("Object") is ObjectInstance constructor)
        {
            foreach (var name in Listing)
            {
                GuardedBuiltIns.Precede(constructor, run, name, Check);
            }
        }
    }

    private static void Check(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        foreach (var argument in arguments)
        {
            if (argument is JsString { Length: > MaxText } text)
            {
                throw run.TypeError($"A text of {text.Length} characters is not listed one by one; the limit is {MaxText}.");
            }
        }
    }
}
