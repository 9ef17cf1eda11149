using System.Globalization;
using System.Text;

namespace ChannelHost.Tests.Scripting.Support;

/// <summary>The tree of <see cref="PipeCodec"/>: MSH|..., PID|..., with elements PID, PID.5, PID.5.1.</summary>
internal sealed class PipeTree : IMessageTree
{
    private readonly ReadOnlyMemory<byte> _original;

    private PipeTree(ReadOnlyMemory<byte> original, MessageNode root)
    {
        _original = original;
        Root = root;
    }

    public MessageNode Root { get; set; }

    public static PipeTree Parse(ReadOnlyMemory<byte> content, string text)
    {
        if (!text.StartsWith("MSH|", StringComparison.Ordinal))
        {
            throw new MessageFormatException("The message does not begin with MSH.");
        }

        var packed = new PipeContent(text);
        var root = new MessageNode(packed, "HL7Message", 0, text.Length, level: 0, position: 0);
        return new PipeTree(content, root);
    }

    public string? Get(string path, MessageNode? within = null)
    {
        var found = All(path, within);
        return found.Count == 0 ? null : FirstLeaf(found[0]).Text;
    }

    public void Set(string path, string? value, MessageNode? within = null)
    {
        var at = within ?? Root;
        foreach (var step in PipePath.Parse(path, at, Root))
        {
            var present = at.Children.Where(child => child.Name == step.Name).ToList();
            while (present.Count < Math.Max(1, step.Index))
            {
                present.Add(Create(at, step.Name));
            }

            at = present[Math.Max(0, step.Index - 1)];
        }

        var text = (value ?? "").Replace("|", @"\F\", StringComparison.Ordinal).Replace("^", @"\S\", StringComparison.Ordinal);
        at.SetText(text);
    }

    public IReadOnlyList<MessageNode> All(string path, MessageNode? within = null)
    {
        List<MessageNode> at = [within ?? Root];
        foreach (var step in PipePath.Parse(path, at[0], Root))
        {
            at = [.. at.SelectMany(node =>
            {
                var named = node.Children.Where(child => child.Name == step.Name);
                return step.Index == 0 ? named : named.Skip(step.Index - 1).Take(1);
            })];
        }

        return at;
    }

    public int Remove(string path, MessageNode? within = null)
    {
        var found = All(path, within);
        foreach (var node in found)
        {
            node.Parent!.Remove(node);
        }

        return found.Count;
    }

    public MessageNode Create(MessageNode parent, string name)
    {
        var child = MessageNode.NewElement(name);
        var number = Number(name);
        var index = parent.Children.Count;
        while (number > 0 && index > 0 && Number(parent.Children[index - 1].Name) > number)
        {
            index--;
        }

        parent.Insert(index, child);
        return child;
    }

    public ReadOnlyMemory<byte> Serialize() => Root.IsChanged || Root.Name != "HL7Message" ? Encoding.UTF8.GetBytes(Write(Root)) : _original;

    private static string Write(MessageNode node)
    {
        if (node.Name == "HL7Message")
        {
            return string.Concat(node.Children.Select(segment => Write(segment) + "\r"));
        }

        return node.Name.Count(c => c == '.') switch
        {
            0 => node.Name == "MSH" ? "MSH" + Join(node, "|")[1..] : node.Name + "|" + Join(node, "|"),
            1 => node.HasSimpleContent ? node.Text : Join(node, "^"),
            _ => node.Text,
        };
    }

    private static string Join(MessageNode node, string separator)
    {
        var parts = new SortedDictionary<int, string>();
        foreach (var child in node.Children)
        {
            var number = Number(child.Name);
            parts[number] = parts.TryGetValue(number, out var before) ? before + "~" + Write(child) : Write(child);
        }

        var last = parts.Count == 0 ? 0 : parts.Keys.Max();
        return string.Join(separator, Enumerable.Range(1, last).Select(number => parts.GetValueOrDefault(number, "")));
    }

    private static int Number(string name) =>
        name.LastIndexOf('.') is var dot and >= 0 && int.TryParse(name.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    private static MessageNode FirstLeaf(MessageNode node) => node.HasSimpleContent ? node : FirstLeaf(node.Children[0]);
}
