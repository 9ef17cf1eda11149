using System.Text;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>What a tree that was changed, or made by a script, is written with: the delimiters and the charset of its own header.</summary>
internal static class Hl7Form
{
    /// <summary>The delimiters that the first header segment names.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="original">What the tree was parsed from, for one that never had a header; null for a tree made by a script.</param>
    /// <exception cref="MessageFormatException">MSH.1 or MSH.2 hold what cannot be delimiters.</exception>
    public static Hl7Delimiters DelimitersOf(MessageNode root, Hl7Content? original)
    {
        if (Header(root, anyHeader: true) is not { } header)
        {
            return original is { HasHeader: false } ? original.Delimiters : Hl7Delimiters.Standard;
        }

        if (Hl7Content.BytesOf(header) is { } source)
        {
            return source.Delimiters;
        }

        var separator = Hl7Selection.Part(header, 1, 1);
        var encoding = Hl7Selection.Part(header, 2, 1);
        if (separator is { IsChanged: false, Source: Hl7Content same } && encoding is { IsChanged: false } && ReferenceEquals(encoding.Source, same))
        {
            return same.Delimiters;
        }

        return Hl7Delimiters.Of(FieldSeparator(separator?.Text), EncodingCharacters(encoding?.Text));
    }

    /// <summary>The charset that MSH-18 names, else the one that the message was read in.</summary>
    public static Charset CharsetOf(MessageNode root, Hl7Content original, Hl7v2Settings settings)
    {
        if (original.Original is not null)
        {
            return original.Charset;
        }

        if (Header(root, anyHeader: false) is not { } header)
        {
            return original.Charset;
        }

        if (Hl7Content.BytesOf(header) is { } source)
        {
            return source.Charset;
        }

        var field = Hl7Selection.Part(header, 18, 1);
        if (field is { IsChanged: false, Source: Hl7Content same })
        {
            return same.Charset;
        }

        var name = field?.Text;
        var charset = string.IsNullOrEmpty(name) ? settings.Charsets.Fallback : settings.Charsets.Resolve(Encoding.UTF8.GetBytes(name), Hl7Delimiters.Standard);
        return charset.IsAsciiTransparent
            ? charset
            : throw new MessageFormatException($"MSH-18 names {charset.Name}, in which a changed message cannot be written; set MSH-18 to UNICODE UTF-8.");
    }

    private static MessageNode? Header(MessageNode root, bool anyHeader)
    {
        if (Hl7Level.Of(root) == Hl7Level.Segment)
        {
            return IsHeader(root, anyHeader) ? root : null;
        }

        if (Hl7Level.Of(root) != Hl7Level.Message)
        {
            return null;
        }

        foreach (var child in root.ChildSpan)
        {
            if (child.Kind == NodeKind.Element && IsHeader(child, anyHeader))
            {
                return child;
            }
        }

        return null;
    }

    private static bool IsHeader(MessageNode node, bool anyHeader) => anyHeader ? Hl7Level.IsHeaderName(node.Name) : node.Name == "MSH";

    private static byte FieldSeparator(string? text)
    {
        if (text is null)
        {
            return Hl7Delimiters.Standard.Field;
        }

        return text.Length == 1 && char.IsAscii(text[0]) && Hl7Delimiters.IsFieldSeparator((byte)text[0])
            ? (byte)text[0]
            : throw new MessageFormatException("MSH.1 must be one ASCII character that is no letter or digit: it separates the fields.");
    }

    // As for Mirth: anything but four characters (five with the truncation character) is no set of delimiters, and the usual ones hold.
    private static byte[] EncodingCharacters(string? text) =>
        text is { Length: 4 or 5 } && Ascii.IsValid(text) ? Encoding.ASCII.GetBytes(text) : [.. "^~\\&"u8];
}
