using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.E4x;

/// <summary>What all XML values of one run share. Made with the first of them.</summary>
internal sealed class XmlRun(ScriptRun run)
{
    private readonly Dictionary<string, TreeMethod> _methods = new(StringComparer.Ordinal);
    private ObjectInstance? _prototype;
    private ObjectInstance? _strings;
    private JsValue? _noText;
    private ObjectInstance? _names;
    private ObjectInstance? _namespaces;

    /// <summary>True when scripts find the behaviour of Mirth where it differs from ours.</summary>
    public bool IsMirth { get; } = run.Environment.Compatibility == Compatibility.Mirth;

    /// <summary>The <c>default xml namespace</c>; empty for none, null while no script has set one.</summary>
    public string? DefaultUri { get; set; }

    /// <summary>The namespace that the message's root made the default; null or empty for none.</summary>
    public string? MessageUri { get; set; }

    /// <summary>True while the default namespace is one that the message brought along.</summary>
    public bool IsDefaultOfMessage => MessageUri is { Length: > 0 } uri && string.Equals(uri, DefaultUri, StringComparison.Ordinal);

    /// <summary>How XML is read and written.</summary>
    public XmlSettings Settings { get; } = new();

    /// <summary>What elements and lists inherit from.</summary>
    public ObjectInstance Prototype => _prototype ??= TreeMethods.CreatePrototype(run.Engine);

    /// <summary>What qualified names inherit from.</summary>
    public ObjectInstance NamePrototype => _names ??= XmlQName.CreatePrototype(run.Engine);

    /// <summary>What namespaces inherit from.</summary>
    public ObjectInstance NamespacePrototype => _namespaces ??= XmlNamespace.CreatePrototype(run.Engine);

    /// <summary>The text of nothing, as a method.</summary>
    public JsValue NoText => _noText ??= new ClrFunction(run.Engine, "toString", static (_, _) => JsString.Empty);

    /// <summary>A method of elements by its name, one of <see cref="TreeMethods.Names"/>.</summary>
    public JsValue Method(string name)
    {
        if (!_methods.TryGetValue(name, out var method))
        {
            _methods[name] = method = new TreeMethod(run, name, TreeMethods.Body(name));
        }

        return method;
    }

    /// <summary>A method of the language's strings.</summary>
    public JsValue TextMethod(string name) => Strings.Get(name);

    /// <summary>An element that belongs to no message.</summary>
    public TreeValue Free(MessageNode node) => new TreeDocument(run, new FreeTree(node)).Element(node);

    /// <summary>A list of nodes that belong to no message.</summary>
    public TreeValue FreeList(IReadOnlyList<MessageNode> nodes)
    {
        var list = new TreeValue(new TreeDocument(run, new FreeTree(nodes.Count > 0 ? nodes[0] : MessageNode.NewText(""))), null, null);
        foreach (var node in nodes)
        {
            list.Add(node);
        }

        return list;
    }

    private ObjectInstance Strings => _strings ??= (ObjectInstance)((ObjectInstance)run.Engine.Global.Get("String")).Get("prototype");
}
