using System.Xml;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint.Native;

namespace ChannelHost.Scripting.E4x;

/// <summary>Property keys of XML values; see <see cref="TreeName"/>.</summary>
internal static class XmlKeys
{
    /// <summary>The key that a value is: a qualified name keeps its namespace.</summary>
    public static string Of(JsValue value) => value is XmlQName name ? name.Key : TreeText.Of(value);

    /// <summary>The key of an attribute.</summary>
    public static string Attribute(JsValue value) => Of(value) is var key && key.StartsWith('@') ? key : "@" + key;

    /// <summary>The key of a name in a namespace.</summary>
    /// <param name="space">A namespace or its URI; null for any.</param>
    /// <param name="name">The name.</param>
    public static string Qualified(JsValue space, JsValue name)
    {
        var local = name is XmlQName qualified ? qualified.LocalName : TreeText.Of(name);
        return "{" + (space is JsNull ? "*" : XmlNamespace.UriOf(space)) + "}" + local;
    }

    /// <summary>Refuses what no element can be called.</summary>
    public static string CheckName(ScriptRun run, string name) => IsName(name) ? name : throw run.TypeError("This is no name for an element or attribute.");

    /// <summary>True for a local name of XML.</summary>
    public static bool IsName(string name)
    {
        if (name.Length == 0 || !XmlConvert.IsStartNCNameChar(name[0]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!XmlConvert.IsNCNameChar(c))
            {
                return false;
            }
        }

        return true;
    }
}
