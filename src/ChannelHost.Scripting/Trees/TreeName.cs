namespace ChannelHost.Scripting.Trees;

/// <summary>
/// What a property key names: <c>name</c>, <c>*</c>, <c>@name</c>, <c>{uri}name</c>, <c>@{uri}name</c>; also <c>uri::name</c>, which is how a qualified name
/// reads as a text.
/// </summary>
/// <param name="Local">The local name; <c>*</c> for any.</param>
/// <param name="Uri">The namespace; empty for none, null for any.</param>
/// <param name="IsAttribute">True for attributes.</param>
internal readonly record struct TreeName(string Local, string? Uri, bool IsAttribute)
{
    /// <summary>True for every name.</summary>
    public bool IsAny => Local == "*";

    /// <summary>Reads a key. A name without a namespace means the one that is the default for this document.</summary>
    public static TreeName Of(string key, TreeDocument document)
    {
        var isAttribute = key.StartsWith('@');
        var rest = isAttribute ? key[1..] : key;
        if (rest == "*")
        {
            return new TreeName(rest, null, isAttribute);
        }

        if (rest.StartsWith('{') && rest.LastIndexOf('}') is var end and > 0)
        {
            return new TreeName(rest[(end + 1)..], UriOf(rest[1..end]), isAttribute);
        }

        if (rest.LastIndexOf("::", StringComparison.Ordinal) is var colons and >= 0)
        {
            return new TreeName(rest[(colons + 2)..], UriOf(rest[..colons]), isAttribute);
        }

        return new TreeName(rest, isAttribute ? document.AttributeUri : document.ElementUri, isAttribute);
    }

    /// <summary>True when the key is a plain element name, as nearly all are.</summary>
    public static bool IsPlain(string key) => key.Length > 0 && key[0] is not ('@' or '{' or '*') && !key.Contains("::", StringComparison.Ordinal);

    /// <summary>True when an element or attribute bears this name. What declares a namespace is no attribute to scripts, unless they name it.</summary>
    public bool IsFor(MessageNode node) =>
        (IsAny ? !IsAttribute || !IsDeclaration(node) : string.Equals(node.Name, Local, StringComparison.Ordinal) && (!IsAttribute || node.Prefix != "xmlns"))
        && (Uri is null || string.Equals(node.NamespaceUri ?? "", Uri, StringComparison.Ordinal));

    /// <summary>True for <c>xmlns</c> and <c>xmlns:p</c>.</summary>
    public static bool IsDeclaration(MessageNode attribute) => attribute.Prefix is "xmlns" || (attribute.Prefix is null && attribute.Name == "xmlns");

    private static string? UriOf(string written) => written == "*" ? null : written;
}
