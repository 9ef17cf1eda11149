using ChannelHost.Scripting.E4x;
using ChannelHost.Scripting.Running;
using Jint.Native.Object;

namespace ChannelHost.Scripting.Trees;

/// <summary>A tree in one run, and what all its script objects share.</summary>
internal sealed class TreeDocument
{
    private readonly XmlRun _xml;
    private TreeValue? _root;

    public TreeDocument(ScriptRun run, IMessageTree tree)
    {
        Run = run;
        Tree = tree;
        _xml = run.Xml;
        HasFreeNames = tree.CanName("a");
    }

    /// <summary>The run.</summary>
    public ScriptRun Run { get; }

    /// <summary>The tree.</summary>
    public IMessageTree Tree { get; }

    /// <summary>The root element as scripts see it.</summary>
    public TreeValue Root => _root is { } root && ReferenceEquals(root.Single, Tree.Root) ? root : _root = Element(Tree.Root);

    /// <summary>What elements and lists inherit from.</summary>
    public ObjectInstance Prototype => _xml.Prototype;

    /// <summary>True when elements may have any name and a namespace; false for HL7 v2, whose names never meet those of methods.</summary>
    public bool HasFreeNames { get; }

    /// <summary>True for values that scripts make themselves; false for messages.</summary>
    public bool IsFree => Tree is FreeTree;

    /// <summary>
    /// The namespace of element names that say none; null for any. Until a script sets a default, a message's elements are found by their local names alone,
    /// because who reads a message should not need to know how its sender wrote the namespace.
    /// </summary>
    public string? ElementUri => !HasFreeNames ? null : _xml.DefaultUri ?? (IsFree ? "" : null);

    /// <summary>The namespace of attribute names that say none; null for any. Attributes have none unless they have a prefix.</summary>
    public string? AttributeUri => HasFreeNames && (_xml.DefaultUri is not null || IsFree) ? "" : null;

    /// <summary>One node as scripts see it.</summary>
    public TreeValue Element(MessageNode node) => new(this, node);
}
