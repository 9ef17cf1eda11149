namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// Writes a tree as ER7. What was not changed is copied as bytes; where delimiters or charset differ it is translated. Only names, numbers and
/// text count; attributes and comments are not written. Depth is bounded by the four levels: what is deeper counts as text.
/// </summary>
internal sealed class Hl7Writer(Hl7v2Settings settings, Hl7Delimiters delimiters, Hl7Output output)
{
    private const int MostNested = 100;

    private readonly Hl7Delimiters _join = delimiters with
    {
        Repetition = Or(delimiters.Repetition, Hl7Delimiters.Standard.Repetition),
        Subcomponent = Or(delimiters.Subcomponent, Hl7Delimiters.Standard.Subcomponent),
    };

    private int _nested;

    /// <summary>Writes all segments with their line ends.</summary>
    /// <param name="root">The message.</param>
    /// <param name="original">What the message was parsed from; its line ends are kept. Null for a tree that a script made.</param>
    public void Message(MessageNode root, Hl7Content? original)
    {
        var children = root.Children;
        var last = children.Count - 1;
        while (last >= 0 && children[last].Kind != NodeKind.Element)
        {
            last--;
        }

        var ends = new Hl7LineEnds(settings.Options.SegmentEnd, original);
        output.Write(ends.BeforeAll);

        for (var i = 0; i <= last; i++)
        {
            if (children[i].Kind == NodeKind.Element)
            {
                Segment(children[i]);
                output.Write(ends.After(children[i], i == last));
            }
        }

        output.Write(ends.AfterAll(last < 0 ? null : children[last]));
    }

    /// <summary>Writes a message that was only parsed, with the line ends that the settings want.</summary>
    public void Segments(Hl7Content content)
    {
        var ends = new Hl7LineEnds(settings.Options.SegmentEnd, content);
        foreach (var segment in content.Segments)
        {
            Slice(content, segment.Slice);
            SeparatorAfterName(segment.Slice.Of(content.Bytes.Span), content.Delimiters.Field);
            output.Write(ends.OfNewSegment);
        }
    }

    /// <summary>Writes a segment without a line end.</summary>
    public void Segment(MessageNode node)
    {
        var source = node.Level == Hl7Level.Segment ? node.Source as Hl7Content : null;
        if (source is not null && Hl7Content.BytesOf(node) is not null)
        {
            Slice(source, new Hl7Slice(node.Start, node.Length));
            SeparatorAfterName(source.Bytes.Span.Slice(node.Start, node.Length), source.Delimiters.Field);
            return;
        }

        if (source is not null)
        {
            var length = Hl7Scan.HeadLength(source.Bytes.Span.Slice(node.Start, node.Length), source.Delimiters.Field);
            Slice(source, new Hl7Slice(node.Start, length));
        }
        else
        {
            Text(node.Name);
        }

        Fields(node);
    }

    /// <summary>Writes what stands in a field, component or sub-component.</summary>
    public void Content(MessageNode node, byte level)
    {
        if (node.Level >= level && Hl7Content.BytesOf(node) is { } source)
        {
            Slice(source, new Hl7Slice(node.Start, node.Length));
        }
        else if (level == Hl7Level.Subcomponent || node.HasSimpleContent)
        {
            // What is deeper than a sub-component costs Mirth the last character.
            Text(settings.Options.Oddities && !node.HasSimpleContent && node.Text is { Length: > 0 } deep ? deep[..^1] : node.Text);
        }
        else
        {
            Parts(node, (byte)(level + 1));
        }
    }

    private void Fields(MessageNode node)
    {
        var parts = new Hl7PartOrder(node, Hl7Level.Field, settings.Options.FieldOrder);
        if (parts.Count == 0)
        {
            output.Write(_join.Field);
            Text(node.Text);
            return;
        }

        var current = 0;
        var previous = "";
        var isHeader = Hl7Level.IsHeaderName(node.Name) && parts.HasNumber(1);
        for (var i = 0; i < parts.Count; i++)
        {
            var field = parts[i];
            if (Hl7Level.Of(field) == Hl7Level.Segment)
            {
                if (settings.Options.Oddities)
                {
                    Nested(field);
                    continue;
                }

                throw new MessageFormatException($"The element {field.Name} stands inside {node.Name}: a segment can only stand in the message, and a field is named like {node.Name}.1.");
            }

            var number = Math.Max(parts.NumberAt(i), 0);
            if (isHeader && number is 1 or 2 && number > current)
            {
                DelimiterField(field, number);
                current = number;
                previous = field.Name;
                continue;
            }

            current = isHeader ? Math.Max(current, 2) : current;

            var isRepetition = settings.Options.FieldOrder == Hl7FieldOrder.Tree ? field.Name == previous : number == current && current > 0;
            current = isRepetition ? Repeat(current) : Advance(current, number, _join.Field, node);
            if (Run(parts, i, Hl7Level.Field) is > 0 and var more)
            {
                i += more;
                field = parts[i];
                current = field.Position;
            }
            else
            {
                Wrapped(field, Hl7Level.Field);
            }

            previous = field.Name;
        }
    }

