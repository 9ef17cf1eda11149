using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.DataTypes;

/// <summary>The properties of delimited text as settings.</summary>
internal sealed class DelimitedProperties(ChannelDraft draft)
{
    /// <summary>Sets what differs from our defaults. The tree is that of rows and columns as elements, which scripts of the export know.</summary>
    public void Convert(ExportElement? properties, YamlBlock block)
    {
        var reading = properties?.Find("serializationProperties");
        var writing = properties?.Find("deserializationProperties");
        block.Set("header", false);
        Read(reading, block);
        writing?.Skip("columnDelimiter", "recordDelimiter", "columnWidths", "quoteToken", "escapeWithDoubleQuote", "quoteEscapeToken");
    }

    private void Read(ExportElement? reading, YamlBlock block)
    {
        if (reading is null)
        {
            return;
        }

        if (reading.Value("columnDelimiter") is { Length: > 0 } column && DelimiterText.Read(column) is var delimiter && delimiter != ",")
        {
            block.Set("delimiter", delimiter == "\t" ? "tab" : delimiter, reading.Find("columnDelimiter"));
        }

        if (reading.Value("recordDelimiter") is { Length: > 0 } record && DelimiterText.Read(record) is var end && end is not ("\n" or "\r\n"))
        {
            block.Set("recordSeparator", end, reading.Find("recordDelimiter"));
        }

        if (reading.Value("quoteToken") is { Length: > 0 } quote && DelimiterText.Read(quote) is var token && token != "\"")
        {
            block.Set("quote", token, reading.Find("quoteToken"));
        }

        if (!reading.Flag("escapeWithDoubleQuote", otherwise: true))
        {
            block.Set("escape", reading.Value("quoteEscapeToken") is { Length: > 0 } escape ? DelimiterText.Read(escape) : "\\", reading.Find("escapeWithDoubleQuote"));
        }

        Lists(reading, block);
        if (reading.Flag("numberedRows"))
        {
            draft.Decide(reading.Find("numberedRows"), "rows were numbered elements (row1, row2); here they are all called row");
        }

        reading.Skip("quoteEscapeToken", "ignoreCR");
    }

    private static void Lists(ExportElement reading, YamlBlock block)
    {
        if (Words(reading.Find("columnNames")) is { Length: > 0 } names)
        {
            block.Set("columns", new YamlWords(names), reading.Find("columnNames"));
        }

        if (Words(reading.Find("columnWidths")) is { Length: > 0 } widths)
        {
            block.Set("widths", new YamlWords(widths), reading.Find("columnWidths"));
        }
    }

    private static string[] Words(ExportElement? list) => list is null
        ? []
        : list.Children.Count > 0
            ? [.. list.All().Select(word => word.Text.Trim())]
            : list.Text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
