using System.Runtime.InteropServices;
using System.Text;

namespace ChannelHost.Abstractions;

/// <summary>
/// A node of a message's tree. One tree serves HL7 v2, XML and delimited messages. A node made by a data type may be <em>packed</em>: it is
/// a slice of the message's bytes until somebody asks for its children. What was never changed is written back as those very bytes.
/// Nothing here recurses: a tree may be as deep as a script makes it. Not safe for use by two threads at once.
/// </summary>
public sealed class MessageNode
{
    private static readonly List<MessageNode> None = [];

    private List<MessageNode>? _children;
    private XmlParts? _xml;
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
    /// <param name="position">The data type's own number, from 1: for HL7 v2 which segment of the message, or the field's, component's or sub-component's number.</param>
    public MessageNode(PackedContent content, string? name, int start, int length, byte level, int position)
    {
        Kind = NodeKind.Element;
        IsPacked = true;
        _name = name;
        Source = content;
        Start = start;
        Length = length;
        Level = level;
        Position = position;
    }

    /// <summary>What the node is.</summary>
    public NodeKind Kind { get; }

    /// <summary>The data type's mark; see the packed constructor. 0 for nodes made or renamed by scripts.</summary>
    public byte Level { get; set; }

    /// <summary>True when this node or anything below it differs from what was parsed.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>True while the node is only a slice of bytes.</summary>
    public bool IsPacked { get; private set; }

    /// <summary>The data type's number; see the packed constructor. 0 for nodes made or renamed by scripts.</summary>
    public int Position { get; set; }

    /// <summary>The first byte of the node in <see cref="Source"/>.</summary>
    public int Start { get; private set; }

    /// <summary>The bytes of the node in <see cref="Source"/>.</summary>
    public int Length { get; private set; }

    /// <summary>Where the bytes of <see cref="Start"/> and <see cref="Length"/> are; null for nodes that never were bytes.</summary>
    public PackedContent? Source { get; private set; }

    /// <summary>The element this node stands in; null for a root and for a node that was taken out.</summary>
    public MessageNode? Parent { get; private set; }

    /// <summary>The namespace of an XML name; null for none.</summary>
    public string? NamespaceUri
    {
        get => _xml?.NamespaceUri;
        set
        {
            if (value is not null || _xml is not null)
            {
                (_xml ??= new XmlParts()).NamespaceUri = value;
            }
        }
    }

    /// <summary>The prefix that an XML name was written with; null for none.</summary>
    public string? Prefix
    {
        get => _xml?.Prefix;
        set
        {
            if (value is not null || _xml is not null)
            {
                (_xml ??= new XmlParts()).Prefix = value;
            }
        }
    }

