using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// Several statements that change rows, joined into one: <c>WITH a AS (INSERT ...), b AS (UPDATE ...) SELECT ...</c>. One exchange with the server without
/// Npgsql's batches, whose sending needs a thread of the pool: those may all be waiting for this very commit. Texts are kept, so that a statement
/// that comes again is prepared.
/// </summary>
internal sealed partial class JoinedStatement
{
    private const int MostTexts = 500;

    private readonly List<(string Sql, int FirstValue)> _parts = [];
    private readonly List<object> _values = [];
    private readonly StringBuilder _key = new();
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, int> _numbers = [];

    internal bool IsEmpty => _parts.Count == 0;

    internal void Clear()
    {
        _parts.Clear();
        _values.Clear();
        _key.Clear();
    }

    /// <summary>Adds a statement; its parameters count from $1.</summary>
    internal void Add(string sql, params object[] values)
    {
        // Which statement and where its values begin: that makes the text.
        _key.Append(NumberOf(sql)).Append(' ').Append(_values.Count).Append(';');
        _parts.Add((sql, _values.Count));
        _values.AddRange(values);
    }

    /// <summary>Runs all of it; <paramref name="last"/> is the query that all hang on.</summary>
    internal void Run(NpgsqlConnection connection, string last, params object[] values)
    {
        using var command = PgCommands.Command(connection, Text(last), [.. _values, .. values]);
        command.ExecuteNonQuery();
    }

    private string Text(string last)
    {
        var key = _key.Append(NumberOf(last)).ToString();
        if (_texts.TryGetValue(key, out var text))
        {
            return text;
        }

        var joined = new StringBuilder();
        for (var index = 0; index < _parts.Count; index++)
        {
            joined.Append(index == 0 ? "WITH " : ", ").Append(CultureInfo.InvariantCulture, $"p{index} AS (").Append(Renumber(_parts[index].Sql, _parts[index].FirstValue)).Append(')');
        }

        text = joined.Append(' ').Append(Renumber(last, _values.Count)).ToString();
        if (_texts.Count >= MostTexts)
        {
            _texts.Clear();
        }

        return _texts[key] = text;
    }

    private int NumberOf(string sql)
    {
        if (!_numbers.TryGetValue(sql, out var number))
        {
            _numbers[sql] = number = _numbers.Count;
        }

        return number;
    }

    private static string Renumber(string sql, int by) => by == 0
        ? sql
        : Placeholder().Replace(sql, match => string.Create(CultureInfo.InvariantCulture, $"${int.Parse(match.ValueSpan[1..], CultureInfo.InvariantCulture) + by}"));

    [GeneratedRegex(@"\$\d+")]
    private static partial Regex Placeholder();
}
