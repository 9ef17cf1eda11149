using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace ChannelHost.Scripting.Trees;

/// <summary>
/// What scripts hold of a message's tree: one element, or a list of nodes. A list of one behaves as its element. The list of a name that is
/// absent is empty, but knows where it would stand, so that assigning below it makes what is missing.
/// </summary>
internal sealed partial class TreeValue : ObjectInstance
{
    private readonly TreeValue? _owner;
    private readonly string? _member;
    private MessageNode? _node;
    private List<MessageNode>? _nodes;

    /// <summary>One node by itself.</summary>
    public TreeValue(TreeDocument document, MessageNode node)
        : this(document)
    {
        _node = node;
    }

    /// <summary>An empty list, to be filled by <see cref="Add"/>.</summary>
    /// <param name="document">The tree.</param>
    /// <param name="owner">The value it was read from; null when it stands for no place.</param>
    /// <param name="member">The name it was read by.</param>
    public TreeValue(TreeDocument document, TreeValue? owner, string? member)
        : this(document)
    {
        IsList = true;
        _owner = owner;
        _member = member;
    }

    private TreeValue(TreeDocument document)
        : base(document.Run.Engine)
    {
        Document = document;
        Prototype = document.Prototype;
    }

    /// <summary>The tree it belongs to. An element that a script made belongs to another once it is put there.</summary>
    public TreeDocument Document { get; private set; }

    /// <summary>True for a list, also of one.</summary>
    public bool IsList { get; }

    /// <summary>How many nodes.</summary>
    public int Count => _nodes?.Count ?? (_node is null ? 0 : 1);

    /// <summary>The node when there is exactly one.</summary>
    public MessageNode? Single => _node;

    /// <summary>The first node; null for none.</summary>
    public MessageNode? First => _node ?? (_nodes is { Count: > 0 } ? _nodes[0] : null);

    /// <summary>A node by its index.</summary>
    public MessageNode NodeAt(int index) => _nodes is null ? _node! : _nodes[index];

    /// <summary>True when no node has a child element: then it is the text that counts.</summary>
    public bool HasSimpleContent => Count == 0 || (_node is not null && _node.HasSimpleContent);

    /// <summary>Adds a node at the end of a list.</summary>
    public void Add(MessageNode node)
    {
        if (_nodes is not null)
        {
            _nodes.Add(node);
        }
        else if (_node is null)
        {
            _node = node;
        }
        else
        {
            _nodes = [_node, node];
            _node = null;
        }
    }

    /// <summary>The text of simple content, else the XML of all nodes.</summary>
    public string ToText() => Count switch
    {
        0 => "",
        1 when _node!.HasSimpleContent => _node.Text,
        _ => TreeText.Xml(this),
    };

    /// <summary>The element that this value stands for, made in its place when it is absent.</summary>
    /// <exception cref="JavaScriptException">There are several.</exception>
    public MessageNode Resolve()
    {
        if (_node is not null)
        {
            return _node;
        }

        if (Count > 1)
        {
            throw Document.Run.TypeError($"This is a list of {Count} elements{(_member is null ? "" : $" named {_member}")}: say which one, [0] for the first.");
        }

        // From the nearest value that stands for something down to this one.
        var missing = new Stack<TreeValue>();
        var at = this;
        for (; at is { Count: 0 }; at = at._owner)
        {
            missing.Push(at);
            if (at._member is null || missing.Count > TreeDepth.Most)
            {
                throw Document.Run.TypeError("There is no element here to write to.");
            }
        }

        var parent = at?.Resolve() ?? throw Document.Run.TypeError("There is no element here to write to.");
        while (missing.TryPop(out var value))
        {
            parent = value._node = TreeWriter.Create(Document, parent, value._member!);
        }

        return parent;
    }

    /// <summary>The children that a key names (see <see cref="TreeName"/>) of all nodes, or the attributes.</summary>
    public TreeValue Children(string key)
    {
        var found = new TreeValue(Document, this, key == "*" ? null : key);
        if (TreeName.IsPlain(key))
        {
            var uri = Document.ElementUri;
            for (var i = 0; i < Count; i++)
            {
                TreeReader.AddChildren(this.NodeAt(i), key, uri, found);
            }

            return found;
        }

        var name = TreeName.Of(key, Document);
        for (var i = 0; i < Count; i++)
        {
            TreeReader.Add(this.NodeAt(i), name, found);
        }

        return found;
    }

    /// <inheritdoc/>
    public override object ToObject() => ToText();

    /// <inheritdoc/>
    public override string ToString() => ToText();

    /// <inheritdoc/>
    protected override bool IsLooselyEqual(JsValue value) => Equals(Engine, value);

    // The engine asks this for == and === of two objects. Two values may be views of one element, so what they hold is all that can be compared.
    /// <inheritdoc/>
    public override bool Equals(JsValue? other) => ReferenceEquals(this, other) || (From(other) is not null && Equals(Engine, other!));

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>What <c>==</c> says.</summary>
    public bool Equals(Engine engine, JsValue value) => E4x.XmlEquality.AreEqual(this, value, engine);

    /// <summary>The tree that a script value is; null when it is none.</summary>
    public static TreeValue? From(JsValue? value) => value as TreeValue ?? (value as TreeMember)?.Children;

    /// <summary>An element of a list as a value of its own.</summary>
    public TreeValue Item(int index) => IsList ? Document.Element(this.NodeAt(index)) : this;

    /// <summary>Puts a node in the place of one that the list held.</summary>
    internal void Replace(int index, MessageNode node)
    {
        if (_nodes is null)
        {
            _node = node;
        }
        else
        {
            _nodes[index] = node;
        }
    }

    /// <summary>The element stands in another tree from now on.</summary>
    internal void MoveTo(TreeDocument document) => Document = document;

    /// <summary>The value that this list was read from.</summary>
    internal TreeValue? Owner => _owner;

    /// <summary>The name that this list was read by.</summary>
    internal string? Member => _member;

    private void RemoveAt(int index)
    {
        if (_nodes is null)
        {
            _node = null;
            return;
        }

        _nodes.RemoveAt(index);
        if (_nodes.Count == 1)
        {
            _node = _nodes[0];
            _nodes = null;
        }
    }
}
