namespace ChannelHost.DataTypes.Xml;

/// <summary>An element, text, comment or instruction of a message, as it was parsed. Items stand in document order.</summary>
internal struct XmlItem
{
    public NodeKind Kind;
    public string? Name;
    public string? Prefix;
    public string? NamespaceUri;
    public string? Value;

    /// <summary>The white space before it, which is no item, begins here.</summary>
    public int Lead;

    /// <summary>Its first character.</summary>
    public int Start;

    /// <summary>Behind its last character.</summary>
    public int End;

    /// <summary>The index of the item behind it and all below it.</summary>
    public int Next;

    /// <summary>Its attributes in the list of all.</summary>
    public int FirstAttribute;

    public int AttributeCount;
}

/// <summary>An attribute, declarations of namespaces among them.</summary>
internal readonly record struct XmlItemAttribute(string Name, string? Prefix, string? NamespaceUri, string Value);
