using System.Text.RegularExpressions;
using ChannelHost.DataTypes.Comparing;

namespace ChannelHost.DataTypes.Delimited;

/// <summary>
/// Compares row by row and column by name: the order of columns, quotes that need not be, line ends and blank lines mean nothing. A row that one of the
/// messages lacks is one difference and does not shift those behind it.
/// </summary>
internal sealed partial class DelimitedComparison
{
    private readonly Differences _differences = new();
    private readonly List<(string Place, string Column)> _ignored;

    /// <exception cref="FormatException">A path to ignore cannot be read.</exception>
    public DelimitedComparison(IReadOnlyList<string> ignore)
    {
        _ignored = [.. ignore.Select(Read)];
    }

    /// <summary>Where two messages differ.</summary>
    /// <exception cref="MessageFormatException">One of them cannot be read.</exception>
    public IReadOnlyList<MessageDifference> Of(DelimitedTable expected, DelimitedTable actual)
    {
        var columns = CommonColumns(expected, actual);
        var wanted = Rows(expected, columns);
        var came = Rows(actual, columns);
        foreach (var (i, j) in Alignment.Of(wanted.Count, came.Count, (i, j) => Cost(wanted[i], came[j])))
        {
            if (_differences.IsFull)
            {
                break;
            }

            if (i >= 0 && j >= 0)
            {
                Compare(wanted[i], came[j], columns);
            }
            else
            {
                var only = i >= 0 ? wanted[i] : came[j];
                var text = string.Join(", ", only.Values);
                _differences.Add(only.Place, null, i >= 0 ? text : null, i >= 0 ? null : text);
            }
        }

        return _differences.All;
    }

    private List<string> CommonColumns(DelimitedTable expected, DelimitedTable actual)
    {
        var columns = new List<string>();
        foreach (var column in expected.Columns.Union(actual.Columns))
        {
            bool isWanted = expected.Columns.Contains(column), isThere = actual.Columns.Contains(column);
            if (IsIgnored(null, column))
            {
                continue;
            }

            if (isWanted && isThere)
            {
                columns.Add(column);
            }
            else
            {
                _differences.Add($"header, column {column}", null, isWanted ? column : null, isThere ? column : null);
            }
        }

        return columns;
    }

    private List<Row> Rows(DelimitedTable table, List<string> columns)
    {
        var places = columns.ConvertAll(column => Array.IndexOf(table.Columns, column));
        var rows = new List<Row>();
        while (table.Next())
        {
            if (table.Problem is { } problem)
            {
                throw new MessageFormatException($"{table.Place}: {problem}");
            }

            if (!IsIgnored(table.Place, null))
            {
                rows.Add(new Row(table.Place, places.Select((place, i) => IsIgnored(table.Place, columns[i]) ? "" : table.Value(place)).ToArray()));
            }
        }

        return rows;
    }

    private void Compare(Row wanted, Row came, List<string> columns)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (!string.Equals(wanted.Values[i], came.Values[i], StringComparison.Ordinal) && !IsIgnored(wanted.Place, columns[i]))
            {
                _differences.Add($"{wanted.Place}, column {columns[i]}", columns[i], wanted.Values[i], came.Values[i]);
            }
        }
    }

    private bool IsIgnored(string? place, string? column)
    {
        foreach (var (wantedPlace, wantedColumn) in _ignored)
        {
            var isPlace = wantedPlace == "*" || wantedPlace == place;
            var isColumn = wantedColumn == "*" || wantedColumn == column;
            if (isPlace && isColumn)
            {
                return true;
            }
        }

        return false;
    }

    private static float Cost(Row one, Row other)
    {
        var same = 0;
        for (var i = 0; i < one.Values.Length; i++)
        {
            same += string.Equals(one.Values[i], other.Values[i], StringComparison.Ordinal) ? 1 : 0;
        }

        return same == one.Values.Length ? 0 : 1 - (same / (float)one.Values.Length);
    }

    private static (string Place, string Column) Read(string path)
    {
        var match = Form().Match(path);
        if (!match.Success || path.Length == 0)
        {
            throw new FormatException($"\"{path}\" is no path into a delimited message. Paths look like column created; line 3; line 3, column created.");
        }

        var place = match.Groups[1].Value;
        return (place.Length == 0 || place.EndsWith('*') ? "*" : place, match.Groups[2].Success ? match.Groups[2].Value : "*");
    }

    [GeneratedRegex(@"^((?:line|row) (?:[0-9]+|\*))?(?:(?:^|, )column (.+))?$")]
    private static partial Regex Form();

    private readonly record struct Row(string Place, string[] Values);
}
