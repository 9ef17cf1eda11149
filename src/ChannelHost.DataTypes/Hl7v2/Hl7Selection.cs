namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>Finds nodes by path.</summary>
internal static class Hl7Selection
{
    /// <summary>The one segment that a path means, or null.</summary>
    /// <exception cref="FormatException">The path is relative.</exception>
    public static MessageNode? Segment(MessageNode root, Hl7Path path)
    {
        if (path.Segment is null)
        {
            path.Below(Hl7Level.Message);
        }

        if (Hl7Level.Of(root) == Hl7Level.Segment)
        {
            return root.Name == path.Segment && path.Occurrence <= 1 ? root : null;
        }

        var wanted = Math.Max(1, path.Occurrence);
        foreach (var segment in root.ChildSpan)
        {
            if (segment.Kind == NodeKind.Element && segment.Name == path.Segment && --wanted == 0)
            {
                return segment;
            }
        }

        return null;
    }

    /// <summary>The child element with this number; of several, the one that <paramref name="repetition"/> counts to.</summary>
    public static MessageNode? Part(MessageNode parent, int number, int repetition)
    {
        foreach (var child in parent.ChildSpan)
        {
            if (child.Kind == NodeKind.Element && Hl7Level.Number(child) == number && --repetition == 0)
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>Where a child with this number belongs: after its like, else before the first with a larger number.</summary>
    public static int PlaceFor(MessageNode parent, int number)
    {
        var children = parent.ChildSpan;
        var place = children.Length;
        for (var i = children.Length - 1; i >= 0; i--)
        {
            if (children[i].Kind != NodeKind.Element)
            {
                continue;
            }

            var other = Hl7Level.Number(children[i]);
            if (other == number)
            {
                return i + 1;
            }

            if (other > number)
            {
                place = i;
            }
        }

        return place;
    }

    /// <summary>All nodes at a path.</summary>
    public static IReadOnlyList<MessageNode> All(MessageNode root, Hl7Path path, MessageNode? within)
    {
        var found = new List<MessageNode>();
        var level = within is null ? Hl7Level.Message : Hl7Level.Of(within);
        if (level == Hl7Level.Message)
        {
            AllInMessage(within ?? root, path, found);
            return found;
        }

        if (level != Hl7Level.Segment || path.Segment != within!.Name)
        {
            path = path.Below(level);
        }

        switch (level)
        {
            case Hl7Level.Segment:
                AllInSegment(within!, path, found);
                break;
            case Hl7Level.Field:
                AllInField(within!, path, found);
                break;
            default:
                AllInComponent(within!, path, found);
                break;
        }

        return found;
    }

    private static void AllInMessage(MessageNode root, Hl7Path path, List<MessageNode> found)
    {
        if (path.Segment is null)
        {
            path.Below(Hl7Level.Message);
        }

        if (Hl7Level.Of(root) == Hl7Level.Segment)
        {
            if (root.Name == path.Segment)
            {
                AllInSegment(root, path, found);
            }

            return;
        }

        var occurrence = 0;
        foreach (var segment in root.ChildSpan)
        {
            if (segment.Kind == NodeKind.Element && segment.Name == path.Segment && (++occurrence == path.Occurrence || path.Occurrence == 0))
            {
                AllInSegment(segment, path, found);
            }
        }
    }

    private static void AllInSegment(MessageNode segment, Hl7Path path, List<MessageNode> found)
    {
        if (path.Field == 0)
        {
            found.Add(segment);
            return;
        }

        var repetition = 0;
        foreach (var field in segment.ChildSpan)
        {
            if (field.Kind == NodeKind.Element && Hl7Level.Number(field) == path.Field && (++repetition == path.Repetition || path.Repetition == 0))
            {
                AllInField(field, path, found);
            }
        }
    }

    private static void AllInField(MessageNode field, Hl7Path path, List<MessageNode> found)
    {
        if (path.Component == 0)
        {
            found.Add(field);
        }
        else if (Part(field, path.Component, 1) is { } component)
        {
            AllInComponent(component, path, found);
        }
    }

    private static void AllInComponent(MessageNode component, Hl7Path path, List<MessageNode> found)
    {
        if (path.Subcomponent == 0 || (path.Subcomponent == 1 && component.HasSimpleContent && component.Text.Length > 0))
        {
            found.Add(component);
        }
        else if (Part(component, path.Subcomponent, 1) is { } part)
        {
            found.Add(part);
        }
    }
}
