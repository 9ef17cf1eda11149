using System.Runtime.InteropServices;
using System.Xml;

namespace ChannelHost.DataTypes.Xml;

/// <summary>One parsed message: its text and where everything stands in it. Immutable; the nodes of the tree are made from it when asked for.</summary>
internal sealed class XmlContent : PackedContent
{
    private readonly List<XmlItem> _items = [];
    private readonly List<XmlItemAttribute> _attributes = [];

    private XmlContent(ReadOnlyMemory<byte> received, int mark, Charset charset)
    {
        Received = received;
        Charset = charset;
        Mark = received[..mark];
        Text = charset.Read(received.Span[mark..], mark);
    }

    /// <summary>The message as it came.</summary>
    public ReadOnlyMemory<byte> Received { get; }

    /// <summary>Its byte order mark.</summary>
    public ReadOnlyMemory<byte> Mark { get; }

    /// <summary>What it is written in.</summary>
    public Charset Charset { get; }

    /// <summary>The message as text, without the mark.</summary>
    public string Text { get; }

    /// <summary>The index of the root element.</summary>
    public int Root { get; private set; }

    /// <summary>Reads a message.</summary>
    /// <exception cref="MessageFormatException">It is no XML, or a limit is exceeded.</exception>
    public static XmlContent Read(ReadOnlyMemory<byte> bytes, XmlOptions options, Charset fallback)
    {
        if (bytes.Length > options.MaxSize.Bytes)
        {
            throw new MessageFormatException($"The XML has {bytes.Length} bytes; {options.MaxSize} are allowed (setting maxSize).");
        }

        var (mark, charset) = XmlText.Detect(bytes.Span, fallback);
        var content = new XmlContent(bytes, mark, charset);
        if (options.StripNamespaces && XmlText.WithoutDeclarations(content.Text) is { } stripped)
        {
            content = new XmlContent(charset.Write(stripped), 0, charset);
        }

        try
        {
            content.Parse(options);
        }
        catch (XmlException exception)
        {
            throw XmlInput.Problem(exception, content.Text);
        }

        return content;
    }

    /// <summary>An item by its index.</summary>
    public ref readonly XmlItem Item(int index) => ref CollectionsMarshal.AsSpan(_items)[index];

    /// <inheritdoc/>
    public override List<MessageNode> Unpack(MessageNode node)
    {
        var children = new List<MessageNode>();
        for (var i = node.Position; i < Item(node.Position - 1).Next; i = Item(i).Next)
        {
            children.Add(NodeOf(i));
        }

        return children;
    }

