namespace ChannelHost.DataTypes.Delimited;

/// <summary>How a source takes delimited files apart. Each part has the header of the whole, so that it is a delimited message itself.</summary>
internal sealed record DelimitedBatchOptions
{
    /// <summary>How many rows make a message; default 1.</summary>
    [Option("How many rows make a message.", Minimum = "1", Maximum = "1000000")]
    public int Rows { get; init; } = 1;

    /// <summary>The column whose value holds rows together; default empty. A new value begins a new message, also one that was there before.</summary>
    [Option("The column whose value holds rows together: rows that follow each other with the same value make one message. Not together with rows.", Example = "orderNumber")]
    public string GroupBy { get; init; } = "";
}
