using System.Text;

namespace ChannelHost.Abstractions;

/// <summary>
/// A node of a message's tree. One tree serves HL7 v2, XML and delimited messages. A node made by a data type may be <em>packed</em>: it is
/// a slice of the message's bytes until somebody asks for its children. What was never changed is written back as those very bytes.
/// Not safe for use by two threads at once.
/// </summary>
public sealed class MessageNode
{
    private static readonly List<MessageNode> None = [];

    private PackedContent? _packed;
    private List<MessageNode>? _children;
    private List<MessageNode>? _attributes;
    private string? _name;
    private string? _value;

    private MessageNode(NodeKind kind, string? name, string? value)
    {
        Kind = kind;
        _name = name;
        _value = value;
    }

    /// <summary>A packed element: <paramref name="content"/> knows what the slice means.</summary>
    /// <param name="content">Takes the slice apart.</param>
    /// <param name="name">The element's name; null when <see cref="PackedContent.NameOf"/> can tell it later.</param>
    /// <param name="start">The slice's first byte.</param>
    /// <param name="length">The slice's length in bytes.</param>
    /// <param name="level">The data type's own mark: for HL7 v2 0 message, 1 segment, 2 field, 3 component, 4 sub-component.</param>
    /// <param name="position">The data type's own number: for HL7 v2 the field's, component's or sub-component's number, from 1.</param>
    public MessageNode(PackedContent content, string? name, int start, int length, byte level, int position)
    {
        Kind = NodeKind.Element;
        _packed = content;
        _name = name;
        Source = content;
        Start = start;
        Length = length;
        Level = level;
        Position = position;
    }

    /// <summary>What the node is.</summary>
    public NodeKind Kind { get; }

    /// <summary>The data type's mark; see the packed constructor. 0 for nodes made by scripts.</summary>
    public byte Level { get; set; }

    /// <summary>The data type's number; see the packed constructor. 0 for nodes made by scripts.</summary>
    public int Position { get; set; }

    /// <summary>Where the bytes of <see cref="Start"/> and <see cref="Length"/> are; null for nodes that never were bytes.</summary>
    public PackedContent? Source { get; private set; }

    /// <summary>The first byte of the node in <see cref="Source"/>.</summary>
    public int Start { get; }

    /// <summary>The bytes of the node in <see cref="Source"/>.</summary>
    public int Length { get; }

    /// <summary>The element this node stands in; null for a root and for a node that was taken out.</summary>
    public MessageNode? Parent { get; private set; }

    /// <summary>True when this node or anything below it differs from what was parsed.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>True while the node is only a slice of bytes.</summary>
    public bool IsPacked => _packed is not null;

    /// <summary>The namespace of an XML name; null for none.</summary>
    public string? NamespaceUri { get; set; }

    /// <summary>The prefix that an XML name was written with; null for none.</summary>
    public string? Prefix { get; set; }

    /// <summary>The element's or attribute's local name; empty for text.</summary>
    public string Name
    {
        get => _name ??= Source is not null && Kind == NodeKind.Element ? Source.NameOf(this) : "";
        set
        {
            _name = value;
            MarkChanged();
        }
    }

    /// <summary>The value of a text, attribute, comment or instruction; null for an element.</summary>
    public string? Value
    {
        get => _value;
        set
        {
            _value = value;
            MarkChanged();
        }
    }

    /// <summary>The children in order, attributes not among them. Unpacks one level.</summary>
    public IReadOnlyList<MessageNode> Children
    {
        get
        {
            Unpack();
            return _children ?? None;
        }
    }

    /// <summary>The attributes in order.</summary>
    public IReadOnlyList<MessageNode> Attributes => _attributes ?? None;

    /// <summary>A new element.</summary>
    public static MessageNode NewElement(string name) => new(NodeKind.Element, name, null);

    /// <summary>A new text.</summary>
    public static MessageNode NewText(string value) => new(NodeKind.Text, null, value);

    /// <summary>A new attribute.</summary>
    public static MessageNode NewAttribute(string name, string value) => new(NodeKind.Attribute, name, value);

    /// <summary>A new comment.</summary>
    public static MessageNode NewComment(string value) => new(NodeKind.Comment, null, value);

    /// <summary>A new processing instruction.</summary>
    public static MessageNode NewProcessingInstruction(string name, string value) => new(NodeKind.ProcessingInstruction, name, value);

