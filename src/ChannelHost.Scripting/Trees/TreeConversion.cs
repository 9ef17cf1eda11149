using ChannelHost.Scripting.E4x;
using System.Runtime.CompilerServices;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Trees;

/// <summary>An element as a message of a data type that it was not read from.</summary>
internal static class TreeConversion
{
    /// <summary>The bytes: of types with trees the message that the element describes, of all others its XML.</summary>
    public static ReadOnlyMemory<byte> Write(MessageNode node, IMessageCodec codec, ScriptRun run)
    {
        if (codec.Model != MessageModel.Tree || codec.DataType == "xml")
        {
            return codec.Encode(MarkupWriter.Compact(node));
        }

        var tree = codec.Parse(Smallest(codec.DataType));
        tree.Root = Unpacked(node, run);
        return tree.Serialize();
    }

    // Elements and texts alone: what a node of another type keeps of its bytes means nothing here.
    private static MessageNode Unpacked(MessageNode node, ScriptRun run)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        run.Limits.Check();
        var copy = MessageNode.NewElement(node.Name);
        foreach (var child in node.Children)
        {
            if (child.Kind == NodeKind.Element)
            {
                copy.Append(Unpacked(child, run));
            }
            else if (child.Kind == NodeKind.Text)
            {
                copy.Append(MessageNode.NewText(child.Text));
            }
        }

        return copy;
    }

    // A message to take the place of; nothing of it is left.
    private static ReadOnlyMemory<byte> Smallest(string dataType) => dataType switch
    {
        "hl7v2" => "MSH|^~\\&|\r"u8.ToArray(),
        "x12" => "ISA*00*          *00*          *ZZ*               *ZZ*               *240101*0000*U*00401*000000001*0*P*:~"u8.ToArray(),
        _ => "a"u8.ToArray(),
    };
}
