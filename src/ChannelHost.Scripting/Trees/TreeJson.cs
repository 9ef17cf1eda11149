using Jint.Native;

namespace ChannelHost.Scripting.Trees;

/// <summary>What <c>JSON.stringify</c> sees of an element.</summary>
internal static class TreeJson
{
    /// <summary>The text. In Mirth XML has no JSON: a list leaves nothing, and an element is refused.</summary>
    public static JsValue Of(TreeValue self)
    {
        if (!self.Document.Run.Xml.IsMirth)
        {
            return self.ToText();
        }

        return self.IsList ? JsValue.Undefined : throw self.Document.Run.TypeError("XML cannot be written as JSON: use its toString().");
    }
}
