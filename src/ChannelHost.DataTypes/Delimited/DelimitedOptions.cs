namespace ChannelHost.DataTypes.Delimited;

/// <summary>The settings of delimited and fixed-width messages.</summary>
internal sealed record DelimitedOptions
{
    /// <summary>What separates values; default a comma. 1 to 10 characters, or the word <c>tab</c>.</summary>
    [Option("What separates values: one character, several, or the word tab.", Example = ";")]
    public string Delimiter { get; init; } = ",";

    /// <summary>What values with delimiters or line ends in them stand in; default a double quote. Empty: quotes mean nothing.</summary>
    [Option("The character around values that hold delimiters or line ends; empty: quotes mean nothing.")]
    public string Quote { get; init; } = "\"";

    /// <summary>What makes a quote inside quotes a part of the value; default empty: the quote written twice (RFC 4180).</summary>
    [Option("The character before a quote that belongs to a quoted value; empty: the quote is written twice.", Example = "\\")]
    public string Escape { get; init; } = "";

    /// <summary>Whether the first row names the columns; default true.</summary>
    [Option("Whether the first row names the columns.")]
    public bool Header { get; init; } = true;

    /// <summary>The columns' names. With a header they stand in place of its names; without one the default is column1, column2 and so on.</summary>
    [Option("The names of the columns, in place of those of the header; without a header the default is column1, column2 and so on.", Example = "[mrn, family, given]")]
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>For fixed width: the characters of each column; empty (default) for delimited rows.</summary>
    [Option("The width of each column in characters: rows are of fixed width, without delimiters and quotes.", Example = "[10, 30, 8]")]
    public IReadOnlyList<int> Widths { get; init; } = [];

    /// <summary>Whether blanks around values go; default false. Blanks that fill a fixed width always do.</summary>
    [Option("Whether blanks around values that stand in no quotes are taken off; blanks at the end of a fixed-width value always are.")]
    public bool Trim { get; init; }

    /// <summary>What ends a row; default empty: CR, LF or both, written as CR LF (RFC 4180).</summary>
    [Option("What ends a row; empty: CR, LF or both when read, both when written.", Example = "~")]
    public string RecordSeparator { get; init; } = "";

    /// <summary>Rows that begin with this character are comments; default empty: there are none.</summary>
    [Option("The character that rows begin with that are comments and not read; empty: there are none.", Example = "#")]
    public string Comment { get; init; } = "";

    /// <summary>What becomes of rows with too few values; default problem. Too many are always a problem.</summary>
    [Option("What becomes of rows with too few values: a problem, or padded with empty ones. Too many are always a problem.")]
    public DelimitedRagged Ragged { get; init; } = DelimitedRagged.Problem;

    /// <summary>The charset; default utf-8. <c>detect</c>: by byte order mark, then UTF-8 where all bytes are, else <see cref="Fallback"/>.</summary>
    [Option("The charset; detect: told by a byte order mark, else utf-8 where all bytes are, else the setting fallback.", Example = "detect")]
    public string Charset { get; init; } = "utf-8";

    /// <summary>The charset where <c>detect</c> finds neither mark nor UTF-8; default windows-1252.</summary>
    [Option("The charset where detect finds neither a byte order mark nor UTF-8.")]
    public string Fallback { get; init; } = "windows-1252";

    /// <summary>The largest message; default 64 MB, 1 KB to 1 GB. A batch is not a message: its parts are.</summary>
    [Option("The largest message that is read; a batch may be larger, its parts may not.", Minimum = "1KB", Maximum = "1GB")]
    public ByteSize MaxSize { get; init; } = ByteSize.Megabytes(64);

    /// <summary>The most columns; default 10,000.</summary>
    [Option("The most columns of a row.", Minimum = "1", Maximum = "1000000")]
    public int MaxColumns { get; init; } = 10_000;

    /// <summary>The largest row; default 16 MB. What a quote that is never closed swallows ends here.</summary>
    [Option("The largest row; what a quote that is never closed swallows ends here.", Minimum = "1KB", Maximum = "1GB")]
    public ByteSize MaxRow { get; init; } = ByteSize.Megabytes(16);
}

/// <summary>What becomes of rows with too few values.</summary>
internal enum DelimitedRagged
{
    /// <summary>The message is no message: an error that names the line.</summary>
    Problem,

    /// <summary>Empty values are added.</summary>
    Pad,
}
