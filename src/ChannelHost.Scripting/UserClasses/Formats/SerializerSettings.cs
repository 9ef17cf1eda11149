using System.Globalization;
using System.Reflection;

namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary>The reference's settings of serializers, and the options of our data types that they mean. Settings that are not listed are known and mean nothing here.</summary>
internal static class SerializerSettings
{
    // What every serializer of a type has, as imported channels have it.
    private static readonly (string Type, string Option, object Value)[] Always =
    [
        ("hl7v2", "RequireHeader", false), ("hl7v2", "FieldOrder", "Tree"), ("hl7v2", "LineBreaks", "Keep"), ("hl7v2", "SegmentEnd", "Cr"), ("hl7v2", "Oddities", true),
    ];

    private static readonly (string Type, string Name, bool Inbound, object? Default, string? Option)[] Known =
    [
        ("hl7v2", "handleRepetitions", true, true, "Repetitions"),
        ("hl7v2", "handleSubcomponents", true, true, "Subcomponents"),
        ("hl7v2", "useStrictParser", true, false, null),
        ("hl7v2", "useStrictValidation", true, false, null),
        ("hl7v2", "stripNamespaces", true, false, null),
        ("hl7v2", "segmentDelimiter", true, "\\r", null),
        ("hl7v2", "convertLineBreaks", true, true, null),
        ("hl7v2", "useStrictParser", false, false, null),
        ("hl7v2", "useStrictValidation", false, false, null),
        ("hl7v2", "segmentDelimiter", false, "\\r", null),
        ("delimited-tree", "columnDelimiter", true, ",", "Delimiter"),
        ("delimited-tree", "recordDelimiter", true, "\\n", "RecordDelimiter"),
        ("delimited-tree", "columnWidths", true, null, "Widths"),
        ("delimited-tree", "quoteToken", true, "\"", "Quote"),
        ("delimited-tree", "escapeWithDoubleQuote", true, true, "DoubledQuotes"),
        ("delimited-tree", "quoteEscapeToken", true, "\\", "Escape"),
        ("delimited-tree", "columnNames", true, null, "Columns"),
        ("delimited-tree", "numberedRows", true, false, "NumberedRows"),
        ("delimited-tree", "ignoreCR", true, true, "IgnoreCr"),
        ("delimited-tree", "columnDelimiter", false, ",", "Delimiter"),
        ("delimited-tree", "recordDelimiter", false, "\\n", "RecordDelimiter"),
        ("delimited-tree", "columnWidths", false, null, "Widths"),
        ("delimited-tree", "quoteToken", false, "\"", "Quote"),
        ("delimited-tree", "escapeWithDoubleQuote", false, true, "DoubledQuotes"),
        ("delimited-tree", "quoteEscapeToken", false, "\\", "Escape"),
        ("x12", "segmentDelimiter", true, "~", "SegmentDelimiter"),
        ("x12", "elementDelimiter", true, "*", "ElementDelimiter"),
        ("x12", "subelementDelimiter", true, ":", "SubelementDelimiter"),
        ("x12", "inferX12Delimiters", true, true, "InferDelimiters"),
        ("xml", "stripNamespaces", true, false, null),
    ];

    /// <summary>The settings by name with what they are when nobody says otherwise.</summary>
    public static IReadOnlyDictionary<string, object?> Defaults(string type, bool inbound)
    {
        var ours = Ours(type);
        return Known.Where(known => known.Type == ours && known.Inbound == inbound).ToDictionary(known => known.Name, known => known.Default, StringComparer.Ordinal);
    }

    /// <summary>Options of a data type for settings.</summary>
    /// <exception cref="FormatException">A setting cannot be what it is said to be.</exception>
    public static object Options(IDataType type, IReadOnlyDictionary<string, object?>? settings)
    {
        var options = Activator.CreateInstance(type.OptionsType) ?? throw new InvalidOperationException($"{type.Name} has no default options.");
        foreach (var (_, option, value) in Always.Where(always => always.Type == type.Name))
        {
            Set(options, option, value);
        }

        foreach (var known in Known.Where(known => known.Type == type.Name && known.Option is not null))
        {
            if (settings is not null && settings.TryGetValue(known.Name, out var value) && value is not null)
            {
                Set(options, known.Option!, value);
            }
        }

        return options;
    }

    private static string Ours(string type) => DataTypeNames.ToOurs(type) is "delimited" ? "delimited-tree" : DataTypeNames.ToOurs(type);

    // Scripts make a serializer now and then, not for each field: what reflection costs here is nothing beside a codec.
    private static void Set(object options, string name, object value)
    {
        var property = options.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance);
        if (property is null)
        {
            return;
        }

        try
        {
            property.SetValue(options, Convert(value, property.PropertyType));
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw new FormatException($"The setting {name} cannot be '{SerializerClasses.Shown(value)}'.", exception);
        }
    }

    private static object Convert(object value, Type type)
    {
        if (type.IsEnum)
        {
            return Enum.Parse(type, SerializerClasses.Shown(value), ignoreCase: true);
        }

        if (type == typeof(bool))
        {
            return value as bool? ?? string.Equals(SerializerClasses.Shown(value), "true", StringComparison.OrdinalIgnoreCase);
        }

        if (type == typeof(string))
        {
            return SerializerClasses.Shown(value);
        }

        var items = value is string text
            ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. ((IEnumerable<object?>)value).Select(SerializerClasses.Shown)];
        return type == typeof(IReadOnlyList<int>)
            ? items.Select(item => (int)double.Parse(item, CultureInfo.InvariantCulture)).ToList()
            : items.ToList();
    }
}
