using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Native.Symbol;
using Jint.Runtime;

namespace ChannelHost.Scripting.E4x;

/// <summary>What <c>for each (x in value)</c> walks: the values as they are when the loop begins, so that a loop may change what it walks.</summary>
internal static class ForEach
{
    /// <summary>The values as an array.</summary>
    public static JsValue Values(ScriptRun run, JsValue value)
    {
        if (TreeValue.From(value) is { } tree)
        {
            return Items(run, tree);
        }

        return value switch
        {
            JsArray array => new JsArray(run.Engine, [.. array]),
            JsString text => Characters(run, text.ToString()),
            ObjectInstance other when Iterated(run, other) is { } items => items,
            ObjectInstance other => Properties(run, other),
            _ => new JsArray(run.Engine, []),
        };
    }

    private static JsArray Items(ScriptRun run, TreeValue tree)
    {
        var items = new JsValue[tree.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = tree.Item(i);
        }

        return new JsArray(run.Engine, items);
    }

    private static JsArray Characters(ScriptRun run, string text)
    {
        run.Limits.CheckRoom(text.Length * 32.0);
        return new JsArray(run.Engine, [.. text.Select(c => (JsValue)c.ToString())]);
    }

    // Lists, sets and the values of maps, as their own iterators give them.
    private static JsArray? Iterated(ScriptRun run, ObjectInstance value)
    {
        var source = value is JsMap ? value.Get("values").Call(value, []) : value;
        if (source is not ObjectInstance iterable || !iterable.Get(GlobalSymbolRegistry.Iterator).IsCallable())
        {
            return null;
        }

        var items = new List<JsValue>();
        var iterator = iterable.Get(GlobalSymbolRegistry.Iterator).Call(iterable, []);
        var next = iterator.Get("next");
        while (next.Call(iterator, []) is var step && !TypeConverter.ToBoolean(step.Get("done")))
        {
            run.Limits.Check();
            items.Add(step.Get("value"));
        }

        return new JsArray(run.Engine, [.. items]);
    }

    private static JsArray Properties(ScriptRun run, ObjectInstance value)
    {
        var items = new List<JsValue>();
        foreach (var key in value.GetOwnPropertyKeys(Types.String))
        {
            if (value.GetOwnProperty(key) is { Enumerable: true })
            {
                items.Add(value.Get(key));
            }
        }

        return new JsArray(run.Engine, [.. items]);
    }
}
