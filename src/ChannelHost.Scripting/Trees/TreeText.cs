using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Trees;

/// <summary>Trees as text.</summary>
internal static class TreeText
{
    /// <summary>The text of any value, as string conversion gives it.</summary>
    public static string Of(JsValue value) => value switch
    {
        JsString text => text.ToString(),
        TreeValue tree => tree.ToText(),
        TreeMember member => member.Children.ToText(),
        JsSymbol symbol => symbol.ToString(),
        _ => TypeConverter.ToString(value),
    };

    /// <summary>The XML of a value: no declaration; indented when the script asked for that.</summary>
    public static string Xml(TreeValue value)
    {
        var writer = new E4x.MarkupWriter(value.Document.Run);
        for (var i = 0; i < value.Count; i++)
        {
            writer.Write(value.NodeAt(i));
        }

        return writer.ToString();
    }
}
