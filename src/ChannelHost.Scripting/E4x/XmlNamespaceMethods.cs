using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint.Native;

namespace ChannelHost.Scripting.E4x;

/// <summary>The methods of XML values that are about namespaces (ECMA-357, 13.4.4).</summary>
internal static class XmlNamespaceMethods
{
    /// <summary><c>namespace()</c>: the element's own; <c>namespace(prefix)</c>: the one that a prefix means there, undefined for none.</summary>
    public static JsValue Namespace(TreeValue self, JsValue[] arguments)
    {
        var node = TreeQueries.One(self, "namespace");
        var run = self.Document.Run;
        if (arguments.Length == 0)
        {
            return node.Kind is NodeKind.Element or NodeKind.Attribute ? new XmlNamespace(run, node.Prefix ?? "", node.NamespaceUri ?? "") : JsValue.Null;
        }

        var prefix = TreeText.Of(arguments[0]);
        var uri = Meaning(node, prefix) ?? (prefix.Length == 0 ? "" : null);
        return uri is null ? JsValue.Undefined : new XmlNamespace(run, prefix, uri);
    }

    /// <summary><c>setNamespace(ns)</c>.</summary>
    public static JsValue Set(TreeValue self, JsValue value)
    {
        var node = self.Resolve();
        if (node.Kind is NodeKind.Element or NodeKind.Attribute)
        {
            var space = XmlNamespace.From(self.Document.Run, [value]);
            XmlNamespaces.Rename(node, space.Uri, space.Prefix);
        }

        return self;
    }

    /// <summary><c>addNamespace(ns)</c>: declares its prefix; without a prefix it does nothing.</summary>
    public static JsValue Add(TreeValue self, JsValue value)
    {
        var node = self.Resolve();
        var space = XmlNamespace.From(self.Document.Run, [value]);
        if (node.Kind == NodeKind.Element && space.Prefix is { } prefix && (prefix.Length > 0 || node.NamespaceUri is not null)
            && XmlNamespaces.DeclaredAt(node, prefix) != space.Uri)
        {
            RemoveDeclaration(node, prefix);
            XmlNamespaces.Declare(node, prefix, space.Uri);
        }

        return self;
    }

    /// <summary><c>removeNamespace(ns)</c>: takes out declarations of it that no name below needs.</summary>
    public static JsValue Remove(TreeValue self, JsValue value)
    {
        var node = self.Resolve();
        var space = XmlNamespace.From(self.Document.Run, [value]);
        if (node.Kind == NodeKind.Element && !Uses(node, space.Uri))
        {
            for (var i = node.Attributes.Count - 1; i >= 0; i--)
            {
                var attribute = node.Attributes[i];
                if (TreeName.IsDeclaration(attribute) && attribute.Value == space.Uri
                    && (space.Prefix is null || space.Prefix == (attribute.Prefix is null ? "" : attribute.Name)))
                {
                    node.RemoveAttribute(attribute);
                }
            }
        }

        return self;
    }

    /// <summary><c>inScopeNamespaces()</c>: an array, the nearest first.</summary>
    public static JsValue InScope(TreeValue self)
    {
        var found = new List<JsValue>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var node = TreeQueries.One(self, "inScopeNamespaces"); node is not null; node = node.Parent)
        {
            Collect(self.Document.Run, node, seen, found);
        }

        if (seen.Add(""))
        {
            found.Add(new XmlNamespace(self.Document.Run, "", ""));
        }

        return new JsArray(self.Engine, [.. found]);
    }

    /// <summary><c>namespaceDeclarations()</c>: an array of those that the element itself makes.</summary>
    public static JsValue Declarations(TreeValue self)
    {
        var found = new List<JsValue>();
        Collect(self.Document.Run, TreeQueries.One(self, "namespaceDeclarations"), new HashSet<string>(StringComparer.Ordinal), found);
        return new JsArray(self.Engine, [.. found]);
    }

    /// <summary>What a prefix means at a node, declared or used there.</summary>
    public static string? Meaning(MessageNode node, string prefix)
    {
        for (var at = node; at is not null; at = at.Parent)
        {
            if (XmlNamespaces.DeclaredAt(at, prefix) is { } declared)
            {
                return declared;
            }

            if (at.Kind == NodeKind.Element && (at.Prefix ?? "") == prefix && at.NamespaceUri is { } used)
            {
                return used;
            }
        }

        return null;
    }

    private static void Collect(ScriptRun run, MessageNode node, HashSet<string> seen, List<JsValue> found)
    {
        foreach (var attribute in node.Attributes)
        {
            if (TreeName.IsDeclaration(attribute) && (attribute.Prefix is null ? "" : attribute.Name) is var prefix && seen.Add(prefix))
            {
                found.Add(new XmlNamespace(run, prefix, attribute.Value ?? ""));
            }
        }

        if (node.Kind == NodeKind.Element && node.NamespaceUri is { } uri && seen.Add(node.Prefix ?? ""))
        {
            found.Add(new XmlNamespace(run, node.Prefix ?? "", uri));
        }
    }

    private static void RemoveDeclaration(MessageNode node, string prefix)
    {
        for (var i = node.Attributes.Count - 1; i >= 0; i--)
        {
            var attribute = node.Attributes[i];
            if (TreeName.IsDeclaration(attribute) && (attribute.Prefix is null ? "" : attribute.Name) == prefix)
            {
                node.RemoveAttribute(attribute);
            }
        }
    }

    private static bool Uses(MessageNode node, string uri)
    {
        if (node.Kind != NodeKind.Element)
        {
            return false;
        }

        if (node.NamespaceUri == uri)
        {
            return true;
        }

        foreach (var attribute in node.Attributes)
        {
            if (attribute.NamespaceUri == uri)
            {
                return true;
            }
        }

        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var child in node.Children)
        {
            if (Uses(child, uri))
            {
                return true;
            }
        }

        return false;
    }
}
