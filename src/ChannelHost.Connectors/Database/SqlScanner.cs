namespace ChannelHost.Connectors.Database;

/// <summary>What stands at a place of an SQL text.</summary>
internal enum SqlPart
{
    /// <summary>The statement itself.</summary>
    Plain,

    /// <summary>A string or a quoted name.</summary>
    Quoted,

    /// <summary>A comment.</summary>
    Comment,
}

/// <summary>Walks over an SQL text from part to part: what stands in quotes or comments is no statement.</summary>
internal ref struct SqlScanner(ReadOnlySpan<char> sql, SqlDialect dialect)
{
    private readonly ReadOnlySpan<char> _sql = sql;
    private readonly SqlDialect _dialect = dialect;
    private int _at = 0;

    /// <summary>The next part; false at the end. A plain part is one character or one word long.</summary>
    public bool TryRead(out SqlPart part, out ReadOnlySpan<char> text)
    {
        var start = _at;
        if (start >= _sql.Length)
        {
            part = SqlPart.Plain;
            text = default;
            return false;
        }

        (part, _at) = Next(start);
        text = _sql[start.._at];
        return true;
    }

    /// <summary>Passes over a character when it stands here.</summary>
    public bool TrySkip(char c)
    {
        if (_at >= _sql.Length || _sql[_at] != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    private readonly (SqlPart Part, int End) Next(int at)
    {
        var rest = _sql[at..];
        switch (rest[0])
        {
            case '\'':
                return (SqlPart.Quoted, at + Quoted(rest, 1, '\'', Has(SqlDialect.BackslashInStrings)));
            case '"':
                return (SqlPart.Quoted, at + Quoted(rest, 1, '"', Has(SqlDialect.BackslashInStrings)));
            case '`' when Has(SqlDialect.BacktickNames):
                return (SqlPart.Quoted, at + Quoted(rest, 1, '`', false));
            case '[' when Has(SqlDialect.BracketNames):
                return (SqlPart.Quoted, at + Quoted(rest, 1, ']', false));
            case '-' when rest.StartsWith("--") && (!Has(SqlDialect.HashComments) || rest.Length == 2 || rest[2] <= ' '):
                return (SqlPart.Comment, at + Line(rest));
            case '#' when Has(SqlDialect.HashComments):
                return (SqlPart.Comment, at + Line(rest));
            case '/' when rest.StartsWith("/*"):
                return (SqlPart.Comment, at + Block(rest));
            case '$' when Has(SqlDialect.PostgreSql) && Dollar(rest) is > 0 and var end:
                return (SqlPart.Quoted, at + end);
            case 'e' or 'E' when Has(SqlDialect.PostgreSql) && rest.Length > 1 && rest[1] == '\'':
                return (SqlPart.Quoted, at + Quoted(rest, 2, '\'', true));
            default:
                return (SqlPart.Plain, at + Word(rest));
        }
    }

    private readonly bool Has(SqlDialect feature) => (_dialect & feature) != 0;

    private static int Word(ReadOnlySpan<char> rest)
    {
        var end = 0;
        while (end < rest.Length && IsOfWord(rest[end]))
        {
            end++;
        }

        return Math.Max(end, 1);
    }

    // $ belongs to PostgreSQL's names behind their first character: a$b$c is no quote.
    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private static int Quoted(ReadOnlySpan<char> rest, int at, char quote, bool hasBackslash)
    {
        while (at < rest.Length)
        {
            if (hasBackslash && rest[at] == '\\')
            {
                at += 2;
            }
            else if (rest[at] != quote)
            {
                at++;
            }
            else if (at + 1 < rest.Length && rest[at + 1] == quote)
            {
                at += 2;
            }
            else
            {
                return at + 1;
            }
        }

        return rest.Length;
    }

    private static int Line(ReadOnlySpan<char> rest) => rest.IndexOfAny('\r', '\n') is >= 0 and var end ? end : rest.Length;

    private readonly int Block(ReadOnlySpan<char> rest)
    {
        var depth = 1;
        for (var at = 2; at < rest.Length; at++)
        {
            if (rest[at..].StartsWith("*/"))
            {
                at++;
                if (--depth == 0)
                {
                    return at + 1;
                }
            }
            else if (Has(SqlDialect.NestedComments) && rest[at..].StartsWith("/*"))
            {
                at++;
                depth++;
            }
        }

        return rest.Length;
    }

    /// <summary>The length of a <c>$tag$ ... $tag$</c>; 0 when there is none ($1 is a parameter).</summary>
    private static int Dollar(ReadOnlySpan<char> rest)
    {
        var tag = rest[1..].IndexOf('$') + 2;
        if (tag < 2 || (tag > 2 && char.IsDigit(rest[1])))
        {
            return 0;
        }

        foreach (var c in rest[1..(tag - 1)])
        {
            if (!char.IsLetterOrDigit(c) && c != '_')
            {
                return 0;
            }
        }

        var end = rest[tag..].IndexOf(rest[..tag]);
        return end < 0 ? rest.Length : tag + end + tag;
    }
}
