namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>What Mirth's parser makes of headers that are not as they should be; only where the settings ask for it.</summary>
internal static class Hl7Oddities
{
    /// <summary>The message as Mirth reads it: <c>^~&amp;</c> becomes <c>^~\&amp;</c>, what stands behind the fourth delimiter is lost. Null when nothing is to be done.</summary>
    public static byte[]? Corrected(ReadOnlyMemory<byte> message)
    {
        var bytes = message.Span;
        var begin = Hl7Scan.Begin(bytes);
        if (!Hl7Delimiters.IsHeader(bytes[begin..]))
        {
            return null;
        }

        var first = begin + 4;
        var length = bytes[first..].IndexOfAny(bytes[begin + 3], (byte)'\r', (byte)'\n');
        length = length < 0 ? bytes.Length - first : length;
        var delimiters = bytes.Slice(first, length);
        if (delimiters.SequenceEqual("^~&"u8))
        {
            return [.. bytes[..first], .. "^~\\&"u8, .. bytes[(first + length)..]];
        }

        return length > 4 ? [.. bytes[..(first + 4)], .. bytes[(first + length)..]] : null;
    }
}
