namespace ChannelHost.Connectors.Database;

/// <summary>What a database's SQL has that decides where text, names and comments end.</summary>
[Flags]
internal enum SqlDialect
{
    /// <summary>Standard SQL only: '...' and "..." with doubled quotes, -- and /* */ comments.</summary>
    Standard = 0,

    /// <summary>PostgreSQL's <c>$tag$ ... $tag$</c>, <c>E'...'</c> and <c>??</c> for an operator's question mark.</summary>
    PostgreSql = 1,

    /// <summary>A backslash in a string takes the next character's meaning away.</summary>
    BackslashInStrings = 2,

    /// <summary><c>#</c> begins a comment.</summary>
    HashComments = 4,

    /// <summary>Comments in <c>/* */</c> stand in each other.</summary>
    NestedComments = 8,

    /// <summary>Names may stand in <c>[...]</c>.</summary>
    BracketNames = 16,

    /// <summary>Names may stand in <c>`...`</c>.</summary>
    BacktickNames = 32,
}
