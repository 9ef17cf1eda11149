using ChannelHost.Scripting.Scope;
using ChannelHost.Scripting.Trees;
using Jint.Native;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.E4x;

/// <summary>The globals of E4X (ECMA-357, 13.1).</summary>
internal static class XmlGlobals
{
    /// <summary>All of them.</summary>
    public static readonly GlobalName[] All =
    [
        new("__e4x", static (_, run) => new E4xObject(run)) { IsHidden = true },
        new("XML", static (_, run) => XmlConstructor.Xml(run)),
        new("XMLList", static (_, run) => XmlConstructor.List(run)),
        new("Namespace", static (_, run) => XmlConstructor.Namespace(run)),
        new("QName", static (_, run) => XmlConstructor.Name(run)),
        new("isXMLName", static (engine, _) => new ClrFunction(engine, "isXMLName", static (_, a) => IsName(TreeMethods.At(a, 0)), 1)),
    ];

    private static JsValue IsName(JsValue value) => value is not JsSymbol && XmlKeys.IsName(value is XmlQName name ? name.LocalName : TreeText.Of(value));
}
