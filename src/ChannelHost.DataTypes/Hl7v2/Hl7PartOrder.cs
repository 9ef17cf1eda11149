using System.Globalization;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>The child elements of a node in the order they are written. Costs nothing where they already stand in it.</summary>
internal readonly ref struct Hl7PartOrder
{
    private readonly ReadOnlySpan<MessageNode> _parts;
    private readonly byte _level;

    public Hl7PartOrder(MessageNode parent, byte level, Hl7FieldOrder order)
    {
        _parts = parent.ChildSpan;
        _level = level;
        var count = _parts.Length;
        var isPlain = true;
        var highest = 0;
        foreach (var child in _parts)
        {
            if (child.Kind != NodeKind.Element)
            {
                isPlain = false;
                count--;
            }
            else if (order == Hl7FieldOrder.Numeric && Number(child, level) is > 0 and var number)
            {
                isPlain &= number >= highest;
                highest = Math.Max(highest, number);
            }
        }

        _parts = isPlain ? _parts : Sort(_parts, level, order, count);
    }

    /// <summary>How many elements there are.</summary>
    public int Count => _parts.Length;

    public MessageNode this[int index] => _parts[index];

    /// <summary>The number of an element at this level; 0 when its name has none.</summary>
    public int NumberAt(int index) => Number(this[index], _level);

    public bool HasNumber(int number)
    {
        for (var i = 0; i < Count; i++)
        {
            if (NumberAt(i) == number)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The number that a name holds for a level: in <c>PID.5.1</c> 5 for the field and 1 for the component. 0 when it is none.</summary>
    public static int NumberIn(ReadOnlySpan<char> name, byte level)
    {
        for (var dots = level - 1; dots > 0; dots--)
        {
            var dot = name.IndexOf('.');
            if (dot < 0)
            {
                return 0;
            }

            name = name[(dot + 1)..];
        }

        var end = name.IndexOf('.');
        return int.TryParse(end < 0 ? name : name[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static int Number(MessageNode node, byte level) =>
        Hl7Level.Of(node) > level ? NumberIn(node.Name, level) : Hl7Level.Number(node);

    // Stable, so that repetitions and parts without a number stay where they are among their like.
    private static MessageNode[] Sort(ReadOnlySpan<MessageNode> children, byte level, Hl7FieldOrder order, int count)
    {
        var sorted = new MessageNode[count];
        var keys = new long[count];
        var at = 0;
        var number = 0;
        foreach (var child in children)
        {
            if (child.Kind == NodeKind.Element)
            {
                var own = Number(child, level);
                number = own > 0 ? own : number;
                keys[at] = ((long)number << 32) | (uint)at;
                sorted[at++] = child;
            }
        }

        if (order == Hl7FieldOrder.Numeric)
        {
            Array.Sort(keys, sorted);
        }

        return sorted;
    }
}
