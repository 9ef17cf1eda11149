using ChannelHost.Scripting.Java;
using ChannelHost.Scripting.Java.Util;
using ChannelHost.Scripting.Running;
using Jint.Native;

namespace ChannelHost.Scripting.Scope;

/// <summary>Several values for scripts: an array, and Java's collections where scripts expect those.</summary>
internal static class Collections
{
    /// <summary>Values in order.</summary>
    public static JsValue List(ScriptRun run, JsValue[] items) =>
        run.IsMirth ? new JavaObject(run.Java, ListClasses.ArrayList, new JavaList([.. items])) : new JsArray(run.Engine, items);

    /// <summary>Values without doubles.</summary>
    public static JsValue Set(ScriptRun run, JsValue[] items)
    {
        if (!run.IsMirth)
        {
            return new JsArray(run.Engine, items);
        }

        var set = JavaSet.Linked(run.Java);
        foreach (var item in items)
        {
            set.Add(item);
        }

        return new JavaObject(run.Java, SetClasses.Linked, set);
    }

    /// <summary>A key and its value.</summary>
    public static JsValue Entry(ScriptRun run, JsValue key, JsValue value)
    {
        if (!run.IsMirth)
        {
            return new JsArray(run.Engine, [key, value]);
        }

        var map = JavaMap.Linked(run.Java);
        map.Put(key, value);
        return MapClasses.EntryOf(run.Java, map, key);
    }
}
