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
    public static JsValue Set(ScriptRun run, JsValue[] items) =>
        run.IsMirth ? new JavaObject(run.Java, SetClasses.Linked, JavaSet.Of(run.Java, items)) : new JsArray(run.Engine, items);

    /// <summary>A key and its value.</summary>
    public static JsValue Entry(ScriptRun run, JsValue key, JsValue value) =>
        run.IsMirth ? MapClasses.EntryOf(run.Java, key, value) : new JsArray(run.Engine, [key, value]);
}
