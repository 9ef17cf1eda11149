using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChannelHost.Connectors.Database;

/// <summary>One row of a look.</summary>
/// <param name="Columns">The columns' labels and types.</param>
/// <param name="Values">A plain value per column (<see cref="PlainValue"/>).</param>
internal sealed record TakenRow(IReadOnlyList<(string Label, string TypeName)> Columns, object?[] Values)
{
    private const long MostExact = 1L << 53;

    /// <summary>The value of a column, by its label in any case; false when there is no such column.</summary>
    public bool TryFind(string label, out object? value)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Label.Equals(label, StringComparison.OrdinalIgnoreCase))
            {
                value = Values[i];
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>
    /// Names the row by the values of some columns. A digest: such values often tell who a patient is, and the ledger of what was taken outlives the message.
    /// </summary>
    /// <exception cref="FormatException">The result has no such column.</exception>
    public string OnceKey(IReadOnlyList<string> key)
    {
        var text = new StringBuilder();
        foreach (var label in key)
        {
            if (!TryFind(label, out var value))
            {
                throw new FormatException($"the result has no column {label}, which `key` names");
            }

            var part = value is null ? "-" : "=" + JdbcText.Of(value);
            text.Append(CultureInfo.InvariantCulture, $"{label.ToLowerInvariant()}:{part.Length}:{part};");
        }

        return "row:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>The row as scripts have it: by label in lower case.</summary>
    public Dictionary<string, object?> ToMap()
    {
        var map = new Dictionary<string, object?>(Columns.Count, StringComparer.Ordinal);
        for (var i = 0; i < Columns.Count; i++)
        {
            map[Columns[i].Label.ToLowerInvariant()] = ForScript(Values[i], Columns[i].TypeName);
        }

        return map;
    }

    // Numbers that a script's kind of number cannot hold exactly stay text.
    private static object? ForScript(object? value, string typeName) => value switch
    {
        null or string or bool or double or byte[] => value,
        long number and <= MostExact and >= -MostExact => (double)number,
        decimal number when Math.Abs(number) < 1e15m && (decimal)(double)number == number => (double)number,
        _ => JdbcText.Of(value, typeName),
    };
}
