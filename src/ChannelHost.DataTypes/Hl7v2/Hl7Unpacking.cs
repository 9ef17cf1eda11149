namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>Makes the nodes below a node, one level at a time, as slices of the message.</summary>
internal readonly ref struct Hl7Unpacking(Hl7Content content, Hl7v2Settings settings)
{
    /// <summary>The segments of the message.</summary>
    public List<MessageNode> Message()
    {
        var segments = content.Segments;
        var children = new List<MessageNode>(segments.Length);
        for (var i = 0; i < segments.Length; i++)
        {
            ref readonly var segment = ref segments[i];
            var name = segment.Key != 0 ? settings.Names.Segment(segment.Key) : null;
            children.Add(new MessageNode(content, name, segment.Start, segment.Length, Hl7Level.Segment, i + 1));
        }

        return children;
    }

    /// <summary>The fields of a segment, each repetition one.</summary>
    /// <exception cref="MessageFormatException">There are too many.</exception>
    public List<MessageNode> Segment(MessageNode node)
    {
        var segment = content.Bytes.Span.Slice(node.Start, node.Length);
        var names = settings.Names.Below(node.Name);
        var children = new List<MessageNode>(Expected(segment, content.Delimiters.Field));
        var repetition = content.Repetition != 0 && segment.Contains(content.Repetition) ? content.Repetition : (byte)0;
        var cutter = new Hl7Cutter(segment, content.Delimiters.Field);
        cutter.Next();
        var number = 1;
        if (Hl7Scan.HoldsDelimiters(segment, content.Delimiters.Field))
        {
            children.Add(new MessageNode(content, names[1], node.Start + 3, 1, Hl7Level.Field, 1));
            cutter.Next();
            children.Add(new MessageNode(content, names[2], node.Start + cutter.Start, cutter.Length, Hl7Level.Field, 2));
            number = 3;
        }

        for (; cutter.Next(); number++)
        {
            if (repetition == 0)
            {
                Add(children, new MessageNode(content, names[number], node.Start + cutter.Start, cutter.Length, Hl7Level.Field, number));
            }
            else
            {
                AddRepetitions(children, names[number], new Hl7Slice(node.Start + cutter.Start, cutter.Length), number);
            }
        }

        return children;
    }

    private void AddRepetitions(List<MessageNode> children, string name, Hl7Slice field, int number)
    {
        var cutter = new Hl7Cutter(field.Of(content.Bytes.Span), content.Repetition);
        while (cutter.Next())
        {
            Add(children, new MessageNode(content, name, field.Start + cutter.Start, cutter.Length, Hl7Level.Field, number));
        }
    }

    /// <summary>The components of a field, or the sub-components of a component.</summary>
    /// <exception cref="MessageFormatException">There are too many.</exception>
    public List<MessageNode> Parts(MessageNode node, byte separator, byte level)
    {
        var bytes = content.Bytes.Span.Slice(node.Start, node.Length);
        var names = settings.Names.Below(node.Name);
        var children = new List<MessageNode>(Expected(bytes, separator));
        var cutter = new Hl7Cutter(bytes, separator);
        for (var number = 1; cutter.Next(); number++)
        {
            Add(children, new MessageNode(content, names[number], node.Start + cutter.Start, cutter.Length, level, number));
        }

        return children;
    }

    private void Add(List<MessageNode> children, MessageNode child)
    {
        if (children.Count >= settings.Options.MaxParts)
        {
            throw new MessageFormatException(
                $"{child.Name} at byte {child.Start} is part {children.Count + 1} of its segment or field; {settings.Options.MaxParts} are allowed (setting maxParts).");
        }

        children.Add(child);
    }

    // Counting is a fraction of the cost of growing a list; a message of megabytes in one field is not counted to its end for nothing.
    private static int Expected(ReadOnlySpan<byte> bytes, byte separator) => Math.Min(bytes[..Math.Min(bytes.Length, 4096)].Count(separator) + 2, 64);
}
