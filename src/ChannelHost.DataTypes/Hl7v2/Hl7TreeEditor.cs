namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>Writes values by path: makes what is missing, in its place, and escapes what is reserved.</summary>
internal readonly ref struct Hl7TreeEditor(Hl7v2Settings settings, Hl7Delimiters delimiters, Charset charset)
{
    /// <summary>Writes a value.</summary>
    /// <exception cref="FormatException">The path names nothing that can be written.</exception>
    /// <exception cref="MessageFormatException">The value needs escaping, and the message names no escape character.</exception>
    public void Set(MessageNode root, Hl7Path path, string value, MessageNode? within)
    {
        var level = within is null ? Hl7Level.Message : Hl7Level.Of(within);
        if (within is null || level == Hl7Level.Message)
        {
            SetInSegment(SegmentFor(within ?? root, path), path, value);
            return;
        }

        if (level == Hl7Level.Segment && path.Segment == within.Name)
        {
            SetInSegment(within, path, value);
            return;
        }

        path = path.Below(level);
        switch (level)
        {
            case Hl7Level.Segment:
                SetInSegment(within, path, value);
                break;
            case Hl7Level.Field:
                SetInField(within, path, value);
                break;
            default:
                SetInComponent(within, path, value);
                break;
        }
    }

    private static MessageNode SegmentFor(MessageNode root, Hl7Path path)
    {
        if (Hl7Selection.Segment(root, path) is { } present)
        {
            return present;
        }

        if (Hl7Level.Of(root) != Hl7Level.Message)
        {
            throw new FormatException($"\"{path.Text}\" cannot be written: the message was replaced by {root.Name} alone.");
        }

        MessageNode? last = null;
        var count = 0;
        foreach (var child in root.ChildSpan)
        {
            if (child.Name == path.Segment)
            {
                last = child;
                count++;
            }
        }

        if (path.Occurrence > count + 1)
        {
            throw new FormatException($"\"{path.Text}\" cannot be written: the message has {count} {path.Segment} segments.");
        }

        var segment = MessageNode.NewElement(path.Segment!);
        root.Insert(last is null ? root.Children.Count : root.IndexOf(last) + 1, segment);
        return segment;
    }

    private void SetInSegment(MessageNode segment, Hl7Path path, string value)
    {
        if (path.Field == 0)
        {
            throw new FormatException($"\"{path.Text}\" names a whole segment; only a field or a part of one can be written.");
        }

        if (path.Field <= 2 && Hl7Level.IsHeaderName(segment.Name))
        {
            SetDelimiters(segment, path, value);
            return;
        }

        if (segment.IsPacked && new Hl7Splice(segment, delimiters).TrySet(path, Encode(value)))
        {
            return;
        }

        SetInField(PartFor(segment, path.Field, Math.Max(1, path.Repetition), path), path, value);
    }

    private void SetDelimiters(MessageNode segment, Hl7Path path, string value)
    {
        if (path.Repetition > 1 || path.Component > 1 || path.Subcomponent > 1)
        {
            throw new FormatException($"\"{path.Text}\": the fields that hold the delimiters have no parts.");
        }

        var isFine = path.Field == 1
            ? value.Length == 1 && char.IsAscii(value[0]) && Hl7Delimiters.IsFieldSeparator((byte)value[0])
            : value.Length is 4 or 5 && System.Text.Ascii.IsValid(value) && !value.Any(char.IsAsciiLetterOrDigit) && value.Distinct().Count() == value.Length;
        if (!isFine)
        {
            throw new FormatException(path.Field == 1
                ? $"\"{path.Text}\" takes one ASCII character that is no letter or digit."
                : $"\"{path.Text}\" takes four or five different ASCII characters that are no letters or digits, usually ^~\\&.");
        }

        PartFor(segment, path.Field, 1, path).SetText(value);
    }

    private void SetInField(MessageNode field, Hl7Path path, string value)
    {
        if (path.Component == 0)
        {
            // The tree then looks as if the message had been parsed with the value in it.
            var encoded = Encode(value);
            field.SetText("");
            if (encoded.Length > 0)
            {
                Child(field, 1, 0).SetText(encoded);
            }

            return;
        }

        WrapText(field);
        SetInComponent(PartFor(field, path.Component, 1, path), path, value);
    }

    private void SetInComponent(MessageNode component, Hl7Path path, string value)
    {
        if (path.Subcomponent == 0 || (path.Subcomponent == 1 && component.HasSimpleContent))
        {
            component.SetText(Encode(value));
            return;
        }

        WrapText(component);
        PartFor(component, path.Subcomponent, 1, path).SetText(Encode(value));
    }

    private string Encode(string value) => Hl7Escapes.Encode(value, delimiters, charset);

    // A part that holds plain text and gets a second part: the text becomes the first one.
    private void WrapText(MessageNode node)
    {
        if (!node.HasSimpleContent)
        {
            return;
        }

        var text = node.Text;
        if (text.Length > 0)
        {
            node.Clear();
            Child(node, 1, 0).SetText(text);
        }
    }

    private MessageNode PartFor(MessageNode parent, int number, int repetition, Hl7Path path)
    {
        if (number > settings.Options.MaxParts || repetition > settings.Options.MaxParts)
        {
            throw new FormatException($"\"{path.Text}\" cannot be written: {settings.Options.MaxParts} parts are allowed (setting maxParts).");
        }

        if (Hl7Selection.Part(parent, number, repetition) is { } present)
        {
            return present;
        }

        MessageNode made;
        do
        {
            made = Child(parent, number, Hl7Selection.PlaceFor(parent, number));
        }
        while (Hl7Selection.Part(parent, number, repetition) is null);
        return made;
    }

    private MessageNode Child(MessageNode parent, int number, int index)
    {
        var child = MessageNode.NewElement(settings.Names.Below(parent.Name)[number]);
        parent.Insert(index, child);
        return child;
    }
}
