using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint.Native;
using Jint.Native.Object;
using Jint.Native.Symbol;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.E4x;

/// <summary>The constructors <c>XML</c>, <c>XMLList</c>, <c>Namespace</c> and <c>QName</c>; called without <c>new</c> they convert.</summary>
internal sealed class XmlConstructor : Constructor
{
    private readonly Func<JsValue[], ObjectInstance> _convert;
    private readonly Func<JsValue[], ObjectInstance> _make;

    private XmlConstructor(ScriptRun run, string name, ObjectInstance prototype, Func<JsValue, bool> isInstance, Func<JsValue[], ObjectInstance> convert, Func<JsValue[], ObjectInstance> make)
        : base(run.Engine, name)
    {
        _convert = convert;
        _make = make;
        FastSetProperty("prototype", new PropertyDescriptor(prototype, PropertyFlag.AllForbidden));
        FastSetProperty(
            GlobalSymbolRegistry.HasInstance,
            new PropertyDescriptor(new ClrFunction(run.Engine, "[Symbol.hasInstance]", (_, a) => isInstance(TreeMethods.At(a, 0)), 1), PropertyFlag.AllForbidden));
    }

    /// <summary><c>XML</c>, with the settings (ECMA-357, 13.4.3).</summary>
    public static XmlConstructor Xml(ScriptRun run)
    {
        var constructor = new XmlConstructor(
            run,
            "XML",
            run.Xml.Prototype,
            static value => TreeValue.From(value) is not null,
            arguments => XmlValues.ToXml(run, TreeMethods.At(arguments, 0)),
            arguments => TreeMethods.At(arguments, 0) is var value && TreeValue.From(value) is not null ? TreeEdits.Copy(XmlValues.ToXml(run, value)) : XmlValues.ToXml(run, value));
        XmlSettingsObject.Install(run, constructor);
        return constructor;
    }

    /// <summary><c>XMLList</c>.</summary>
    public static XmlConstructor List(ScriptRun run) => new(
        run,
        "XMLList",
        run.Xml.Prototype,
        static value => TreeValue.From(value) is not null,
        arguments => XmlValues.ToList(run, TreeMethods.At(arguments, 0)),
        arguments => Again(XmlValues.ToList(run, TreeMethods.At(arguments, 0))));

    /// <summary><c>Namespace</c>.</summary>
    public static XmlConstructor Namespace(ScriptRun run) => Simple(run, "Namespace", run.Xml.NamespacePrototype, static value => value is XmlNamespace, XmlNamespace.From);

    /// <summary><c>QName</c>.</summary>
    public static XmlConstructor Name(ScriptRun run) => Simple(run, "QName", run.Xml.NamePrototype, static value => value is XmlQName, XmlQName.From);

    /// <inheritdoc/>
    public override ObjectInstance Construct(JsValue[] arguments, JsValue newTarget) => _make(arguments);

    /// <inheritdoc/>
    protected override JsValue Call(JsValue thisObject, JsValue[] arguments) => _convert(arguments);

    private static XmlConstructor Simple(ScriptRun run, string name, ObjectInstance prototype, Func<JsValue, bool> isInstance, Func<ScriptRun, JsValue[], ObjectInstance> make) =>
        new(run, name, prototype, isInstance, arguments => make(run, arguments), arguments => make(run, arguments));

    // A list of its own with the same items.
    private static TreeValue Again(TreeValue list)
    {
        var again = new TreeValue(list.Document, null, null);
        for (var i = 0; i < list.Count; i++)
        {
            again.Add(list.NodeAt(i));
        }

        return again;
    }
}
