using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Native.Object;

namespace ChannelHost.Scripting.Trees;

/// <summary>A message's tree in one run, and what all its script objects share.</summary>
internal sealed class TreeDocument
{
    private readonly ObjectInstance _prototype;
    private TreeValue? _root;
    private ObjectInstance? _stringPrototype;

    public TreeDocument(ScriptRun run, IMessageTree tree)
    {
        Run = run;
        Tree = tree;
        _prototype = TreeMethods.CreatePrototype(run.Engine);
    }

    /// <summary>The run.</summary>
    public ScriptRun Run { get; }

    /// <summary>The tree.</summary>
    public IMessageTree Tree { get; }

    /// <summary>The root element as scripts see it.</summary>
    public TreeValue Root => _root is { } root && ReferenceEquals(root.Single, Tree.Root) ? root : _root = Element(Tree.Root);

    /// <summary>What elements and lists inherit from.</summary>
    public ObjectInstance Prototype => _prototype;

    /// <summary>One node as scripts see it.</summary>
    public TreeValue Element(MessageNode node) => new(this, node);

    /// <summary>A method by name, or null: those of trees first, then those of texts.</summary>
    public JsValue? Method(string name)
    {
        if (TreeMethods.Names.Contains(name))
        {
            return _prototype.Get(name);
        }

        if (!TreeMethods.TextNames.Contains(name))
        {
            return null;
        }

        _stringPrototype ??= Run.Engine.Global.Get("String") is ObjectInstance constructor ? constructor.Get("prototype") as ObjectInstance : null;
        return _stringPrototype?.Get(name);
    }
}
