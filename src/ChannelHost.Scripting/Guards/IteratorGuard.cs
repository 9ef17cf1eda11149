using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Native.Object;
using Jint.Native.Symbol;

namespace ChannelHost.Scripting.Guards;

/// <summary>
/// Iterators that wrap iterators (<c>iterator.map(...)</c>) call each other natively, as deep as they were stacked. The iterators stay,
/// these methods go: arrays have the same ones.
/// </summary>
internal static class IteratorGuard
{
    private static readonly string[] Wrapping = ["map", "filter", "take", "drop", "flatMap"];

    /// <summary>Removes them.</summary>
    public static void Install(ScriptRun run)
    {
        var array = new JsArray(run.Engine, []);
        if (run.Engine.Call(array.Get(GlobalSymbolRegistry.Iterator), array, []) is ObjectInstance { Prototype.Prototype: { } shared })
        {
            foreach (var name in Wrapping)
            {
                shared.Delete(name);
            }
        }

        run.Engine.Global.Delete("Iterator");
    }
}
