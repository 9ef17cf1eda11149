using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.Values;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Descriptors;

namespace ChannelHost.Scripting.E4x;

/// <summary>A namespace (ECMA-357, 13.2).</summary>
internal sealed class XmlNamespace : ObjectInstance
{
    private static readonly JsObjectShape Shape = new JsObjectShape.Builder()
        .Method("toString", static (self, _) => UriOf(self), 0, enumerable: false)
        .Method("valueOf", static (self, _) => UriOf(self), 0, enumerable: false)
        .Build();

    public XmlNamespace(ScriptRun run, string? prefix, string uri)
        : base(run.Engine)
    {
        Prototype = run.Xml.NamespacePrototype;
        Prefix = prefix;
        Uri = uri;
        FastSetProperty("prefix", new PropertyDescriptor(prefix is null ? Undefined : prefix, PropertyFlag.AllForbidden));
        FastSetProperty("uri", new PropertyDescriptor(uri, PropertyFlag.AllForbidden));
    }

    /// <summary>The prefix; null when it is not known.</summary>
    public string? Prefix { get; }

    /// <summary>The URI; empty for none.</summary>
    public string Uri { get; }

    /// <summary>What namespaces of one engine inherit from.</summary>
    public static ObjectInstance CreatePrototype(Engine engine) => Shape.Instantiate(engine);

    /// <summary><c>Namespace()</c>, <c>Namespace(uri)</c>, <c>Namespace(prefix, uri)</c>.</summary>
    public static XmlNamespace From(ScriptRun run, JsValue[] arguments) => arguments switch
    {
        [] => new XmlNamespace(run, "", ""),
        [XmlNamespace same] => same,
        [XmlQName name] => new XmlNamespace(run, name.Prefix, name.Uri ?? ""),
        [var uri] => new XmlNamespace(run, TreeText.Of(uri).Length == 0 ? "" : null, TreeText.Of(uri)),
        [var prefix, var uri, ..] => Prefixed(run, prefix, UriOf(uri)),
    };

    /// <summary>The URI of a namespace, or of what is one by its text.</summary>
    public static string UriOf(JsValue value) => value switch
    {
        XmlNamespace space => space.Uri,
        XmlQName name => name.Uri ?? "",
        _ when value.IsNothing() => "",
        _ => TreeText.Of(value),
    };

    /// <inheritdoc/>
    public override object ToObject() => Uri;

    /// <inheritdoc/>
    public override string ToString() => Uri;

    /// <inheritdoc/>
    public override bool Equals(JsValue? other) => other is XmlNamespace space && string.Equals(Uri, space.Uri, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Uri.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    protected override bool IsLooselyEqual(JsValue value) =>
        value is XmlNamespace or JsString && string.Equals(Uri, UriOf(value), StringComparison.Ordinal);

    private static XmlNamespace Prefixed(ScriptRun run, JsValue prefix, string uri)
    {
        var text = prefix.IsNothing() ? null : TreeText.Of(prefix);
        if (uri.Length == 0 && text is { Length: > 0 })
        {
            throw run.TypeError($"The prefix '{text}' needs a namespace.");
        }

        return new XmlNamespace(run, text is null || text.Length == 0 || XmlKeys.IsName(text) ? text : null, uri);
    }
}
