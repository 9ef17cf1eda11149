using ChannelHost.Scripting.Values;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Scope;

/// <summary>The helpers with which scripts make segments.</summary>
internal static class Segments
{
    /// <summary>
    /// <c>createSegment(name)</c>: an element that stands nowhere yet. <c>createSegment(name, msg, index)</c>: puts an empty one at that
    /// place, replacing the one that is there; past the end it is added at the end of the message.
    /// </summary>
    public static JsValue Create(ScriptRun run, JsValue[] arguments)
    {
        var name = Name(run, arguments, "createSegment");
        var element = MessageNode.NewElement(name);
        if (arguments.Length < 2 || arguments[1].IsNothing())
        {
            // As in the reference an imported script gets XML of its own, also where the message cannot be read as its type.
            return !run.IsMirth && run.Message.Document is { } document ? document.Element(element) : run.Xml.Free(element);
        }

        if (TreeValue.From(arguments[1]) is not { Single: { } parent } target)
        {
            throw run.TypeError("createSegment puts a segment into a message or an element; the second argument is none.");
        }

        var index = arguments.Length > 2 ? TypeConverter.ToInt32(arguments[2]) : 0;
        var present = parent.Children.Where(child => child.Kind == NodeKind.Element && string.Equals(child.Name, name, StringComparison.Ordinal)).ToList();
        if (index >= 0 && index < present.Count)
        {
            parent.Replace(present[index], element);
        }
        else
        {
            parent.Append(element);
        }

        return target.Document.Element(element);
    }

    /// <summary><c>createSegmentAfter(name, segment)</c>: an empty one directly after a segment.</summary>
    public static JsValue CreateAfter(ScriptRun run, JsValue[] arguments)
    {
        var name = Name(run, arguments, "createSegmentAfter");
        if (arguments.Length < 2 || TreeValue.From(arguments[1]) is not { First: { Parent: { } parent } before } target)
        {
            throw run.TypeError("createSegmentAfter needs a segment that stands in a message; the second argument is none.");
        }

        var element = MessageNode.NewElement(name);
        parent.Insert(parent.IndexOf(before) + 1, element);
        return target.Document.Element(element);
    }

    private static string Name(ScriptRun run, JsValue[] arguments, string function) =>
        arguments.Length == 0 || arguments[0].IsNothing()
            ? throw run.TypeError($"{function} needs a name.")
            : TypeConverter.ToString(arguments[0]);
}
