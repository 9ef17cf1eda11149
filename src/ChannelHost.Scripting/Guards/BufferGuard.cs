using ChannelHost.Scripting.Running;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace ChannelHost.Scripting.Guards;

/// <summary>Buffers and typed arrays of a chosen size: the size is checked before it is allocated.</summary>
internal static class BufferGuard
{
    /// <summary>The constructors.</summary>
    public static readonly string[] Names =
    [
        "ArrayBuffer", "DataView", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
        "Float16Array", "Float32Array", "Float64Array",
    ];

    // What makes or needs integers without bounds is withheld together with BigInt.
    private static readonly string[] BigMembers = ["getBigInt64", "getBigUint64", "setBigInt64", "setBigUint64"];

    /// <summary>Replaces them.</summary>
    public static void Install(ScriptRun run)
    {
        foreach (var name in Names.Where(name => name != "DataView"))
        {
            GuardedConstructor.Install(run, name, CheckSource);
        }

        var global = run.Engine.Global;
        if (global.Get("DataView") is ObjectInstance view && view.Get("prototype") is ObjectInstance viewPrototype)
        {
            foreach (var member in BigMembers)
            {
                viewPrototype.Delete(member);
            }
        }

        if (global.Get("ArrayBuffer") is ObjectInstance buffer && buffer.Get("prototype") is ObjectInstance bufferPrototype)
        {
            GuardedBuiltIns.Precede(bufferPrototype, run, "transfer", CheckSize);
            GuardedBuiltIns.Precede(bufferPrototype, run, "transferToFixedLength", CheckSize);
        }

        // All typed arrays inherit it from the constructor above their own.
        if (global.Get("Uint8Array") is ObjectInstance { Prototype.Prototype: { } typedArray })
        {
            GuardedBuiltIns.Precede(typedArray, run, "from", (run, _, arguments) => CheckSource(run, arguments));
        }
    }

    // Refuses a size or an array-like that is too long.
    private static ObjectInstance? CheckSource(ScriptRun run, JsValue[] arguments)
    {
        if (GuardedBuiltIns.At(arguments, 0) is not ObjectInstance source)
        {
            CheckSize(run, JsValue.Undefined, arguments);
            return null;
        }

        var length = source.Get("length");
        if (!length.IsUndefined())
        {
            run.Limits.CheckLength(TypeConverter.ToNumber(length));
        }

        return null;
    }

    private static void CheckSize(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        if (GuardedBuiltIns.At(arguments, 0) is JsNumber or JsString)
        {
            run.Limits.CheckLength(TypeConverter.ToNumber(arguments[0]));
        }

        if (GuardedBuiltIns.At(arguments, 1) is ObjectInstance options && options.Get("maxByteLength") is var maximum && !maximum.IsUndefined())
        {
            run.Limits.CheckLength(TypeConverter.ToNumber(maximum));
        }
    }
}
