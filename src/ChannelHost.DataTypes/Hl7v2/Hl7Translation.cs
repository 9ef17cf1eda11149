namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// Writes bytes of one message into another that has other delimiters or another charset: separators are exchanged, and text is unescaped and
/// escaped anew, so that it means the same there.
/// </summary>
internal readonly ref struct Hl7Translation(Hl7Content source, Hl7Delimiters target, Hl7Delimiters join, Hl7Output output)
{
    public void Write(Hl7Slice slice)
    {
        var bytes = slice.Of(source.Bytes.Span);
        if (Hl7Scan.HoldsDelimiters(bytes, source.Delimiters.Field) && source.IsDelimiterField(slice.Start + 3, 1, 1))
        {
            slice = Header(bytes, slice);
        }

        var text = source.ReadText(slice).AsSpan();
        Span<char> separators =
        [
            (char)source.Delimiters.Field, (char)source.Delimiters.Component, (char)source.Delimiters.Repetition, (char)source.Delimiters.Subcomponent,
        ];
        separators.Replace('\0', (char)source.Delimiters.Field);
        while (true)
        {
            var end = text.IndexOfAny(separators);
            Leaf(end < 0 ? text : text[..end]);
            if (end < 0)
            {
                return;
            }

            output.Write(Separator(text[end]));
            text = text[(end + 1)..];
        }
    }

    // A second header names the delimiters that everything is written with.
    private Hl7Slice Header(ReadOnlySpan<byte> bytes, Hl7Slice slice)
    {
        output.Write(bytes[..3]);
        output.Write(target.Field);
        foreach (var delimiter in (ReadOnlySpan<byte>)[target.Component, target.Repetition, target.Escape, target.Subcomponent, target.Truncation])
        {
            if (delimiter != 0)
            {
                output.Write(delimiter);
            }
        }

        var end = bytes[4..].IndexOf(source.Delimiters.Field);
        var length = end < 0 ? bytes.Length : 4 + end;
        return new Hl7Slice(slice.Start + length, slice.Length - length);
    }

    private void Leaf(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        var value = Hl7Escapes.Decode(text.ToString(), source.Delimiters, source.Charset, target.Escape);
        output.Write(Hl7Escapes.Encode(value, target, output.Charset));
    }

    private byte Separator(char separator)
    {
        if (separator == source.Delimiters.Field)
        {
            return join.Field;
        }

        if (separator == source.Delimiters.Component)
        {
            return join.Component;
        }

        return separator == source.Delimiters.Repetition ? join.Repetition : join.Subcomponent;
    }
}
