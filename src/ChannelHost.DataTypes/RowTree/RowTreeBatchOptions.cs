namespace ChannelHost.DataTypes.RowTree;

/// <summary>How a source takes rows apart.</summary>
internal sealed record RowTreeBatchOptions
{
    /// <summary>Rows at the beginning that belong to no message (headings); default 0.</summary>
    [Option("Rows at the beginning that belong to no message, such as headings.", Minimum = "0", Maximum = "1000000")]
    public int SkipRows { get; init; }

    /// <summary>The column whose value holds rows together; default empty: each row is a message.</summary>
    [Option("The column whose value holds rows together: rows that follow each other with the same value make one message. Empty: each row is one.", Example = "orderNumber")]
    public string GroupBy { get; init; } = "";

    /// <summary>A text between messages, in place of rows; default empty. Escapes as in delimiters.</summary>
    [Option("A text that ends a message, whatever rows it has. Not together with groupBy.", Example = "\\n\\n")]
    public string Delimiter { get; init; } = "";

    /// <summary>Whether that text belongs to the message it ends; default false.</summary>
    [Option("Whether the text that ends a message belongs to it.")]
    public bool KeepDelimiter { get; init; }
}
