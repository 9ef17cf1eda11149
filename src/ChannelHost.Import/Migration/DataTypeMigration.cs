using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Migration;

/// <summary>Properties of data types, brought to the present form.</summary>
internal static class DataTypeMigration
{
    /// <summary>Changes the element.</summary>
    public static void Migrate(ExportElement properties)
    {
        var version = MigrationVersion.Of(properties);
        var isHl7 = properties.Class.EndsWith("HL7v2DataTypeProperties", StringComparison.Ordinal);
        if (isHl7 && version.IsBefore(3, 2))
        {
            // Acknowledgments kept the short time; answers were taken whatever message they named.
            properties.Peek("responseGenerationProperties")?.AddMissing("dateFormat", "yyyyMMddHHmmss");
            var validation = properties.Peek("responseValidationProperties") ?? properties.Add(new ExportElement("responseValidationProperties", properties.Line));
            validation.AddMissing("validateMessageControlId", "false");
            validation.AddMissing("originalMessageControlId", "Destination_Encoded");
        }

        if (!properties.Class.EndsWith("DelimitedDataTypeProperties", StringComparison.Ordinal))
        {
            return;
        }

        foreach (var group in properties.Children)
        {
            group.Rename("quoteChar", "quoteToken");
            group.Rename("quoteEscapeChar", "quoteEscapeToken");
        }

        if (version.IsBefore(3, 1) && properties.Peek("batchProperties") is { } batch)
        {
            batch.AddMissing("splitType", Split(batch));
        }
    }

    private static string Split(ExportElement batch) =>
        Is(batch, "batchSplitByRecord") ? "Record"
        : batch.Peek("batchMessageDelimiter")?.Text.Length > 0 ? "Delimiter"
        : batch.Peek("batchGroupingColumn")?.Text.Length > 0 ? "Grouping_Column"
        : batch.Peek("batchScript")?.Text.Length > 0 ? "JavaScript" : "Record";

    private static bool Is(ExportElement owner, string name) => owner.Peek(name)?.Text.Trim() == "true";
}
