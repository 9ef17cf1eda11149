namespace ChannelHost.Connectors.Database;

/// <summary>JDBC's way to call a procedure, <c>{call name(...)}</c>, as the databases themselves write it.</summary>
internal static class CallEscape
{
    private const string Call = "call ";

    /// <summary>The text without the braces around a call; any other text as it is.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="isExec">Whether the database says <c>exec name ...</c> and takes no brackets.</param>
    public static string Remove(string sql, bool isExec)
    {
        if (sql.AsSpan().Trim() is not ['{', .. var inner, '}'])
        {
            return sql;
        }

        inner = inner.Trim();
        if (!inner.StartsWith(Call, StringComparison.OrdinalIgnoreCase))
        {
            return sql;
        }

        var open = inner.IndexOf('(');
        return isExec && open > 0 && inner[^1] == ')'
            ? $"exec {inner[Call.Length..open].Trim()} {inner[(open + 1)..^1]}"
            : isExec ? $"exec {inner[Call.Length..]}" : inner.ToString();
    }
}
