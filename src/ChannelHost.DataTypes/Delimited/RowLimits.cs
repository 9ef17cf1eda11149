namespace ChannelHost.DataTypes.Delimited;

/// <summary>What every reader of rows asks of a row.</summary>
internal static class RowLimits
{
    /// <summary>Programs of the eighties end their files so.</summary>
    public const byte EndOfFile = 0x1A;

    /// <summary>Why a row is too large, or no text; null when all is well. Without content.</summary>
    public static string? ProblemOf(ReadOnlySpan<byte> row, int start, int count, Charset charset, DelimitedOptions options)
    {
        if (row.Length > options.MaxRow.Bytes)
        {
            return $"The row has {row.Length} bytes; {options.MaxRow} are allowed (setting maxRow).";
        }

        if (count > options.MaxColumns)
        {
            return $"The row has more than {options.MaxColumns} values (setting maxColumns).";
        }

        if (charset.CanRead(row))
        {
            return null;
        }

        try
        {
            _ = charset.Read(row, start);
            return "The row cannot be decoded.";
        }
        catch (MessageFormatException problem)
        {
            return problem.Message;
        }
    }

    /// <summary>How many line ends there are; CR LF is one.</summary>
    public static int LinesIn(ReadOnlySpan<byte> bytes)
    {
        var lines = 0;
        int end;
        while ((end = bytes.IndexOfAny((byte)'\r', (byte)'\n')) >= 0)
        {
            lines++;
            bytes = bytes[(end + (bytes[end] == '\r' && end + 1 < bytes.Length && bytes[end + 1] == '\n' ? 2 : 1))..];
        }

        return lines;
    }
}
