namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>A parsed message. Reads go to the bytes as long as nothing was changed there; see <see cref="Hl7TreeEditor"/> for changes.</summary>
internal sealed class Hl7Tree : IMessageTree
{
    private readonly Hl7v2Settings _settings;
    private readonly Hl7Content _content;
    private readonly MessageNode _original;

    public Hl7Tree(Hl7v2Settings settings, Hl7Content content)
    {
        _settings = settings;
        _content = content;
        _original = new MessageNode(content, Hl7Level.RootName, content.Begin, content.End - content.Begin, Hl7Level.Message, 0);
        Root = _original;
    }

    /// <inheritdoc/>
    public MessageNode Root { get; set; }

    private bool IsUntouched => ReferenceEquals(Root, _original) && !_original.IsChanged;

    // Segments, and all that is named after them, begin with a capital letter.
    /// <inheritdoc/>
    public bool CanName(string name) => name.Length > 0 && !char.IsAsciiLetterLower(name[0]);

    /// <inheritdoc/>
    public string? Get(string path, MessageNode? within = null)
    {
        var place = _settings.Paths.Read(path);
        var level = within is null ? Hl7Level.Message : Hl7Level.Of(within);
        if (within is null || level == Hl7Level.Message)
        {
            within ??= Root;
            return ReferenceEquals(within, _original) && IsUntouched ? GetFromBytes(place) : GetFromNodes(within, place);
        }

        if (level == Hl7Level.Segment && place.Segment == within.Name)
        {
            return GetFromSegment(within, place);
        }

        place = place.Below(level);
        return level switch
        {
            Hl7Level.Segment => GetFromSegment(within, place),
            Hl7Level.Field => GetFromField(within, place),
            _ => GetFromComponent(within, place),
        };
    }

    /// <inheritdoc/>
    public void Set(string path, string? value, MessageNode? within = null)
    {
        var place = _settings.Paths.Read(path);
        new Hl7TreeEditor(_settings, CurrentDelimiters(), CurrentCharset()).Set(Root, place, value ?? "", within);
    }

    /// <inheritdoc/>
    public IReadOnlyList<MessageNode> All(string path, MessageNode? within = null) => Hl7Selection.All(Root, _settings.Paths.Read(path), within);

    /// <inheritdoc/>
    public int Remove(string path, MessageNode? within = null)
    {
        var nodes = All(path, within);
        foreach (var node in nodes)
        {
            if (node.Parent is { } parent && Hl7Level.IsHeaderName(parent.Name) && Hl7Level.Of(node) == Hl7Level.Field && Hl7Level.Number(node) <= 2)
            {
                throw new FormatException($"\"{path}\" holds the delimiters of the message and cannot be removed.");
            }
        }

        foreach (var node in nodes)
        {
            node.Parent?.Remove(node);
        }

        return nodes.Count;
    }

