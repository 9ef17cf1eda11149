using ChannelHost.Scripting.Trees;

namespace ChannelHost.Scripting.E4x;

/// <summary>Which prefix means which namespace where. Declarations are attributes named <c>xmlns</c>, or <c>p</c> with the prefix <c>xmlns</c>.</summary>
internal static class XmlNamespaces
{
    /// <summary>The namespace of the prefix <c>xml</c>.</summary>
    public const string Xml = "http://www.w3.org/XML/1998/namespace";

    /// <summary>The topmost element above a node, or the node itself.</summary>
    public static MessageNode RootOf(MessageNode node)
    {
        while (node.Parent is { } parent)
        {
            node = parent;
        }

        return node;
    }

    /// <summary>The namespace that a prefix means at an element; empty when the default is none, null when the prefix means nothing.</summary>
    /// <param name="node">The element.</param>
    /// <param name="prefix">The prefix; empty for the default.</param>
    /// <param name="top">The last element to ask; null for the root.</param>
    public static string? Lookup(MessageNode? node, string prefix, MessageNode? top = null)
    {
        if (prefix == "xml")
        {
            return Xml;
        }

        for (; node is not null; node = node.Parent)
        {
            if (DeclaredAt(node, prefix) is { } uri)
            {
                return uri;
            }

            if (ReferenceEquals(node, top))
            {
                break;
            }
        }

        return null;
    }

    /// <summary>What an element itself declares for a prefix; null for nothing.</summary>
    public static string? DeclaredAt(MessageNode node, string prefix)
    {
        var attributes = node.Attributes;
        for (var i = 0; i < attributes.Count; i++)
        {
            var attribute = attributes[i];
            if (prefix.Length == 0
                ? attribute.Prefix is null && attribute.Name == "xmlns"
                : attribute.Prefix == "xmlns" && string.Equals(attribute.Name, prefix, StringComparison.Ordinal))
            {
                return attribute.Value ?? "";
            }
        }

        return null;
    }

    /// <summary>The prefix that means a namespace at an element: empty for the default, null for none.</summary>
    public static string? PrefixFor(MessageNode at, string uri, bool forAttribute = false)
    {
        if (uri == Xml)
        {
            return "xml";
        }

        for (var node = at; node is not null; node = node.Parent)
        {
            foreach (var attribute in node.Attributes)
            {
                if (TreeName.IsDeclaration(attribute) && string.Equals(attribute.Value, uri, StringComparison.Ordinal)
                    && (attribute.Prefix is null ? "" : attribute.Name) is var prefix
                    && !(forAttribute && prefix.Length == 0)
                    && string.Equals(Lookup(at, prefix), uri, StringComparison.Ordinal))
                {
                    return prefix;
                }
            }
        }

        return null;
    }

    /// <summary>Declares a prefix at an element; empty for the default.</summary>
    public static void Declare(MessageNode node, string prefix, string uri)
    {
        var declaration = prefix.Length == 0 ? MessageNode.NewAttribute("xmlns", uri) : MessageNode.NewAttribute(prefix, uri);
        declaration.Prefix = prefix.Length == 0 ? null : "xmlns";
        node.AppendAttribute(declaration);
    }

    /// <summary>Adds an attribute; one of a namespace gets a prefix that means it.</summary>
    public static MessageNode AddAttribute(MessageNode parent, TreeName name)
    {
        var attribute = MessageNode.NewAttribute(name.Local, "");
        if (name.Uri is { Length: > 0 } uri)
        {
            attribute.NamespaceUri = uri;
            attribute.Prefix = PrefixFor(parent, uri, forAttribute: true) ?? DeclareNew(parent, uri);
        }

        parent.AppendAttribute(attribute);
        return attribute;
    }

    /// <summary>Gives a new element its namespace; null for that of its parent.</summary>
    public static void Name(MessageNode node, MessageNode parent, string? uri)
    {
        if (uri is null)
        {
            node.Prefix ??= parent.Prefix;
            node.NamespaceUri = string.Equals(node.Prefix, parent.Prefix, StringComparison.Ordinal) ? parent.NamespaceUri : Lookup(parent, node.Prefix ?? "");
            return;
        }

        node.Prefix = null;
        node.NamespaceUri = uri.Length == 0 ? null : uri;
        if (uri.Length == 0)
        {
            return;
        }

        if (PrefixFor(parent, uri) is { } prefix)
        {
            node.Prefix = prefix.Length == 0 ? null : prefix;
        }
        else
        {
            Declare(node, "", uri);
        }
    }

    /// <summary>Gives an element or attribute another namespace, and a prefix that means it there.</summary>
    public static void Rename(MessageNode node, string uri, string? prefix)
    {
        var isAttribute = node.Kind == NodeKind.Attribute;
        var owner = isAttribute ? node.Parent : node;
        node.NamespaceUri = uri.Length == 0 ? null : uri;
        node.Prefix = null;
        if (uri.Length > 0 && owner is not null)
        {
            if (prefix is not { Length: > 0 } || (Lookup(owner, prefix) is { } bound && bound != uri))
            {
                prefix = PrefixFor(owner, uri, isAttribute);
            }

            prefix ??= isAttribute ? DeclareNew(owner, uri) : "";
            node.Prefix = prefix.Length == 0 ? null : prefix;
            if (Lookup(owner, prefix) != uri)
            {
                Declare(owner, prefix, uri);
            }
        }

        // Names are what the writers look at to see that an element changed.
        node.Name = node.Name;
    }

    /// <summary>Declares at an element what it and all below it use and what has no meaning, or another one, where it stands now.</summary>
    public static void Adopt(MessageNode parent, MessageNode node)
    {
        if (node.Kind != NodeKind.Element || (node.IsPacked && (node.NamespaceUri is null || ReferenceEquals(RootOf(parent).Source, node.Source))))
        {
            return;
        }

        Require(node, node.Prefix ?? "", node.NamespaceUri);
        for (var i = node.Attributes.Count - 1; i >= 0; i--)
        {
            var attribute = node.Attributes[i];
            if (attribute.Prefix is { } prefix and not ("xmlns" or "xml"))
            {
                Require(node, prefix, attribute.NamespaceUri);
            }
        }

        foreach (var child in node.Children)
        {
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            Adopt(node, child);
        }
    }

    private static void Require(MessageNode node, string prefix, string? uri)
    {
        if (uri is { Length: > 0 } && DeclaredAt(node, prefix) is null && !string.Equals(Lookup(node.Parent, prefix), uri, StringComparison.Ordinal))
        {
            Declare(node, prefix, uri);
        }
    }

    private static string DeclareNew(MessageNode parent, string uri)
    {
        var number = 1;
        while (Lookup(parent, $"ns{number}") is not null)
        {
            number++;
        }

        Declare(parent, $"ns{number}", uri);
        return $"ns{number}";
    }
}