    /// <inheritdoc/>
    public override bool IsText(MessageNode node)
    {
        for (var i = node.Position; i < Item(node.Position - 1).Next; i = Item(i).Next)
        {
            if (Item(i).Kind != NodeKind.Text)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ReadText(MessageNode node)
    {
        ref readonly var item = ref Item(node.Position - 1);
        return (item.Next - node.Position) switch
        {
            0 => "",
            1 => Item(node.Position).Value!,
            _ => string.Concat(_items.GetRange(node.Position, item.Next - node.Position).Select(text => text.Value)),
        };
    }

    /// <inheritdoc/>
    public override string NameOf(MessageNode node) => Item(node.Position - 1).Name!;

    /// <summary>A node for an item. Positions count from 1, as everywhere in trees.</summary>
    public MessageNode NodeOf(int index)
    {
        ref readonly var item = ref Item(index);
        switch (item.Kind)
        {
            case NodeKind.Text:
                return MessageNode.NewText(item.Value!);
            case NodeKind.Comment:
                return MessageNode.NewComment(item.Value!);
            case NodeKind.ProcessingInstruction:
                return MessageNode.NewProcessingInstruction(item.Name!, item.Value!);
        }

        var node = new MessageNode(this, item.Name, item.Start, item.End - item.Start, level: 1, position: index + 1) { Prefix = item.Prefix, NamespaceUri = item.NamespaceUri };
        foreach (var (name, prefix, uri, value) in CollectionsMarshal.AsSpan(_attributes).Slice(item.FirstAttribute, item.AttributeCount))
        {
            var attribute = MessageNode.NewAttribute(name, value);
            attribute.Prefix = prefix;
            attribute.NamespaceUri = uri;
            node.AddParsedAttribute(attribute);
        }

        return node;
    }

    private void Parse(XmlOptions options)
    {
        using var reader = XmlInput.Open(new StringReader(Text));
        var places = new XmlPlaces(Text, (IXmlLineInfo)reader);
        var open = new Stack<int>();
        var blank = (Lead: -1, Value: "");
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var index = AddElement(reader, places, open, ref blank, options);
                    if (!reader.IsEmptyElement)
                    {
                        open.Push(index);
                    }

                    break;
                case XmlNodeType.EndElement:
                    Close(places, open, ref blank);
                    break;
                case XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace when open.Count > 0:
                    blank = (places.Here, reader.Value);
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    Add(NodeKind.Text, null, reader.Value, ref blank);
                    break;
                case XmlNodeType.Comment when open.Count > 0:
                    Add(NodeKind.Comment, null, reader.Value, ref blank);
                    break;
                case XmlNodeType.ProcessingInstruction when open.Count > 0:
                    Add(NodeKind.ProcessingInstruction, reader.Name, reader.Value, ref blank);
                    break;
            }

            if (_items.Count + _attributes.Count > options.MaxNodes)
            {
                throw new MessageFormatException($"The XML has more than {options.MaxNodes} nodes (setting maxNodes), at line {places.Line}.");
            }
        }
    }

    private int AddElement(XmlReader reader, XmlPlaces places, Stack<int> open, ref (int Lead, string Value) blank, XmlOptions options)
    {
        if (open.Count >= options.MaxDepth)
        {
            throw new MessageFormatException($"The XML is more than {options.MaxDepth} levels deep (setting maxDepth), at line {places.Line}.");
        }

        var start = places.Here - 1;
        var isEmpty = reader.IsEmptyElement;
        var item = new XmlItem
        {
            Kind = NodeKind.Element,
            Name = reader.LocalName,
            Prefix = OrNull(reader.Prefix),
            NamespaceUri = OrNull(reader.NamespaceURI),
            Lead = blank.Lead >= 0 ? blank.Lead : start,
            Start = start,
            End = isEmpty ? places.EndOfTag(start) : 0,
            FirstAttribute = _attributes.Count,
            AttributeCount = reader.AttributeCount,
        };
        blank.Lead = -1;
        while (reader.MoveToNextAttribute())
        {
            var isDefaultDeclaration = reader.Prefix.Length == 0 && reader.LocalName == "xmlns";
            _attributes.Add(new XmlItemAttribute(reader.LocalName, OrNull(reader.Prefix), isDefaultDeclaration ? null : OrNull(reader.NamespaceURI), reader.Value));
        }

        reader.MoveToElement();
        if (open.Count == 0)
        {
            Root = _items.Count;
        }

        item.Next = _items.Count + 1;
        _items.Add(item);
        return _items.Count - 1;
    }

    private void Close(XmlPlaces places, Stack<int> open, ref (int Lead, string Value) blank)
    {
        var index = open.Pop();
        if (index == _items.Count - 1 && blank.Lead >= 0)
        {
            // White space alone is content, not layout.
            Add(NodeKind.Text, null, blank.Value, ref blank);
        }

        blank.Lead = -1;
        ref var item = ref CollectionsMarshal.AsSpan(_items)[index];
        item.End = places.EndOfTag(places.Here - 2);
        item.Next = _items.Count;
    }

    private void Add(NodeKind kind, string? name, string value, ref (int Lead, string Value) blank)
    {
        blank.Lead = -1;
        _items.Add(new XmlItem { Kind = kind, Name = name, Value = value, Next = _items.Count + 1 });
    }

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
