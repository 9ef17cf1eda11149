using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.DataTypes;

/// <summary>The properties of delimited text as settings of <c>delimited-tree</c>, whose rows and columns are elements, as scripts of exports know them.</summary>
internal static class DelimitedProperties
{
    /// <summary>Sets what differs from the defaults.</summary>
    public static void Convert(ExportElement? properties, YamlBlock block)
    {
        var reading = properties?.Find("serializationProperties");
        Texts(reading, block);
        Lists(reading, block);
        if (reading?.Flag("escapeWithDoubleQuote", otherwise: true) == false)
        {
            block.Set("doubledQuotes", false, reading.Find("escapeWithDoubleQuote"));
        }

        if (reading?.Flag("numberedRows") == true)
        {
            block.Set("numberedRows", true, reading.Find("numberedRows"));
        }

        if (reading?.Flag("ignoreCR", otherwise: true) == false)
        {
            block.Set("ignoreCr", false, reading.Find("ignoreCR"));
        }

        // Written as it is read: the settings for writing are the same ones once more.
        properties?.Find("deserializationProperties")?.Skip("columnDelimiter", "recordDelimiter", "columnWidths", "quoteToken", "escapeWithDoubleQuote", "quoteEscapeToken");
    }

    private static void Texts(ExportElement? reading, YamlBlock block)
    {
        Set("columnDelimiter", "delimiter", ",");
        Set("recordDelimiter", "recordDelimiter", "\\n");
        Set("quoteToken", "quote", "\"");
        Set("quoteEscapeToken", "escape", "\\");

        void Set(string setting, string key, string usual)
        {
            if (reading?.Value(setting) is { Length: > 0 } text && text != usual)
            {
                block.Set(key, text, reading.Find(setting));
            }
        }
    }

    private static void Lists(ExportElement? reading, YamlBlock block)
    {
        if (Words(reading?.Find("columnNames")) is { Length: > 0 } names)
        {
            block.Set("columns", new YamlWords(names), reading!.Find("columnNames"));
        }

        if (Words(reading?.Find("columnWidths")) is { Length: > 0 } widths)
        {
            block.Set("widths", new YamlWords(widths), reading!.Find("columnWidths"));
        }
    }

    private static string[] Words(ExportElement? list) => list is null
        ? []
        : list.Children.Count > 0
            ? [.. list.All().Select(word => word.Text.Trim())]
            : list.Text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
