namespace ChannelHost.DataTypes.RowTree;

/// <summary>The settings of rows that scripts see as a tree.</summary>
internal sealed record RowTreeOptions
{
    /// <summary>What separates values; default a comma. Escapes: <c>\t \r \n \b \f</c> and <c>0x1F</c>.</summary>
    [Option("What separates values; \\t, \\r, \\n and 0x1F are understood.", Example = "|")]
    public string Delimiter { get; init; } = ",";

    /// <summary>What ends a row; default a line feed. Escapes as in <see cref="Delimiter"/>.</summary>
    [Option("What ends a row; \\t, \\r, \\n and 0x1F are understood.", Example = "\\n")]
    public string RecordDelimiter { get; init; } = "\\n";

    /// <summary>For fixed width: the characters of each column; empty (default) for delimited rows.</summary>
    [Option("The width of each column in characters: rows are of fixed width.", Example = "[10, 30, 8]")]
    public IReadOnlyList<int> Widths { get; init; } = [];

    /// <summary>What a value may stand in; default a double quote. Empty: quotes mean nothing.</summary>
    [Option("What a value may stand in, recognised at its beginning only; empty: quotes mean nothing.")]
    public string Quote { get; init; } = "\"";

    /// <summary>True (default): a quote inside quotes is written twice. False: it stands behind <see cref="Escape"/>.</summary>
    [Option("Whether a quote inside quotes is written twice; false: it stands behind the setting escape.")]
    public bool DoubledQuotes { get; init; } = true;

    /// <summary>What makes a quote or itself a part of a quoted value where quotes are not doubled; default a backslash.</summary>
    [Option("What stands before a quote, or before itself, inside quotes where quotes are not doubled.")]
    public string Escape { get; init; } = "\\";

    /// <summary>The names of the first columns; those after them are column4, column5 and so on. Default none.</summary>
    [Option("The names of the first columns; others are column1, column2 and so on by their place.", Example = "[mrn, family, given]")]
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Whether rows are called row1, row2 and so on; default false: all are row.</summary>
    [Option("Whether rows are called row1, row2 and so on; false: all are called row.")]
    public bool NumberedRows { get; init; }

    /// <summary>Whether every carriage return is passed over when reading; default true.</summary>
    [Option("Whether every carriage return is passed over when reading.")]
    public bool IgnoreCr { get; init; } = true;

    /// <summary>The charset; default utf-8.</summary>
    [Option("The charset of messages.", Example = "windows-1252")]
    public string Charset { get; init; } = "utf-8";

    /// <summary>The largest message; default 64 MB, 1 KB to 512 MB. A batch is not a message: its parts are.</summary>
    [Option("The largest message that is read; a batch may be larger, its parts may not.", Minimum = "1KB", Maximum = "512MB")]
    public ByteSize MaxSize { get; init; } = ByteSize.Megabytes(64);

    /// <summary>The most columns of a row; default 10,000.</summary>
    [Option("The most columns of a row.", Minimum = "1", Maximum = "1000000")]
    public int MaxColumns { get; init; } = 10_000;
}
