using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace ChannelHost.Scripting.E4x;

/// <summary>What translated scripts call, under a name that no script uses: each form of the XML syntax that plain JavaScript has no form for.</summary>
internal sealed class E4xObject : ObjectInstance
{
    private static readonly JsObjectShape Shape = new JsObjectShape.Builder()
        .Method("xml", static (self, a) => Literal(Run(self), a), 1, enumerable: false)
        .Method("list", static (self, a) => ListLiteral(Run(self), a), 1, enumerable: false)
        .Method("desc", static (self, a) => TreeQueries.Descendants(Xml(self, a, ".."), XmlKeys.Of(TreeMethods.At(a, 1))), 2, enumerable: false)
        .Method("filter", static (self, a) => Filter(Run(self), Xml(self, a, ".()"), TreeMethods.At(a, 1)), 2, enumerable: false)
        .Method("pick", static (self, a) => Pick(TreeMethods.At(a, 0), TreeMethods.At(a, 1)), 2, enumerable: false)
        .Method("none", static (self, _) => Run(self).Xml.FreeList([]), 0, enumerable: false)
        .Method("at", static (_, a) => XmlKeys.Attribute(TreeMethods.At(a, 0)), 1, enumerable: false)
        .Method("qn", static (_, a) => XmlKeys.Qualified(TreeMethods.At(a, 0), TreeMethods.At(a, 1)), 2, enumerable: false)
        .Method("an", static (_, a) => "@" + XmlKeys.Qualified(TreeMethods.At(a, 0), TreeMethods.At(a, 1)), 2, enumerable: false)
        .Method("each", static (self, a) => ForEach.Values(Run(self), TreeMethods.At(a, 0)), 1, enumerable: false)
        .Method("ns", static (self, a) => SetDefault(Run(self), TreeMethods.At(a, 0)), 1, enumerable: false)
        .Method("type", static (_, a) => TypeOf(TreeMethods.At(a, 0)), 1, enumerable: false)
        .Method("add", static (self, a) => Add(Run(self), TreeMethods.At(a, 0), TreeMethods.At(a, 1)), 2, enumerable: false)
        .Method("addTo", static (self, a) => AddTo(Run(self), TreeMethods.At(a, 0), TreeMethods.At(a, 1), TreeMethods.At(a, 2)), 3, enumerable: false)
        .Build();

    private readonly ScriptRun _run;

    public E4xObject(ScriptRun run)
        : base(run.Engine)
    {
        _run = run;
        Prototype = Shape.Instantiate(run.Engine);
    }

    /// <summary><c>a + b</c>: a list of both when both are XML, else what the language says.</summary>
    public static JsValue Add(ScriptRun run, JsValue left, JsValue right)
    {
        if (TreeValue.From(left) is { } one && TreeValue.From(right) is { } other)
        {
            var both = new TreeValue(one.Document, null, null);
            Append(both, one);
            Append(both, other);
            return both;
        }

        var a = TypeConverter.ToPrimitive(left);
        var b = TypeConverter.ToPrimitive(right);
        if (a is not JsString && b is not JsString)
        {
            return TypeConverter.ToNumber(a) + TypeConverter.ToNumber(b);
        }

        var text = (TypeConverter.ToString(a), TypeConverter.ToString(b));
        run.Limits.CheckLength((double)text.Item1.Length + text.Item2.Length);
        return text.Item1 + text.Item2;
    }

    private static ScriptRun Run(JsValue self) => ((E4xObject)self)._run;

    private static TreeValue Xml(JsValue self, JsValue[] arguments, string form) =>
        TreeValue.From(TreeMethods.At(arguments, 0)) ?? throw Run(self).TypeError($"'{form}' needs XML on its left; this is {TypeOf(TreeMethods.At(arguments, 0))}.");

    private static TreeValue Literal(ScriptRun run, JsValue[] arguments)
    {
        var nodes = run.Literals.Make(run, (ObjectInstance)arguments[0], arguments.AsSpan(1), isList: false);
        return nodes.Count == 1 ? run.Xml.Free(nodes[0]) : throw run.TypeError($"An XML literal is one element; this one has {nodes.Count}. A list is written <>...</>.");
    }

    private static TreeValue ListLiteral(ScriptRun run, JsValue[] arguments)
    {
        var nodes = run.Literals.Make(run, (ObjectInstance)arguments[0], arguments.AsSpan(1), isList: true);
        if (run.Xml.Settings.IgnoreWhitespace)
        {
            nodes.RemoveAll(node => nodes.Count > 1 && node is { Kind: NodeKind.Text, IsCData: false } && string.IsNullOrWhiteSpace(node.Text));
        }

        return run.Xml.FreeList(nodes);
    }

    private static TreeValue Filter(ScriptRun run, TreeValue list, JsValue condition)
    {
        var found = new TreeValue(list.Document, null, null);
        for (var i = 0; i < list.Count; i++)
        {
            if (TypeConverter.ToBoolean(run.Engine.Call(condition, list.Document.Element(list.NodeAt(i)))))
            {
                found.Add(list.NodeAt(i));
            }
        }

        return found;
    }

    private static JsValue Pick(JsValue value, JsValue key) =>
        TreeValue.From(value)?.Children(XmlKeys.Of(key)) is { Count: > 0 } found ? found : JsValue.Undefined;

    private static JsValue SetDefault(ScriptRun run, JsValue value)
    {
        run.Xml.DefaultUri = XmlNamespace.UriOf(value);
        return JsValue.Undefined;
    }

    private static JsValue TypeOf(JsValue value) => value switch
    {
        TreeValue or TreeMember or TreeMethod => "xml",
        JsUndefined => "undefined",
        JsString => "string",
        JsNumber => "number",
        JsBoolean => "boolean",
        JsSymbol => "symbol",
        _ => value.IsCallable() ? "function" : "object",
    };

    private static JsValue AddTo(ScriptRun run, JsValue target, JsValue key, JsValue value)
    {
        if (target is not ObjectInstance owner)
        {
            throw run.TypeError($"Nothing can be added to a property of {TypeOf(target)}.");
        }

        var present = owner.Get(key);
        if (TreeValue.From(target) is { } tree && TreeValue.From(present) is { Count: > 0 } list && list.NodeAt(list.Count - 1) is { Kind: NodeKind.Element, Parent: { } parent } last
            && TreeValue.From(value) is { Count: > 0 } added)
        {
            var index = parent.IndexOf(last) + 1;
            foreach (var copy in TreeWriter.Copies(added))
            {
                TreeWriter.Insert(tree.Document, parent, index++, copy);
            }

            return owner.Get(key);
        }

        var sum = TreeValue.From(present) is { Count: 0 } && TreeValue.From(value) is not null ? value : Add(run, present, value);
        owner.Set(key, sum, throwOnError: true);
        return sum;
    }

    private static void Append(TreeValue both, TreeValue nodes)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            both.Add(nodes.NodeAt(i));
        }
    }
}
