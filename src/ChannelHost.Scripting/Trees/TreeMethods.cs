using System.Collections.Frozen;
using ChannelHost.Scripting.E4x;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Native.Symbol;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.Trees;

/// <summary>The methods of elements and lists. A name that is also an element's means both; see <see cref="TreeMember"/>.</summary>
internal static class TreeMethods
{
    /// <summary>Names that are never elements, because the language itself asks for them.</summary>
    public static readonly FrozenSet<string> Reserved = new[] { "toString", "valueOf", "toJSON" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Methods of texts that work on simple content.</summary>
    public static readonly FrozenSet<string> TextNames = new[]
    {
        "at", "charAt", "charCodeAt", "codePointAt", "concat", "endsWith", "includes", "indexOf", "lastIndexOf", "localeCompare", "match", "matchAll",
        "padEnd", "padStart", "repeat", "replaceAll", "search", "slice", "split", "startsWith", "substr", "substring", "toLowerCase", "toUpperCase", "trim",
        "trimEnd", "trimStart",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly (string Name, Func<TreeValue, JsValue[], JsValue> Body, int Length)[] All =
    [
        ("get", TreePaths.Get, 1),
        ("set", TreePaths.Set, 2),
        ("all", TreePaths.All, 1),
        ("remove", TreePaths.Remove, 1),
        ("toString", (self, _) => self.ToText(), 0),
        ("valueOf", (self, _) => self, 0),
        ("toJSON", (self, _) => TreeJson.Of(self), 0),
        ("toXMLString", (self, _) => TreeText.Xml(self), 0),
        ("length", (self, _) => self.Count, 0),
        ("copy", (self, _) => TreeEdits.Copy(self), 0),
        ("appendChild", (self, a) => TreeEdits.InsertChildren(self, int.MaxValue, At(a, 0)), 1),
        ("prependChild", (self, a) => TreeEdits.InsertChildren(self, 0, At(a, 0)), 1),
        ("insertChildBefore", (self, a) => TreeEdits.InsertBeside(self, At(a, 0), At(a, 1), after: false), 2),
        ("insertChildAfter", (self, a) => TreeEdits.InsertBeside(self, At(a, 0), At(a, 1), after: true), 2),
        ("setChildren", (self, a) => TreeEdits.SetChildren(self, At(a, 0)), 1),
        ("replace", TreeEdits.Replace, 2),
        ("setName", (self, a) => TreeEdits.SetName(self, At(a, 0)), 1),
        ("setLocalName", (self, a) => TreeEdits.SetLocalName(self, At(a, 0)), 1),
        ("normalize", (self, _) => TreeEdits.Normalize(self), 0),
        ("children", (self, _) => self.Children("*"), 0),
        ("child", (self, a) => TreeQueries.Child(self, At(a, 0)), 1),
        ("elements", (self, a) => TreeQueries.Elements(self, NameOrAny(a)), 0),
        ("descendants", (self, a) => TreeQueries.Descendants(self, NameOrAny(a)), 0),
        ("attribute", (self, a) => self.Children(XmlKeys.Attribute(At(a, 0))), 1),
        ("attributes", (self, _) => self.Children("@*"), 0),
        ("text", (self, _) => TreeQueries.OfKind(self, NodeKind.Text), 0),
        ("comments", (self, _) => TreeQueries.OfKind(self, NodeKind.Comment), 0),
        ("processingInstructions", (self, a) => TreeQueries.OfKind(self, NodeKind.ProcessingInstruction, NameOrAny(a)), 0),
        ("parent", (self, _) => TreeQueries.Parent(self), 0),
        ("name", (self, _) => TreeQueries.Name(self), 0),
        ("localName", (self, _) => TreeQueries.LocalName(self), 0),
        ("namespace", XmlNamespaceMethods.Namespace, 0),
        ("setNamespace", (self, a) => XmlNamespaceMethods.Set(self, At(a, 0)), 1),
        ("addNamespace", (self, a) => XmlNamespaceMethods.Add(self, At(a, 0)), 1),
        ("removeNamespace", (self, a) => XmlNamespaceMethods.Remove(self, At(a, 0)), 1),
        ("inScopeNamespaces", (self, _) => XmlNamespaceMethods.InScope(self), 0),
        ("namespaceDeclarations", (self, _) => XmlNamespaceMethods.Declarations(self), 0),
        ("nodeKind", (self, _) => TreeQueries.Kind(self), 0),
        ("childIndex", (self, _) => TreeQueries.ChildIndex(self), 0),
        ("contains", (self, a) => TreeQueries.Contains(self, At(a, 0)), 1),
        ("hasOwnProperty", (self, a) => TreeQueries.HasOwnProperty(self, At(a, 0)), 1),
        ("propertyIsEnumerable", (self, a) => TreeQueries.PropertyIsEnumerable(self, At(a, 0)), 1),
        ("hasSimpleContent", (self, _) => self.HasSimpleContent, 0),
        ("hasComplexContent", (self, _) => !self.HasSimpleContent, 0),
        ("equals", (self, a) => string.Equals(self.ToText(), TreeText.Of(At(a, 0)), StringComparison.Ordinal), 1),
        ("equalsIgnoreCase", (self, a) => string.Equals(self.ToText(), TreeText.Of(At(a, 0)), StringComparison.OrdinalIgnoreCase), 1),
        ("isEmpty", (self, _) => TreeJavaText.Of(self, "isEmpty").Length == 0, 0),
        ("isBlank", (self, _) => string.IsNullOrWhiteSpace(TreeJavaText.Of(self, "isBlank")), 0),
        ("compareTo", (self, a) => string.CompareOrdinal(TreeJavaText.Of(self, "compareTo"), TreeText.Of(At(a, 0))), 1),
        ("compareToIgnoreCase", (self, a) => string.Compare(TreeJavaText.Of(self, "compareToIgnoreCase"), TreeText.Of(At(a, 0)), StringComparison.OrdinalIgnoreCase), 1),
        ("matches", (self, a) => TreeJavaText.Matches(self, At(a, 0)), 1),
        ("replaceFirst", (self, a) => TreeJavaText.ReplaceFirst(self, At(a, 0), At(a, 1)), 2),
    ];

    private static readonly FrozenDictionary<string, Func<TreeValue, JsValue[], JsValue>> Bodies =
        All.ToFrozenDictionary(method => method.Name, method => method.Body, StringComparer.Ordinal);

    /// <summary>The names of the methods.</summary>
    public static readonly FrozenSet<string> Names = Bodies.Keys.ToFrozenSet(StringComparer.Ordinal);

    private static readonly JsObjectShape Shape = All
        .Aggregate(new JsObjectShape.Builder(), (builder, method) => builder.Method(
            method.Name,
            (self, arguments) => method.Body(Tree(self), arguments),
            method.Length,
            enumerable: false))
        .Build();

    /// <summary>What trees of one engine inherit from.</summary>
    public static ObjectInstance CreatePrototype(Engine engine)
    {
        var prototype = Shape.Instantiate(engine);
        prototype.FastSetProperty(
            GlobalSymbolRegistry.Iterator,
            PropertyDescriptor.CreateLazy(engine, static engine => new ClrFunction(engine, "[Symbol.iterator]", (self, _) => Iterate(engine, self)), PropertyFlag.NonEnumerable));
        return prototype;
    }

    /// <summary>What a method does.</summary>
    public static Func<TreeValue, JsValue[], JsValue> Body(string name) => Bodies[name];

    /// <summary>An argument, or undefined.</summary>
    public static JsValue At(JsValue[] arguments, int index) => index < arguments.Length ? arguments[index] : JsValue.Undefined;

    // The elements as they are when the loop begins: a loop that removes some still meets each of them once.
    private static JsValue Iterate(Engine engine, JsValue self)
    {
        var tree = Tree(self);
        var items = new JsValue[tree.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = tree.Item(i);
        }

        var array = new JsArray(engine, items);
        return array.Get(GlobalSymbolRegistry.Iterator).Call(array, []);
    }

    private static string NameOrAny(JsValue[] arguments) => arguments.Length == 0 ? "*" : XmlKeys.Of(arguments[0]);

    private static TreeValue Tree(JsValue self) =>
        TreeValue.From(self) ?? throw new InvalidOperationException("A method of a message tree was called without its element.");
}
