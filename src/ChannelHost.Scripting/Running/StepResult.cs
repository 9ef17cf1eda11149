using ChannelHost.Scripting.Java;
using ChannelHost.Scripting.Trees;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Running;

/// <summary>What a filter's value means.</summary>
internal static class StepResult
{
    /// <summary>As <c>value == true</c> says: true and 1 let the message pass, <c>'true'</c>, null and undefined do not.</summary>
    public static bool Accepts(JsValue value) => value switch
    {
        JsBoolean boolean => boolean.AsBoolean(),
        JsNumber number => number.AsNumber() == 1,
        JsString text => TypeConverter.ToNumber(text) == 1,
        TreeValue or TreeMember => TypeConverter.ToNumber(TreeText.Of(value)) == 1,
        JavaObject java => JavaValues.FlagOf(java) ?? (JavaValues.NumberOf(java) == 1 || (java is JavaString && TypeConverter.ToNumber(java.ToText()) == 1)),
        _ => false,
    };
}
