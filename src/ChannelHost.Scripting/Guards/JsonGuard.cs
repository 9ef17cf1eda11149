using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace ChannelHost.Scripting.Guards;

/// <summary>
/// Looks a value over before the engine writes it as JSON: the engine recurses natively, and a value that holds another twice is written
/// twice, so that forty nested pairs are a million million texts.
/// </summary>
internal static class JsonGuard
{
    /// <summary>How deep a value may nest.</summary>
    public const int MaxDepth = 512;

    /// <summary>Lets <c>JSON.stringify</c> look first.</summary>
    public static void Install(ScriptRun run)
    {
        if (run.Engine.Global.Get("JSON") is ObjectInstance json)
        {
            GuardedBuiltIns.Precede(json, run, "stringify", (run, _, arguments) => Check(run, GuardedBuiltIns.At(arguments, 0)));
        }
    }

    /// <summary>Refuses what nests too deeply or would never be written.</summary>
    public static void Check(ScriptRun run, JsValue value)
    {
        if (value is not ObjectInstance root)
        {
            return;
        }

        double length = 0;
        var open = new Stack<(ObjectInstance Value, int Depth)>();
        open.Push((root, 1));
        while (open.TryPop(out var next))
        {
            run.Limits.Check();
            if (next.Depth > MaxDepth)
            {
                throw run.Limits.TooDeep($"A value that is written as JSON nests deeper than {MaxDepth} levels, or contains itself.");
            }

            foreach (var child in Children(next.Value))
            {
                switch (child)
                {
                    case JsString text:
                        length += text.Length;
                        run.Limits.CheckLength(length);
                        break;
                    case ObjectInstance nested and (JsObject or JsArray):
                        open.Push((nested, next.Depth + 1));
                        break;
                    default:
                        length += 4;
                        break;
                }
            }
        }
    }

    // Getters are left alone: they are script code, which the engine watches itself.
    private static IEnumerable<JsValue> Children(ObjectInstance value)
    {
        if (value is JsArray array)
        {
            for (uint i = 0; i < array.Length; i++)
            {
                if (array.TryGetValue(i, out var element))
                {
                    yield return element;
                }
            }

            yield break;
        }

        if (value is not JsObject)
        {
            yield break;
        }

        foreach (var key in value.GetOwnPropertyKeys(Types.String))
        {
            if (value.GetOwnProperty(key) is { } property && property.IsDataDescriptor() && property.Value is { } child)
            {
                yield return key;
                yield return child;
            }
        }
    }
}