    /// <inheritdoc/>
    public MessageNode Create(MessageNode parent, string name)
    {
        var node = MessageNode.NewElement(name);
        var number = Hl7Level.Of(parent) == Hl7Level.Message ? 0 : Hl7Level.Number(node);
        parent.Insert(number == 0 ? parent.Children.Count : Hl7Selection.PlaceFor(parent, number), node);
        return node;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Serialize()
    {
        if (IsUntouched)
        {
            return _settings.Options.SegmentEnd == Hl7SegmentEnd.Keep ? _content.Received : WithChosenEnds();
        }

        var output = new Hl7Output(CurrentCharset(), _content.Bytes.Length + Math.Min(_content.Bytes.Length >> 3, 64 * 1024) + 256);
        Write(Root, output);
        return ReferenceEquals(Root, _original) ? InOriginalCharset(output.Written) : output.Written;
    }

    private ReadOnlyMemory<byte> WithChosenEnds()
    {
        var output = new Hl7Output(_content.Charset, _content.Bytes.Length + _content.Segments.Length + 2);
        Writer(_content.Delimiters, output).Segments(_content);
        var written = output.Written;
        return written.Span.SequenceEqual(_content.Bytes.Span) ? _content.Received : InOriginalCharset(written);
    }

    private ReadOnlyMemory<byte> InOriginalCharset(ReadOnlyMemory<byte> written) =>
        _content.Original is { } charset ? charset.Write(Charset.Utf8.Read(written.Span, 0)) : written;

    private Hl7Writer Writer(Hl7Delimiters delimiters, Hl7Output output) => new(_settings, delimiters, output);

    private void Write(MessageNode node, Hl7Output output)
    {
        var writer = Writer(CurrentDelimiters(), output);
        var level = Hl7Level.Of(node);
        switch (level)
        {
            case Hl7Level.Message:
                writer.Message(node, ReferenceEquals(node, _original) ? _content : null);
                break;
            case Hl7Level.Segment:
                writer.Segment(node);
                break;
            default:
                writer.Content(node, level);
                break;
        }
    }

    private Hl7Delimiters CurrentDelimiters() => IsUntouched ? _content.Delimiters : Hl7Form.DelimitersOf(Root, ReferenceEquals(Root, _original) ? _content : null);

    private Charset CurrentCharset() => IsUntouched ? _content.Charset : Hl7Form.CharsetOf(Root, _content, _settings);

    private string? GetFromBytes(Hl7Path path)
    {
        if (path.Segment is null)
        {
            path.Below(Hl7Level.Message);
        }

        var wanted = Math.Max(1, path.Occurrence);
        foreach (ref readonly var segment in _content.Segments)
        {
            if (_content.IsNamed(segment, path) && --wanted == 0)
            {
                return Hl7Reader.FromSegment(_content, segment.Slice, path);
            }
        }

        return null;
    }

    private string? GetFromNodes(MessageNode root, Hl7Path path) => Hl7Selection.Segment(root, path) is { } segment ? GetFromSegment(segment, path) : null;

    private string? GetFromSegment(MessageNode segment, Hl7Path path)
    {
        if (Hl7Content.BytesOf(segment) is { } content)
        {
            return Hl7Reader.FromSegment(content, new Hl7Slice(segment.Start, segment.Length), path);
        }

        if (path.Field == 0)
        {
            return Raw(segment);
        }

        var field = Hl7Selection.Part(segment, path.Field, Math.Max(1, path.Repetition));
        if (field is null)
        {
            return null;
        }

        if (path.Field <= 2 && Hl7Level.IsHeaderName(segment.Name))
        {
            return path.Component <= 1 && path.Subcomponent <= 1 ? field.Text : null;
        }

        return GetFromField(field, path);
    }

    private string? GetFromField(MessageNode field, Hl7Path path)
    {
        if (Hl7Content.BytesOf(field) is { } content)
        {
            return Hl7Reader.FromField(content, new Hl7Slice(field.Start, field.Length), path);
        }

        if (path.Component == 0)
        {
            return Value(field);
        }

        if (field.HasSimpleContent)
        {
            return path.Component == 1 && path.Subcomponent <= 1 ? Value(field) : null;
        }

        return Hl7Selection.Part(field, path.Component, 1) is { } component ? GetFromComponent(component, path) : null;
    }

    private string? GetFromComponent(MessageNode component, Hl7Path path)
    {
        if (Hl7Content.BytesOf(component) is { } content)
        {
            return Hl7Reader.FromComponent(content, new Hl7Slice(component.Start, component.Length), path);
        }

        if (path.Subcomponent == 0)
        {
            return Value(component);
        }

        if (component.HasSimpleContent)
        {
            return path.Subcomponent == 1 ? Value(component) : null;
        }

        return Hl7Selection.Part(component, path.Subcomponent, 1) is { } part ? Value(part) : null;
    }

    // The same rule as for bytes: what has more than one part is given as it would be written.
    private string Value(MessageNode node)
    {
        var leaf = node;
        while (!leaf.HasSimpleContent)
        {
            if (leaf.Children.Count != 1)
            {
                return Raw(node);
            }

            leaf = leaf.Children[0];
            if (Hl7Level.Number(leaf) > 1)
            {
                return Raw(node);
            }
        }

        return Hl7Escapes.Decode(leaf.Text, CurrentDelimiters(), CurrentCharset());
    }

    private string Raw(MessageNode node)
    {
        var output = new Hl7Output(Charset.Utf8, 256);
        Write(node, output);
        return Charset.Utf8.Read(output.Written.Span, 0);
    }
}
