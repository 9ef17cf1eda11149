using ChannelHost.Scripting.Values;
using ChannelHost.Scripting.Java;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint;
using Jint.Native;
using Jint.Native.Object;

namespace ChannelHost.Scripting.Scope;

/// <summary>Helpers that mapping steps of imported channels call.</summary>
internal static class Validation
{
    /// <summary>
    /// <c>validate(value, default, replacements)</c>: the default for nothing or an empty text; texts and trees become texts and each
    /// <c>[pattern, replacement]</c> is applied; numbers, booleans and objects pass.
    /// </summary>
    public static JsValue Validate(ScriptRun run, JsValue[] arguments)
    {
        var value = At(arguments, 0);
        if (value.IsNothing() || (IsText(value) && TreeText.Of(value).Length == 0))
        {
            value = At(arguments, 1);
            if (value.IsUndefined())
            {
                value = JsString.Empty;
            }
        }

        return IsText(value) ? run.Text(Replace(run, TreeText.Of(value), At(arguments, 2))) : value;
    }

    private static bool IsText(JsValue value) => value is JsString or JavaString or TreeValue or TreeMember;

    /// <summary><c>getArrayOrXmlLength(value)</c>: how many elements or characters; 0 for nothing.</summary>
    public static JsValue Length(JsValue[] arguments) => At(arguments, 0) switch
    {
        TreeValue tree => tree.Count,
        TreeMember member => member.Children.Count,
        JsString text => text.Length,
        JavaString text => text.Value.Length,
        JavaObject java when JavaValues.ItemsOf(java) is { } items => items.Count(),
        ObjectInstance other when other.Get("length") is JsNumber length => length,
        _ => 0,
    };

    // Patterns and replacements are Java's: $1 is a group, a backslash escapes.
    private static string Replace(ScriptRun run, string text, JsValue replacements)
    {
        foreach (var entry in JavaValues.ItemsOf(replacements) ?? [])
        {
            if (JavaValues.ItemsOf(entry)?.ToList() is [var pattern, var replacement])
            {
                text = run.Java.Patterns.Of(TreeText.Of(pattern)).Replace(text, TreeText.Of(replacement), all: true);
                run.Limits.Check();
            }
        }

        return text;
    }

    private static JsValue At(JsValue[] arguments, int index) => index < arguments.Length ? arguments[index] : JsValue.Undefined;
}
