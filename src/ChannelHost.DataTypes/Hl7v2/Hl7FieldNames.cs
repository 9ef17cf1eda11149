using System.Collections.Frozen;
using System.Globalization;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// What people call the fields and components of the common segments, after the names of the standard (version 2.5). For people only: nothing is read or
/// judged by it. Read once, when somebody first asks.
/// </summary>
internal static class Hl7FieldNames
{
    private static readonly Lazy<FrozenDictionary<string, (string Name, string Type)[]>> Segments = new(() => Lines("fields.txt").ToFrozenDictionary(
        line => line[0],
        line => line[1..].Select(field => field.Split(':')).Select(field => (field[0], field.Length > 1 ? field[1] : "")).ToArray(),
        StringComparer.Ordinal));

    private static readonly Lazy<FrozenDictionary<string, string[]>> Types = new(() => Lines("components.txt").ToFrozenDictionary(line => line[0], line => line[1..], StringComparer.Ordinal));

    /// <summary>The name of a field or, where <paramref name="component"/> is above 0, of its component; null when it has none here.</summary>
    public static string? Of(string segment, int field, int component)
    {
        if (!Segments.Value.TryGetValue(segment, out var fields) || field < 1 || field > fields.Length || fields[field - 1].Name.Length == 0)
        {
            return null;
        }

        var (name, type) = fields[field - 1];
        return component > 0 && Types.Value.TryGetValue(type, out var components) && component <= components.Length
            ? string.Create(CultureInfo.InvariantCulture, $"{name}, {components[component - 1]}")
            : name;
    }

    private static string[][] Lines(string file)
    {
        using var stream = typeof(Hl7FieldNames).Assembly.GetManifestResourceStream($"ChannelHost.DataTypes.Hl7v2.Names.{file}")
            ?? throw new InvalidOperationException($"The resource {file} is missing in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r').Split('|')).ToArray();
    }
}
