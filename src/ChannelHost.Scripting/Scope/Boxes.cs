using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.Values;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Scope;

/// <summary><c>newStringOrUndefined</c> and its sisters: objects of the language around a value, and nothing for nothing.</summary>
internal static class Boxes
{
    /// <summary>A text.</summary>
    public static JsValue String(ScriptRun run, JsValue[] arguments) =>
        At(arguments) is var value && value.IsNothing() ? value : run.Engine.Construct("String", JsString.Create(TreeText.Of(value)));

    /// <summary>A number.</summary>
    public static JsValue Number(ScriptRun run, JsValue[] arguments) =>
        At(arguments) is var value && value.IsNothing() ? value : run.Engine.Construct("Number", JsNumber.Create(TypeConverter.ToNumber(value)));

    /// <summary>A yes or no.</summary>
    public static JsValue Boolean(ScriptRun run, JsValue[] arguments) =>
        At(arguments) is var value && value.IsNothing() ? value : run.Engine.Construct("Boolean", TypeConverter.ToBoolean(value) ? JsBoolean.True : JsBoolean.False);

    private static JsValue At(JsValue[] arguments) => arguments.Length > 0 ? arguments[0] : JsValue.Undefined;
}
