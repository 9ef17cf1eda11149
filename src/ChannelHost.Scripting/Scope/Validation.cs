using ChannelHost.Scripting.Values;
using System.Text.RegularExpressions;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

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
        if (value.IsNothing() || (value is JsString or TreeValue or TreeMember && TreeText.Of(value).Length == 0))
        {
            value = At(arguments, 1);
            if (value.IsUndefined())
            {
                value = JsString.Empty;
            }
        }

        return value is JsString or TreeValue or TreeMember ? Replace(run, TreeText.Of(value), At(arguments, 2)) : value;
    }

    /// <summary><c>getArrayOrXmlLength(value)</c>: how many elements or characters; 0 for nothing.</summary>
    public static JsValue Length(JsValue[] arguments) => At(arguments, 0) switch
    {
        TreeValue tree => tree.Count,
        TreeMember member => member.Children.Count,
        JsString text => text.Length,
        ObjectInstance other when other.Get("length") is JsNumber length => length,
        _ => 0,
    };

    private static JsValue Replace(ScriptRun run, string text, JsValue replacements)
    {
        if (replacements is not JsArray pairs)
        {
            return text;
        }

        foreach (var entry in pairs.ToArray())
        {
            if (entry is JsArray { Length: 2 } pair)
            {
                text = Replace(run, text, TypeConverter.ToString(pair[0]), TypeConverter.ToString(pair[1]));
            }
        }

        return text;
    }

    private static string Replace(ScriptRun run, string text, string pattern, string replacement)
    {
        try
        {
            var replaced = Regex.Replace(text, pattern, replacement, RegexOptions.CultureInvariant, run.Limits.RegexTime);
            run.Limits.Check();
            return replaced;
        }
        catch (RegexParseException exception)
        {
            throw run.Error($"validate cannot read the pattern: {exception.Message}");
        }
    }

    private static JsValue At(JsValue[] arguments, int index) => index < arguments.Length ? arguments[index] : JsValue.Undefined;
}
