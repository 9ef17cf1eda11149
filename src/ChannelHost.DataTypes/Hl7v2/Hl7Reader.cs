namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// Reads values by path. What was not changed is read from the bytes and makes no nodes; below what was changed the nodes are walked.
/// </summary>
internal static class Hl7Reader
{
    /// <summary>The value in a segment's bytes, or null when nothing is there.</summary>
    public static string? FromSegment(Hl7Content content, Hl7Slice segment, Hl7Path path)
    {
        if (path.Field == 0)
        {
            return content.ReadText(segment);
        }

        var bytes = content.Bytes.Span;
        var separator = content.Delimiters.Field;
        var field = Hl7Scan.Field(bytes, segment, path.Field, separator);
        if (field.IsNone)
        {
            return null;
        }

        if (path.Field <= 2 && Hl7Scan.HoldsDelimiters(segment.Of(bytes), separator))
        {
            return path.Repetition <= 1 && path.Component <= 1 && path.Subcomponent <= 1 ? content.ReadText(field) : null;
        }

        var repetition = Hl7Scan.Part(bytes, field, content.Repetition, Math.Max(1, path.Repetition));
        return repetition.IsNone ? null : FromField(content, repetition, path);
    }

    /// <summary>The value in one repetition of a field.</summary>
    public static string? FromField(Hl7Content content, Hl7Slice field, Hl7Path path)
    {
        if (path.Component == 0)
        {
            return Value(content, field, content.Delimiters.Component, content.Subcomponent);
        }

        var component = Hl7Scan.Part(content.Bytes.Span, field, content.Delimiters.Component, path.Component);
        return component.IsNone ? null : FromComponent(content, component, path);
    }

    /// <summary>The value in a component.</summary>
    public static string? FromComponent(Hl7Content content, Hl7Slice component, Hl7Path path)
    {
        if (path.Subcomponent == 0)
        {
            return Value(content, component, content.Subcomponent, content.Subcomponent);
        }

        var subcomponent = Hl7Scan.Part(content.Bytes.Span, component, content.Subcomponent, path.Subcomponent);
        return subcomponent.IsNone ? null : Value(content, subcomponent, 0, 0);
    }

    // What has parts is given as it stands, escapes and all: decoded, an escaped separator could not be told from a real one.
    private static string Value(Hl7Content content, Hl7Slice slice, byte separator, byte otherSeparator)
    {
        var bytes = slice.Of(content.Bytes.Span);
        var text = content.ReadText(slice);
        if ((separator != 0 && bytes.IndexOf(separator) >= 0) || (otherSeparator != 0 && bytes.IndexOf(otherSeparator) >= 0))
        {
            return text;
        }

        return Hl7Escapes.Decode(text, content.Delimiters, content.Charset);
    }
}