    // Mirth writes a segment inside a segment where it stands, with an end of its own.
    private void Nested(MessageNode segment)
    {
        if (++_nested > MostNested)
        {
            throw new MessageFormatException($"Segments stand in each other deeper than {MostNested} levels.");
        }

        output.Write(_join.Field);
        if (segment.HasSimpleContent)
        {
            Text(segment.Name);
            output.Write(_join.Field);
        }
        else
        {
            Segment(segment);
        }

        output.Write("\r"u8);
        _nested--;
    }

    private void SeparatorAfterName(ReadOnlySpan<byte> segment, byte field)
    {
        if (settings.Options.Oddities && segment.IndexOf(field) < 0)
        {
            output.Write(_join.Field);
        }
    }

    // Parts that nobody touched and that stand side by side in the bytes are copied together, separators and all. Gives how many follow the first.
    private int Run(in Hl7PartOrder parts, int first, byte level)
    {
        var from = parts[first];
        if (from.IsChanged || from.Level != level || from.Source is not Hl7Content source)
        {
            return 0;
        }

        var last = first;
        var end = from.Start + from.Length;
        while (last + 1 < parts.Count && parts[last + 1] is { IsChanged: false } next && next.Level == level && next.Start == end + 1 && ReferenceEquals(next.Source, source))
        {
            end += next.Length + 1;
            last++;
        }

        if (last > first)
        {
            Slice(source, new Hl7Slice(from.Start, end - from.Start));
        }

        return last - first;
    }

    private int Repeat(int current)
    {
        output.Write(_join.Repetition);
        return current;
    }

    // MSH-1 is the separator itself, and MSH-2 follows it without another.
    private void DelimiterField(MessageNode field, int number)
    {
        if (number == 1)
        {
            output.Write(delimiters.Field);
        }
        else if (field.Level == Hl7Level.Field && Hl7Content.BytesOf(field) is { } source)
        {
            output.Write(source.Bytes.Span.Slice(field.Start, field.Length));
        }
        else
        {
            output.Write(field.Text);
        }
    }

    private void Parts(MessageNode node, byte level)
    {
        var separator = level == Hl7Level.Component ? _join.Component : _join.Subcomponent;
        var parts = new Hl7PartOrder(node, level, settings.Options.FieldOrder);

        // Text before the first part stands glued to it, and text after one is lost, as for Mirth; blanks are from pretty printing.
        foreach (var child in node.ChildSpan)
        {
            if (child.Kind == NodeKind.Element)
            {
                break;
            }

            if (child.Kind == NodeKind.Text && !string.IsNullOrWhiteSpace(child.Value))
            {
                Text(child.Value);
            }
        }

        var current = 1;
        for (var i = 0; i < parts.Count; i++)
        {
            var number = parts.NumberAt(i);
            current = i == 0 && number <= 1 ? 1 : Advance(current, number, separator, node);
            if (Run(parts, i, level) is > 0 and var more)
            {
                i += more;
                current = parts[i].Position;
            }
            else
            {
                Wrapped(parts[i], level);
            }
        }
    }

    // An element below its place (PID.5.1 directly in PID) lands where its name says.
    private void Wrapped(MessageNode part, byte level)
    {
        var own = Math.Max(Hl7Level.Of(part), level);
        for (var below = (byte)(level + 1); below <= own; below++)
        {
            var number = Hl7PartOrder.NumberIn(part.Name, below);
            if (number > 1)
            {
                Advance(1, number, below == Hl7Level.Component ? _join.Component : _join.Subcomponent, part);
            }
        }

        Content(part, own);
    }

    private int Advance(int current, int number, byte separator, MessageNode parent)
    {
        if (number - current > settings.Options.MaxParts)
        {
            throw new MessageFormatException($"{parent.Name} has a part with number {number}; {settings.Options.MaxParts} are allowed (setting maxParts).");
        }

        output.Repeat(separator, Math.Max(1, number - current));
        return number > 0 ? number : current + 1;
    }

    private void Text(string text)
    {
        // A text that is nothing but the field separator is dropped, as Mirth drops it.
        if (text.Length == 0 || (text.Length == 1 && text[0] == delimiters.Field))
        {
            return;
        }

        output.Write(settings.Options.LineBreaks == Hl7LineBreaks.Escape ? Hl7Escapes.EncodeLineBreaks(text, delimiters.Escape) : text);
    }

    private void Slice(Hl7Content source, Hl7Slice slice)
    {
        var bytes = slice.Of(source.Bytes.Span);
        if (HasSameForm(source, bytes))
        {
            output.Write(bytes);
        }
        else
        {
            new Hl7Translation(source, delimiters, _join, output).Write(slice);
        }
    }

    private bool HasSameForm(Hl7Content source, ReadOnlySpan<byte> bytes)
    {
        var other = source.Delimiters;
        if (other.Field != delimiters.Field || other.Component != delimiters.Component || other.Repetition != delimiters.Repetition)
        {
            return false;
        }

        // A message without a header says nothing of escapes: its text goes as it is.
        if (source.HasHeader && (other.Escape != delimiters.Escape || other.Subcomponent != delimiters.Subcomponent))
        {
            return false;
        }

        return source.Charset.CodePage == output.Charset.CodePage || System.Text.Ascii.IsValid(bytes);
    }

    private static byte Or(byte delimiter, byte fallback) => delimiter == 0 ? fallback : delimiter;
}
