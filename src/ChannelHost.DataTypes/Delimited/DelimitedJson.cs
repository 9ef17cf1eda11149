using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ChannelHost.DataTypes.Delimited;

/// <summary>Delimited messages as the object that scripts see: <c>{ "columns": [...], "rows": [{ column: value }] }</c>. Values are texts.</summary>
internal static class DelimitedJson
{
    private const int MostLinesNamed = 5;

    /// <summary>The object of a message.</summary>
    /// <exception cref="MessageFormatException">Rows cannot be read; the text names their lines.</exception>
    public static string Read(DelimitedTable table)
    {
        var json = new StringBuilder("{\"columns\":[");
        var keys = Array.ConvertAll(table.Columns, Text);
        json.AppendJoin(',', keys).Append("],\"rows\":[");
        var problems = new List<string>();
        var count = 0;
        var isFirst = true;
        while (table.Next())
        {
            if (table.Problem is { } problem)
            {
                count++;
                if (problems.Count < MostLinesNamed)
                {
                    problems.Add($"{Capital(table.Place)}: {problem}");
                }

                continue;
            }

            AppendRow(json, table, keys, isFirst);
            isFirst = false;
        }

        return count == 0 ? json.Append("]}").ToString() : throw new MessageFormatException(
            string.Join(' ', problems) + (count > problems.Count ? string.Create(CultureInfo.InvariantCulture, $" And {count - problems.Count} more rows.") : ""));
    }

    /// <summary>The columns and rows of an object that a script left.</summary>
    /// <exception cref="MessageFormatException">It is no table: the text says where.</exception>
    public static (IReadOnlyList<string> Columns, List<string[]> Rows) Write(string json, DelimitedFormat format)
    {
        using var document = Parse(json);
        var root = document.RootElement;
        var rows = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("rows", out var member) ? member : root;
        if (rows.ValueKind != JsonValueKind.Array)
        {
            throw new MessageFormatException("A delimited message is written from an object with an array of rows ({ rows: [{ column: value }] }), or from such an array.");
        }

        var named = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("columns", out var columns) ? Names(columns) : null;
        var names = named ?? (format.Options.Columns.Count > 0 ? format.Options.Columns : KeysOf(rows, format));
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (!places.TryAdd(names[i], i))
            {
                throw new MessageFormatException($"Column {i + 1} has the name of column {places[names[i]] + 1}.");
            }
        }

        var written = new List<string[]>(rows.GetArrayLength());
        foreach (var row in rows.EnumerateArray())
        {
            written.Add(Values(row, written.Count + 1, names, places));
        }

        return (names, written);
    }

    private static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new MessageFormatException("What is to be written as a delimited message is no JSON.", e);
        }
    }

    private static List<string> Names(JsonElement columns) =>
        columns.ValueKind == JsonValueKind.Array && columns.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String)
            ? [.. columns.EnumerateArray().Select(name => name.GetString()!)]
            : throw new MessageFormatException("columns must be an array of names.");

    // In the order in which they first stand anywhere.
    private static List<string> KeysOf(JsonElement rows, DelimitedFormat format)
    {
        var names = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var most = format.Options.Widths.Count;
        foreach (var row in rows.EnumerateArray())
        {
            if (row.ValueKind == JsonValueKind.Object)
            {
                names.AddRange(row.EnumerateObject().Select(value => value.Name).Where(seen.Add));
            }
            else if (row.ValueKind == JsonValueKind.Array)
            {
                most = Math.Max(most, row.GetArrayLength());
            }
        }

        return names.Count > 0 ? names : [.. DelimitedColumns.Numbered(most)];
    }

    private static string[] Values(JsonElement row, int number, IReadOnlyList<string> names, Dictionary<string, int> places)
    {
        var values = new string[names.Count];
        Array.Fill(values, "");
        switch (row.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var value in row.EnumerateObject())
                {
                    if (!places.TryGetValue(value.Name, out var place))
                    {
                        throw new MessageFormatException(
                            $"Row {number} has a value that belongs to none of the {names.Count} columns: add its name to columns, or delete it from the row.");
                    }

                    values[place] = Value(value.Value, number, place);
                }

                return values;
            case JsonValueKind.Array when row.GetArrayLength() <= names.Count:
                var at = 0;
                foreach (var value in row.EnumerateArray())
                {
                    values[at] = Value(value, number, at++);
                }

                return values;
            case JsonValueKind.Array:
                throw new MessageFormatException($"Row {number} has {row.GetArrayLength()} values; there are {names.Count} columns.");
            default:
                throw new MessageFormatException($"Row {number} is neither an object nor an array.");
        }
    }

    private static string Value(JsonElement value, int row, int column) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText(),
        _ => throw new MessageFormatException($"Row {row} has an object or an array in column {column + 1}; a value must be a text, a number, a boolean or null."),
    };

    private static void AppendRow(StringBuilder json, DelimitedTable table, string[] keys, bool isFirst)
    {
        json.Append(isFirst ? "{" : ",{");
        for (var i = 0; i < keys.Length; i++)
        {
            if (i > 0)
            {
                json.Append(',');
            }

            json.Append(keys[i]).Append(':');
            Append(json, table.Value(i));
        }

        json.Append('}');
    }

    private static string Text(string text)
    {
        var json = new StringBuilder(text.Length + 2);
        Append(json, text);
        return json.ToString();
    }

    // As JSON.stringify writes it, so that what a script left alone is told by comparing texts.
    private static void Append(StringBuilder json, string text)
    {
        json.Append('"');
        var at = 0;
        int next;
        while ((next = text.AsSpan(at).IndexOfAny(Escaped)) >= 0)
        {
            json.Append(text, at, next);
            var c = text[at + next];
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                _ => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            };
            at += next + 1;
        }

        json.Append(text, at, text.Length - at).Append('"');
    }

    private static string Capital(string place) => char.ToUpperInvariant(place[0]) + place[1..];

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(c => (char)c), '"', '\\']);
}
