namespace ChannelHost.Tests.Scripting.Support;

/// <summary>Takes slices of a message's text apart, one level at a time.</summary>
internal sealed class PipeContent(string text) : PackedContent
{
    public override List<MessageNode> Unpack(MessageNode node)
    {
        var children = new List<MessageNode>();
        Unpack(node, children.Add);
        return children;
    }

    private void Unpack(MessageNode node, Action<MessageNode> addChild)
    {
        if (IsText(node))
        {
            if (node.Length > 0)
            {
                addChild(MessageNode.NewText(ReadText(node)));
            }

            return;
        }

        switch (node.Level)
        {
            case 0:
                Split(node.Start, node.Length, '\r', (start, length, _) =>
                {
                    if (length > 0)
                    {
                        addChild(new MessageNode(this, text.Substring(start, 3), start, length, 1, 0));
                    }
                });
                break;
            case 1:
                UnpackSegment(node, addChild);
                break;
            default:
                UnpackField(node, addChild);
                break;
        }
    }

    public override bool IsText(MessageNode node) => node.Level == 3 || node.Length == 0 || (node.Level == 2 && node.Position <= 2 && node.Name.StartsWith("MSH", StringComparison.Ordinal));

    public override string ReadText(MessageNode node) => text.Substring(node.Start, node.Length);

    public override string NameOf(MessageNode node) => throw new InvalidOperationException("All nodes are named.");

    private void UnpackSegment(MessageNode node, Action<MessageNode> addChild)
    {
        var isHeader = node.Name == "MSH";
        if (isHeader)
        {
            addChild(new MessageNode(this, "MSH.1", node.Start + 3, 1, 2, 1));
        }

        Split(node.Start + 4, node.Length - 4, '|', (start, length, index) =>
        {
            var number = index + (isHeader ? 2 : 1);
            if (isHeader && number == 2)
            {
                addChild(new MessageNode(this, "MSH.2", start, length, 2, 2));
                return;
            }

            Split(start, length, '~', (from, count, _) => addChild(new MessageNode(this, $"{node.Name}.{number}", from, count, 2, number)));
        });
    }

    private void UnpackField(MessageNode node, Action<MessageNode> addChild) =>
        Split(node.Start, node.Length, '^', (start, length, index) => addChild(new MessageNode(this, $"{node.Name}.{index + 1}", start, length, 3, index + 1)));

    private void Split(int start, int length, char separator, Action<int, int, int> part)
    {
        var end = start + Math.Max(0, length);
        for (var index = 0; ; index++)
        {
            var next = text.IndexOf(separator, start, end - start);
            part(start, (next < 0 ? end : next) - start, index);
            if (next < 0)
            {
                return;
            }

            start = next + 1;
        }
    }
}
