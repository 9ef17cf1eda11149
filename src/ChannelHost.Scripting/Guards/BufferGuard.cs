using ChannelHost.Scripting.Running;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Jint.Runtime.Descriptors;

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
        var global = run.Engine.Global;
        foreach (var name in Names)
        {
            if (global.Get(name) is not ObjectInstance original || original.Get("prototype") is not ObjectInstance prototype)
            {
                continue;
            }

            if (name == "DataView")
            {
                foreach (var member in BigMembers)
                {
                    prototype.Delete(member);
                }

                continue;
            }

            var guarded = new GuardedConstructor(run, name, original);
            guarded.FastSetProperty("prototype", new PropertyDescriptor(prototype, PropertyFlag.AllForbidden));
            guarded.Prototype = original.Prototype;
            prototype.FastSetProperty("constructor", new PropertyDescriptor(guarded, PropertyFlag.NonEnumerable));
            global.FastSetProperty(name, new PropertyDescriptor(guarded, PropertyFlag.NonEnumerable));
            if (name == "ArrayBuffer")
            {
                GuardedBuiltIns.Precede(prototype, run, "transfer", CheckSize);
                GuardedBuiltIns.Precede(prototype, run, "transferToFixedLength", CheckSize);
                GuardedBuiltIns.Precede(original, run, "isView", static (_, _, _) => { });
            }
        }

        if (global.Get("Uint8Array") is ObjectInstance { Prototype: { } typedArray })
        {
            GuardedBuiltIns.Precede(typedArray, run, "from", CheckSource);
        }
    }

    /// <summary>Refuses a size or an array-like that is too long.</summary>
    public static void CheckSource(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        if (GuardedBuiltIns.At(arguments, 0) is not ObjectInstance source)
        {
            CheckSize(run, self, arguments);
            return;
        }

        var length = source.Get("length");
        if (!length.IsUndefined())
        {
            run.Limits.CheckLength(TypeConverter.ToNumber(length));
        }

        if (GuardedBuiltIns.At(arguments, 1) is ObjectInstance options && options.Get("maxByteLength") is JsNumber maximum)
        {
            run.Limits.CheckLength(maximum.AsNumber());
        }
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
