using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.Values;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace ChannelHost.Scripting.E4x;

/// <summary>
/// What <c>==</c> says of XML values. Simple content equals a text, number or boolean that reads the same; lists are equal item by item; nothing equals null or
/// undefined. What is absent equals no text, not even an empty one: ask <c>toString() == ''</c> or <c>length() == 0</c>.
/// </summary>
internal static class XmlEquality
{
    /// <summary>Compares as the operator does.</summary>
    public static bool AreEqual(TreeValue self, JsValue value, Engine engine)
    {
        if (TreeValue.From(value) is { } other)
        {
            return AreEqual(self, other);
        }

        if (value.IsNothing() || value is JsSymbol || self.Count == 0 || !self.HasSimpleContent)
        {
            return false;
        }

        var text = self.ToText();
        return string.Equals(text, value is ObjectInstance ? TypeConverter.ToString(value) : TreeText.Of(value), StringComparison.Ordinal)
            || (value is JsNumber && !self.Document.Run.Xml.IsMirth && TypeConverter.ToNumber(text) == TypeConverter.ToNumber(value));
    }

    private static bool AreEqual(TreeValue one, TreeValue other)
    {
        if (ReferenceEquals(one, other))
        {
            return true;
        }

        if (one.Count != other.Count)
        {
            return false;
        }

        for (var i = 0; i < one.Count; i++)
        {
            if (!AreEqual(one, one.NodeAt(i), other.NodeAt(i)))
            {
                return false;
            }
        }

        return true;
    }

    // Ours compares what two fields say, whatever they are called; Mirth compares their XML, names included.
    private static bool AreEqual(TreeValue list, MessageNode one, MessageNode other)
    {
        if (ReferenceEquals(one, other))
        {
            return true;
        }

        var run = list.Document.Run;
        if (!run.Xml.IsMirth && one.HasSimpleContent && other.HasSimpleContent)
        {
            return string.Equals(one.Text, other.Text, StringComparison.Ordinal);
        }

        run.Limits.Check();
        return string.Equals(Written(run, one), Written(run, other), StringComparison.Ordinal);
    }

    private static string Written(Running.ScriptRun run, MessageNode node)
    {
        var writer = new MarkupWriter(run);
        writer.Write(node);
        return writer.ToString();
    }
}
