using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Cases;

/// <summary>YAML values as scripts would see them: <c>5</c> is a number, <c>true</c> a boolean, nothing is null, quotes make a text of anything.</summary>
internal static class PlainYaml
{
    /// <summary>The entries of a block as a map.</summary>
    public static Dictionary<string, object?> Map(YamlBlock block) =>
        block.Entries.ToDictionary(entry => entry.Key, entry => Value(entry.Value), StringComparer.Ordinal);

    private static object? Value(YamlValue value) => value switch
    {
        YamlText { IsNothing: true } => null,
        YamlText { Style: YamlStyle.Plain, Text: "true" } => true,
        YamlText { Style: YamlStyle.Plain, Text: "false" } => false,
        YamlText { Style: YamlStyle.Plain } text when IsNumber(text.Text) && OptionText.TryNumber(text.Text, out var number) => number,
        YamlText text => text.Text,
        YamlList list => list.Items.Select(Value).ToList(),
        YamlBlock block => Map(block),
        _ => null,
    };

    // A record number that begins with a zero is no number.
    private static bool IsNumber(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        return digits is [>= '0' and <= '9', ..] && (digits is not ['0', >= '0' and <= '9', ..]);
    }
}