    /// <summary>True when there is no child element: the node's text is its whole content.</summary>
    public bool HasSimpleContent
    {
        get
        {
            if (Kind != NodeKind.Element || (_packed is not null && _packed.IsText(this)))
            {
                return true;
            }

            foreach (var child in Children)
            {
                if (child.Kind == NodeKind.Element)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>The text of this node and all below it, joined. For a packed leaf nothing is unpacked.</summary>
    public string Text
    {
        get
        {
            if (Kind != NodeKind.Element)
            {
                return _value ?? "";
            }

            if (_packed is not null && _packed.IsText(this))
            {
                return _packed.ReadText(this);
            }

            var children = Children;
            if (children.Count == 0)
            {
                return "";
            }

            if (children.Count == 1)
            {
                return children[0].Kind is NodeKind.Text or NodeKind.Element ? children[0].Text : "";
            }

            var text = new StringBuilder();
            AppendText(this, text);
            return text.ToString();
        }
    }

    /// <summary>Replaces all children by one text; by nothing when the text is empty.</summary>
    public void SetText(string text)
    {
        _packed = null;
        DetachAll();
        if (text.Length > 0)
        {
            Attach(NewText(text), 0);
        }

        MarkChanged();
    }

    /// <summary>The first child element of this name, or null.</summary>
    public MessageNode? FirstChild(string name)
    {
        Unpack();
        if (_children is null)
        {
            return null;
        }

        foreach (var child in _children)
        {
            if (child.Kind == NodeKind.Element && string.Equals(child.Name, name, StringComparison.Ordinal))
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>Where a child stands, or -1.</summary>
    public int IndexOf(MessageNode child)
    {
        Unpack();
        return _children is null ? -1 : _children.IndexOf(child);
    }

    /// <summary>Adds a node at the end. A node that stands elsewhere is taken out there first.</summary>
    public void Append(MessageNode child) => Insert(Children.Count, child);

    /// <summary>Adds a node before the one at <paramref name="index"/>. A node that stands elsewhere is taken out there first.</summary>
    /// <exception cref="InvalidOperationException">The node would stand inside itself.</exception>
    public void Insert(int index, MessageNode child)
    {
        for (var above = this; above is not null; above = above.Parent)
        {
            if (ReferenceEquals(above, child))
            {
                throw new InvalidOperationException("A node cannot stand inside itself.");
            }
        }

        Unpack();
        if (child.Parent is { } old)
        {
            var was = ReferenceEquals(old, this) ? IndexOf(child) : -1;
            old.Remove(child);
            if (was >= 0 && was < index)
            {
                index--;
            }
        }

        Attach(child, index);
        MarkChanged();
    }

    /// <summary>Takes a child out; false when it is none.</summary>
    public bool Remove(MessageNode child)
    {
        Unpack();
        if (_children is null || !_children.Remove(child))
        {
            return false;
        }

        child.Parent = null;
        MarkChanged();
        return true;
    }

    /// <summary>Puts a node in a child's place.</summary>
    public void Replace(MessageNode child, MessageNode replacement)
    {
        if (ReferenceEquals(child, replacement))
        {
            return;
        }

        var index = IndexOf(child);
        ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(child));
        Insert(index, replacement);
        Remove(child);
    }

    /// <summary>Takes all children out.</summary>
    public void Clear()
    {
        _packed = null;
        DetachAll();
        MarkChanged();
    }

    /// <summary>The attribute of this name, or null.</summary>
    public MessageNode? Attribute(string name)
    {
        foreach (var attribute in Attributes)
        {
            if (string.Equals(attribute.Name, name, StringComparison.Ordinal))
            {
                return attribute;
            }
        }

        return null;
    }

    /// <summary>Writes an attribute, adding it when absent.</summary>
    public MessageNode SetAttribute(string name, string value)
    {
        if (Attribute(name) is { } present)
        {
            present.Value = value;
            return present;
        }

        var attribute = NewAttribute(name, value);
        attribute.Parent = this;
        (_attributes ??= []).Add(attribute);
        MarkChanged();
        return attribute;
    }

    /// <summary>Takes an attribute out; false when it is absent.</summary>
    public bool RemoveAttribute(string name)
    {
        if (Attribute(name) is not { } attribute)
        {
            return false;
        }

        attribute.Parent = null;
        _attributes!.Remove(attribute);
        MarkChanged();
        return true;
    }

    /// <summary>A deep copy without a parent. What is packed stays packed and shares the bytes.</summary>
    public MessageNode Copy()
    {
        var copy = Source is null
            ? new MessageNode(Kind, _name, _value)
            : new MessageNode(Source, _name, Start, Length, Level, Position) { _packed = _packed };
        copy.NamespaceUri = NamespaceUri;
        copy.Prefix = Prefix;
        copy.IsChanged = IsChanged;
        copy.Level = Level;
        copy.Position = Position;
        if (_children is not null)
        {
            copy._children = new List<MessageNode>(_children.Count);
            foreach (var child in _children)
            {
                var childCopy = child.Copy();
                childCopy.Parent = copy;
                copy._children.Add(childCopy);
            }
        }

        if (_attributes is not null)
        {
            copy._attributes = new List<MessageNode>(_attributes.Count);
            foreach (var attribute in _attributes)
            {
                var attributeCopy = attribute.Copy();
                attributeCopy.Parent = copy;
                copy._attributes.Add(attributeCopy);
            }
        }

        return copy;
    }

    private static void AppendText(MessageNode node, StringBuilder text)
    {
        foreach (var child in node.Children)
        {
            if (child.Kind == NodeKind.Element)
            {
                text.Append(child.Text);
            }
            else if (child.Kind == NodeKind.Text)
            {
                text.Append(child._value);
            }
        }
    }

    private void Unpack()
    {
        if (_packed is null)
        {
            return;
        }

        var packed = _packed;
        _packed = null;
        packed.Unpack(this, child =>
        {
            child.Parent = this;
            (_children ??= []).Add(child);
        });
    }

    private void Attach(MessageNode child, int index)
    {
        child.Parent = this;
        (_children ??= []).Insert(index, child);
    }

    private void DetachAll()
    {
        if (_children is not null)
        {
            foreach (var child in _children)
            {
                child.Parent = null;
            }

            _children = null;
        }
    }

    private void MarkChanged()
    {
        for (var node = this; node is { IsChanged: false }; node = node.Parent)
        {
            node.IsChanged = true;
        }
    }
}
