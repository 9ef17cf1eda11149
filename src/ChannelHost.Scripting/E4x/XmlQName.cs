using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.Values;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Descriptors;

namespace ChannelHost.Scripting.E4x;

/// <summary>A qualified name (ECMA-357, 13.3): what <c>name()</c> gives. Equals a text that reads the same.</summary>
internal sealed class XmlQName : ObjectInstance
{
    private static readonly JsObjectShape Shape = new JsObjectShape.Builder()
        .Method("toString", static (self, _) => ((XmlQName)self).ToString(), 0, enumerable: false)
        .Method("valueOf", static (self, _) => self, 0, enumerable: false)
        .Build();

    public XmlQName(ScriptRun run, string? uri, string localName, string? prefix)
        : base(run.Engine)
    {
        Prototype = run.Xml.NamePrototype;
        Uri = uri;
        LocalName = localName;
        Prefix = prefix;
        FastSetProperty("localName", new PropertyDescriptor(localName, PropertyFlag.AllForbidden));
        FastSetProperty("uri", new PropertyDescriptor(uri is null ? Null : uri, PropertyFlag.AllForbidden));
    }

    /// <summary>The namespace; empty for none, null for any.</summary>
    public string? Uri { get; }

    /// <summary>The local name.</summary>
    public string LocalName { get; }

    /// <summary>The prefix it was written with; null for none or when it is not known.</summary>
    public string? Prefix { get; }

    /// <summary>The name as a property key.</summary>
    public string Key => $"{{{Uri ?? "*"}}}{LocalName}";

    /// <summary>What qualified names of one engine inherit from.</summary>
    public static ObjectInstance CreatePrototype(Engine engine) => Shape.Instantiate(engine);

    /// <summary><c>QName(name)</c>, <c>QName(namespace, name)</c>.</summary>
    public static XmlQName From(ScriptRun run, JsValue[] arguments)
    {
        switch (arguments)
        {
            case [XmlQName same]:
                return same;
            case [] or [JsUndefined]:
                return new XmlQName(run, run.Xml.DefaultUri ?? "", "", null);
            case [var only]:
                var name = TreeText.Of(only);
                return new XmlQName(run, name == "*" ? null : run.Xml.DefaultUri ?? "", name, null);
            default:
                var local = arguments[1] is XmlQName inner ? inner.LocalName : TreeText.Of(arguments[1]);
                return new XmlQName(
                    run,
                    arguments[0] is JsNull ? null : arguments[0].IsNothing() ? run.Xml.DefaultUri ?? "" : XmlNamespace.UriOf(arguments[0]),
                    local,
                    (arguments[0] as XmlNamespace)?.Prefix);
        }
    }

    /// <inheritdoc/>
    public override object ToObject() => ToString();

    /// <inheritdoc/>
    public override string ToString() => Uri switch
    {
        null => "*::" + LocalName,
        "" => LocalName,
        _ => Uri + "::" + LocalName,
    };

    /// <inheritdoc/>
    public override bool Equals(JsValue? other) => other is XmlQName name
        && string.Equals(Uri, name.Uri, StringComparison.Ordinal) && string.Equals(LocalName, name.LocalName, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => LocalName.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    protected override bool IsLooselyEqual(JsValue value) =>
        Equals(value) || (!value.IsNothing() && value is not XmlQName && string.Equals(ToString(), TreeText.Of(value), StringComparison.Ordinal));
}
