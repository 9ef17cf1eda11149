namespace ChannelHost.Abstractions;

/// <summary>What a node of the message tree is. The kinds are those of XML, which HL7 v2 and delimited messages use in part.</summary>
public enum NodeKind : byte
{
    /// <summary>A named node with children: a segment, a field, an XML element, a row.</summary>
    Element,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A named value of an element.</summary>
    Attribute,

    /// <summary>A comment.</summary>
    Comment,

    /// <summary>A processing instruction.</summary>
    ProcessingInstruction,
}
