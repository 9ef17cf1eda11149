namespace ChannelHost.Connectors.Database.Drivers;

/// <summary>Makes a statement give back the rows that it changed.</summary>
internal static class SqlKeys
{
    /// <summary>With <c>RETURNING *</c> behind it, when it changes rows and does not return any yet.</summary>
    public static SqlStatement Returning(SqlStatement statement, SqlDialect dialect)
    {
        var scanner = new SqlScanner(statement.Text, dialect);
        var (changes, returns, isFirst) = (false, false, true);
        while (scanner.TryRead(out var part, out var piece))
        {
            if (part != SqlPart.Plain || piece.IsWhiteSpace())
            {
                continue;
            }

            changes |= isFirst && (Is(piece, "insert") || Is(piece, "update") || Is(piece, "delete") || Is(piece, "with"));
            returns |= Is(piece, "returning");
            isFirst = false;
        }

        return changes && !returns && !statement.IsSeveral
            ? statement with { Text = statement.Text.TrimEnd().TrimEnd(';') + "\nreturning *" }
            : statement;
    }

    private static bool Is(ReadOnlySpan<char> word, string wanted) => word.Equals(wanted, StringComparison.OrdinalIgnoreCase);
}