    /// <summary>The element's or attribute's local name; empty for text.</summary>
    public string Name
    {
        get => _name ??= Source is not null && Kind == NodeKind.Element ? Source.NameOf(this) : "";
        set
        {
            // The children of a slice take their names from their parent's: they must be there before it gets another.
            Unpack();
            _name = value;
            Level = 0;
            Position = 0;
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

    /// <summary>The same as <see cref="Children"/>, for walking fast. Not valid any more once a child is added or taken out.</summary>
    public ReadOnlySpan<MessageNode> ChildSpan
    {
        get
        {
            Unpack();
            return CollectionsMarshal.AsSpan(_children);
        }
    }

    /// <summary>The attributes in order.</summary>
    public IReadOnlyList<MessageNode> Attributes => _xml?.Attributes ?? None;

    /// <summary>True for a text that was written as a CDATA section, and is to be written so again.</summary>
    public bool IsCData { get; private init; }

    /// <summary>True when there is no child element: the node's text is its whole content.</summary>
    public bool HasSimpleContent
    {
        get
        {
            if (Kind != NodeKind.Element || (IsPacked && Source!.IsText(this)))
            {
                return true;
            }

            Unpack();
            if (_children is not null)
            {
                foreach (var child in _children)
                {
                    if (child.Kind == NodeKind.Element)
                    {
                        return false;
                    }
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
            var node = this;
            while (true)
            {
                if (node.Kind != NodeKind.Element)
                {
                    return ReferenceEquals(node, this) || node.Kind == NodeKind.Text ? node._value ?? "" : "";
                }

                if (node.IsPacked && node.Source!.IsText(node))
                {
                    return node.Source.ReadText(node);
                }

                node.Unpack();
                if (node._children is not { Count: > 0 } children)
                {
                    return "";
                }

                if (children.Count > 1)
                {
                    return node.JoinText();
                }

                node = children[0];
            }
        }
    }

    /// <summary>A new element.</summary>
    public static MessageNode NewElement(string name) => new(NodeKind.Element, name, null);

    /// <summary>A new text.</summary>
    public static MessageNode NewText(string value) => new(NodeKind.Text, null, value);

    /// <summary>A new text that is written as a CDATA section.</summary>
    public static MessageNode NewCData(string value) => new(NodeKind.Text, null, value) { IsCData = true };

    /// <summary>A new attribute.</summary>
    public static MessageNode NewAttribute(string name, string value) => new(NodeKind.Attribute, name, value);

    /// <summary>A new comment.</summary>
    public static MessageNode NewComment(string value) => new(NodeKind.Comment, null, value);

    /// <summary>A new processing instruction.</summary>
    public static MessageNode NewProcessingInstruction(string name, string value) => new(NodeKind.ProcessingInstruction, name, value);

    /// <summary>Replaces all children by one text; by nothing when the text is empty.</summary>
    public void SetText(string text)
    {
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
        return _children is null || !ReferenceEquals(child.Parent, this) ? -1 : _children.IndexOf(child);
    }

    /// <summary>Adds a node at the end. A node that stands elsewhere is taken out there first.</summary>
    /// <exception cref="InvalidOperationException">The node would stand inside itself.</exception>
    public void Append(MessageNode child) => Insert(Children.Count, child);

    /// <summary>Adds a node before the one at <paramref name="index"/>. A node that stands elsewhere is taken out there first.</summary>
    /// <exception cref="InvalidOperationException">The node would stand inside itself.</exception>
    public void Insert(int index, MessageNode child)
    {
        RefuseInsideItself(child);
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
        var index = IndexOf(child);
        if (index < 0)
        {
            return false;
        }

        _children!.RemoveAt(index);
        child.Parent = null;
        MarkChanged();
        return true;
    }

    /// <summary>Takes out all children that are not wanted, in one pass: taking many out one by one moves the rest each time. Gives how many there were.</summary>
    /// <param name="isUnwanted">Says of each child in order whether it goes; must not add or take out children itself. When it throws, those before stay out.</param>
    public int RemoveAll(Predicate<MessageNode> isUnwanted)
    {
        ArgumentNullException.ThrowIfNull(isUnwanted);
        Unpack();
        if (_children is not { Count: > 0 } children)
        {
            return 0;
        }

        var (kept, at) = (0, 0);
        try
        {
            for (; at < children.Count; at++)
            {
                var child = children[at];
                if (isUnwanted(child))
                {
                    child.Parent = null;
                }
                else
                {
                    children[kept++] = child;
                }
            }
        }
        finally
        {
            if (at > kept)
            {
                children.RemoveRange(kept, at - kept);
                MarkChanged();
            }
        }

        return at - kept;
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
        DetachAll();
        MarkChanged();
    }

    /// <summary>Makes the node a slice of other bytes: what a data type does that changes a packed node without taking it apart.</summary>
    public void Repack(PackedContent content, int start, int length)
    {
        DetachAll();
        Source = content;
        Start = start;
        Length = length;
        IsPacked = true;
        MarkChanged();
    }

    /// <summary>The attribute of this name, or null.</summary>
    public MessageNode? Attribute(string name)
    {
        if (_xml?.Attributes is { } attributes)
        {
            foreach (var attribute in attributes)
            {
                if (string.Equals(attribute.Name, name, StringComparison.Ordinal))
                {
                    return attribute;
                }
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
        AddAttribute(attribute);
        MarkChanged();
        return attribute;
    }

    /// <summary>Adds an attribute that was parsed: unlike <see cref="SetAttribute"/> it is no change, and nothing is looked for. For data types.</summary>
    public void AddParsedAttribute(MessageNode attribute) => AddAttribute(attribute);

    /// <summary>Adds an attribute at the end; the caller knows that no other has its name and namespace.</summary>
    public void AppendAttribute(MessageNode attribute)
    {
        AddAttribute(attribute);
        MarkChanged();
    }

    /// <summary>Takes an attribute out; false when it is absent.</summary>
    public bool RemoveAttribute(string name) => Attribute(name) is { } attribute && RemoveAttribute(attribute);

    /// <summary>Takes this very attribute out; false when it belongs to no such element. For names that need their namespace to tell them apart.</summary>
    public bool RemoveAttribute(MessageNode attribute)
    {
        if (_xml?.Attributes?.Remove(attribute) != true)
        {
            return false;
        }

        attribute.Parent = null;
        MarkChanged();
        return true;
    }

    /// <summary>A deep copy without a parent. What is packed stays packed and shares the bytes.</summary>
    public MessageNode Copy()
    {
        var root = CopyAlone();
        var open = new Stack<(MessageNode From, MessageNode To)>();
        open.Push((this, root));
        while (open.TryPop(out var pair))
        {
            if (pair.From._children is not { } children)
            {
                continue;
            }

            var copies = new List<MessageNode>(children.Count);
            foreach (var child in children)
            {
                var copy = child.CopyAlone();
                copy.Parent = pair.To;
                copies.Add(copy);
                if (child._children is not null)
                {
                    open.Push((child, copy));
                }
            }

            pair.To._children = copies;
        }

        return root;
    }

    private MessageNode CopyAlone()
    {
        var copy = Source is null
            ? new MessageNode(Kind, _name, _value) { Level = Level, Position = Position, IsCData = IsCData }
            : new MessageNode(Source, _name, Start, Length, Level, Position) { IsPacked = IsPacked };
        copy.IsChanged = IsChanged;
        if (_xml is not null)
        {
            copy.NamespaceUri = NamespaceUri;
            copy.Prefix = Prefix;
            foreach (var attribute in Attributes)
            {
                copy.AddAttribute(attribute.CopyAlone());
            }
        }

        return copy;
    }

    private string JoinText()
    {
        var text = new StringBuilder();
        var open = new Stack<MessageNode>();
        open.Push(this);
        while (open.TryPop(out var node))
        {
            if (node.Kind == NodeKind.Text)
            {
                text.Append(node._value);
            }
            else if (node.Kind == NodeKind.Element)
            {
                if (node.IsPacked && node.Source!.IsText(node))
                {
                    text.Append(node.Source.ReadText(node));
                    continue;
                }

                node.Unpack();
                for (var i = (node._children?.Count ?? 0) - 1; i >= 0; i--)
                {
                    open.Push(node._children![i]);
                }
            }
        }

        return text.ToString();
    }

    private void RefuseInsideItself(MessageNode child)
    {
        // What has nothing below it can hold no ancestor; the walk up would make building a deep tree quadratic.
        if (child._children is null && !child.IsPacked && !ReferenceEquals(child, this))
        {
            return;
        }

        for (var above = this; above is not null; above = above.Parent)
        {
            if (ReferenceEquals(above, child))
            {
                throw new InvalidOperationException("A node cannot stand inside itself.");
            }
        }
    }

    private void Unpack()
    {
        if (!IsPacked)
        {
            return;
        }

        var children = Source!.Unpack(this);
        IsPacked = false;
        if (children.Count > 0)
        {
            foreach (var child in children)
            {
                child.Parent = this;
            }

            _children = children;
        }
    }

    private void Attach(MessageNode child, int index)
    {
        child.Parent = this;
        (_children ??= []).Insert(index, child);
    }

    private void AddAttribute(MessageNode attribute)
    {
        attribute.Parent = this;
        _xml ??= new XmlParts();
        (_xml.Attributes ??= []).Add(attribute);
    }

    private void DetachAll()
    {
        IsPacked = false;
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
