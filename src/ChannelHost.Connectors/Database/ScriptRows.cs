using System.Collections;

namespace ChannelHost.Connectors.Database;

/// <summary>Rows that a script returned: a list of objects, each with a value per column.</summary>
internal static class ScriptRows
{
    /// <summary>The rows; none for nothing.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static List<TakenRow> Read(object? value) => value switch
    {
        null => [],
        string or byte[] or bool or double => throw new FormatException("it returned a single value; wanted a row set or a list of objects"),
        IEnumerable<KeyValuePair<string, object?>> row => [Row(row)],
        IEnumerable list => [.. list.Cast<object?>().Where(row => row is not null).Select(row => row is IEnumerable<KeyValuePair<string, object?>> entries
            ? Row(entries)
            : throw new FormatException("an element of the list it returned is no object"))],
        _ => throw new FormatException("it returned something that is no list"),
    };

    private static TakenRow Row(IEnumerable<KeyValuePair<string, object?>> entries)
    {
        var columns = new List<(string, string)>();
        var values = new List<object?>();
        foreach (var (label, value) in entries)
        {
            columns.Add((label, ""));
            values.Add(Plain(label, value));
        }

        return new TakenRow(columns, [.. values]);
    }

    private static object? Plain(string label, object? value) => value switch
    {
        // A script's whole number is a whole number, not a 5.0.
        double number when Math.Floor(number) == number && Math.Abs(number) <= 1L << 53 => (long)number,
        DateValue date => date.At.LocalDateTime,
        null or string or bool or double or byte[] => value,
        MarkupValue markup => markup.Text,
        IEnumerable => throw new FormatException($"the column {label} of a row it returned holds a list or an object"),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };
}
