using System.Text.Json.Nodes;

namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>One setting, or a block of them, as JSON schema. YAML decides by looks whether a value is a number; a setting does not care, so neither may this.</summary>
internal static class SchemaText
{
    /// <summary>A variable may stand in any value, and is filled in before the value is read.</summary>
    private const string Variable = @"\$\{";

    private const string Time = @"^(0|[0-9]+ *(ms|s|m|h|d))$";
    private const string Size = @"^[0-9]+( *([kKmMgG]?[bB]))?$";

    /// <summary>A text, however it looks.</summary>
    public static JsonObject AnyText() => new() { ["type"] = new JsonArray("string", "number", "boolean") };

    /// <summary>A text that is one of these, or holds a variable.</summary>
    public static JsonObject OneOf(IEnumerable<string> values) => new()
    {
        ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) }, Pattern(Variable)),
    };

    /// <summary>With a description in front.</summary>
    public static JsonObject Described(JsonObject schema, string description)
    {
        schema.Insert(0, "description", description);
        return schema;
    }

    /// <summary>The settings of a block; no others are taken.</summary>
    /// <param name="set">The settings.</param>
    /// <param name="blocks">Where blocks inside it are defined; gives how to refer to one.</param>
    public static JsonObject Block(OptionSet set, Func<OptionSet, JsonObject> blocks)
    {
        var defaults = set.Create();
        var properties = new JsonObject();
        foreach (var option in set.Options)
        {
            properties[option.Name] = Described(Setting(option, blocks), Description(option, option.Property.GetValue(defaults)));
        }

        var block = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (set.Options.Where(option => option.Attribute.Required).Select(option => (JsonNode)option.Name).ToArray() is { Length: > 0 } required)
        {
            block["required"] = new JsonArray(required);
        }

        return block;
    }

    private static JsonObject Setting(OptionModel option, Func<OptionSet, JsonObject> blocks)
    {
        var item = Item(option, blocks);
        if (!option.IsList)
        {
            return item;
        }

        // A key with nothing after it is a list of nothing.
        return new JsonObject { ["type"] = option.Attribute.Required ? "array" : new JsonArray("array", "null"), ["items"] = item };
    }

    private static JsonObject Item(OptionModel option, Func<OptionSet, JsonObject> blocks) => option.Kind switch
    {
        OptionKind.Integer or OptionKind.Long => Number(option, "integer", "^[+-]?[0-9]+$"),
        OptionKind.Number => Number(option, "number", "^[+-]?[0-9.]+([eE][+-]?[0-9]+)?$"),
        OptionKind.Boolean => Either(new JsonObject { ["type"] = "boolean" }, Pattern($"^(true|false)$|{Variable}")),
        OptionKind.Time => Either(new JsonObject { ["const"] = 0 }, Pattern($"{Time}|{Variable}")),
        OptionKind.Size => Either(new JsonObject { ["type"] = "integer", ["minimum"] = 0 }, Pattern($"{Size}|{Variable}")),
        OptionKind.Choice => OneOf(option.Choices!.Keys),
        OptionKind.Block when option.Block!.Plain is { } plain => Either(Item(plain, blocks), blocks(option.Block)),
        OptionKind.Block => new JsonObject { ["allOf"] = new JsonArray(blocks(option.Block!)) },
        OptionKind.Template when option.InPlace is not null => Either(AnyText(), ScriptInPlace()),
        _ => AnyText(),
    };

    private static JsonObject ScriptInPlace() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["script"] = AnyText() },
        ["required"] = new JsonArray("script"),
        ["additionalProperties"] = false,
    };

    private static JsonObject Number(OptionModel option, string type, string pattern)
    {
        var number = new JsonObject { ["type"] = type };
        if (option.Minimum is not null)
        {
            number["minimum"] = Limit(option.Minimum);
        }

        if (option.Maximum is not null)
        {
            number["maximum"] = Limit(option.Maximum);
        }

        return Either(number, Pattern($"{pattern}|{Variable}"));
    }

    private static JsonNode Limit(IComparable limit) =>
        limit is double number ? number : Convert.ToInt64(limit, System.Globalization.CultureInfo.InvariantCulture);

    private static JsonObject Either(params JsonObject[] schemas) => new() { ["anyOf"] = new JsonArray([.. schemas]) };

    private static JsonObject Pattern(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    private static string Description(OptionModel option, object? value)
    {
        var parts = new List<string> { option.Attribute.Summary };
        if (option.Limits.Length > 0)
        {
            parts.Add($"{Capital(option.Limits.TrimStart(',', ' '))}.");
        }

        if (!option.IsList && option.Kind != OptionKind.Block && !option.Attribute.Required && OptionText.Format(value) is { Length: > 0 } byDefault)
        {
            parts.Add($"Default: {byDefault.ReplaceLineEndings("\\n")}.");
        }

        if (option.Attribute.Example is { } example)
        {
            parts.Add($"Example: {example}");
        }

        return string.Join(' ', parts);
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
