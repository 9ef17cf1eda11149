using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.Running;

/// <summary>Takes the chance out of a run: <c>Math.random()</c> gives what the environment's row of numbers says.</summary>
internal static class FixedChance
{
    /// <summary>Replaces the function in an engine.</summary>
    public static void Install(Engine engine, Random random)
    {
        var math = (ObjectInstance)engine.Global.Get("Math");
        math.Set("random", new ClrFunction(engine, "random", (_, _) => JsNumber.Create(random.NextDouble()), 0));
    }
}
