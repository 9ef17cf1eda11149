namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>A segment as its values that are not empty: what two messages with other delimiters, escapes and line ends have in common.</summary>
internal sealed class Hl7FlatSegment
{
    private Hl7FlatSegment(string name, string text, List<Hl7Leaf> leaves)
    {
        Name = name;
        Text = text;
        Leaves = leaves;
    }

    /// <summary>The segment's name.</summary>
    public string Name { get; }

    /// <summary>Which of its name, from 1.</summary>
    public int Occurrence { get; private set; }

    /// <summary>True when the message has several of this name.</summary>
    public bool IsOneOfMany { get; set; }

    /// <summary>The segment as it stands.</summary>
    public string Text { get; }

    /// <summary>The values in order, those that the rules ignore left out.</summary>
    public IReadOnlyList<Hl7Leaf> Leaves { get; }

    /// <summary>The segments of a message, without those that are ignored.</summary>
    /// <exception cref="MessageFormatException">A value cannot be decoded.</exception>
    public static List<Hl7FlatSegment> Of(Hl7Content content, Hl7IgnoredPaths ignored)
    {
        var segments = new List<Hl7FlatSegment>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ref readonly var segment in content.Segments)
        {
            var name = content.SegmentName(segment.Slice);
            var occurrence = counts[name] = counts.GetValueOrDefault(name) + 1;
            if (ignored.IsWhole(name, occurrence))
            {
                continue;
            }

            var leaves = new List<Hl7Leaf>();
            Read(content, segment, leaf =>
            {
                if (!ignored.Matches(name, occurrence, leaf))
                {
                    leaves.Add(leaf);
                }
            });
            segments.Add(new Hl7FlatSegment(name, content.ReadText(segment.Slice), leaves) { Occurrence = occurrence });
        }

        foreach (var segment in segments)
        {
            segment.IsOneOfMany = counts[segment.Name] > 1;
        }

        return segments;
    }

    /// <summary>How different two segments are, from 0 to 1; 2 when they have different names.</summary>
    public static float Cost(Hl7FlatSegment one, Hl7FlatSegment other)
    {
        if (!string.Equals(one.Name, other.Name, StringComparison.Ordinal))
        {
            return 2;
        }

        int same = 0, i = 0, j = 0;
        while (i < one.Leaves.Count && j < other.Leaves.Count)
        {
            var order = one.Leaves[i].CompareTo(other.Leaves[j]);
            same += order == 0 && one.Leaves[i].Value == other.Leaves[j].Value ? 1 : 0;
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        var all = Math.Max(one.Leaves.Count, other.Leaves.Count);
        return same == all ? 0 : Math.Max(0.01f, 1 - (same / (float)all));
    }

    private static void Read(Hl7Content content, in Hl7Segment segment, Action<Hl7Leaf> add)
    {
        var bytes = content.Bytes.Span;
        var delimiters = content.Delimiters;
        var holdsDelimiters = Hl7Scan.HoldsDelimiters(segment.Slice.Of(bytes), delimiters.Field);
        var number = holdsDelimiters ? 1 : 0;
        var isName = true;
        foreach (var field in Parts(bytes, segment.Slice, delimiters.Field))
        {
            // The name is no field, and how the delimiters are written says nothing about the message.
            if (!isName && !(holdsDelimiters && number == 2))
            {
                ReadField(content, field, number, add);
            }

            isName = false;
            number++;
        }
    }

    private static void ReadField(Hl7Content content, Hl7Slice field, int number, Action<Hl7Leaf> add)
    {
        var bytes = content.Bytes.Span;
        var delimiters = content.Delimiters;
        var repetition = 0;
        foreach (var one in Parts(bytes, field, delimiters.Repetition))
        {
            repetition++;
            var component = 0;
            foreach (var part in Parts(bytes, one, delimiters.Component))
            {
                component++;
                var subcomponent = 0;
                foreach (var leaf in Parts(bytes, part, delimiters.Subcomponent))
                {
                    subcomponent++;
                    if (leaf.Length > 0)
                    {
                        var value = Hl7Escapes.Decode(content.ReadText(leaf), delimiters, content.Charset, keptEscape: (byte)'\\');
                        add(new Hl7Leaf(number, repetition, component, subcomponent, value));
                    }
                }
            }
        }
    }

    private static List<Hl7Slice> Parts(ReadOnlySpan<byte> bytes, Hl7Slice whole, byte separator)
    {
        if (separator == 0 || whole.Of(bytes).IndexOf(separator) < 0)
        {
            return [whole];
        }

        var parts = new List<Hl7Slice>();
        var cutter = new Hl7Cutter(whole.Of(bytes), separator);
        while (cutter.Next())
        {
            parts.Add(new Hl7Slice(whole.Start + cutter.Start, cutter.Length));
        }

        return parts;
    }
}
