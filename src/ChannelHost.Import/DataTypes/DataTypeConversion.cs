using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.DataTypes;

/// <summary>What a data type with its properties is here: <c>{ type: hl7v2, repetitions: false }</c>.</summary>
internal sealed class DataTypeConversion(ChannelDraft draft, bool isOff)
{
    /// <summary>The name of a data type here; null for one that there is not.</summary>
    public static string? NameOf(string type) => type.ToUpperInvariant() switch
    {
        "HL7V2" => "hl7v2",
        "XML" or "HL7V3" => "xml",
        "JSON" => "json",
        "DELIMITED" => "delimited-tree",
        "RAW" or "" => "raw",
        "FHIR" => "json",
        "EDI/X12" or "EDI" or "X12" => "x12",
        _ => null,
    };

    /// <summary>The data type as channel.yaml says it.</summary>
    /// <param name="type">Its name in the export.</param>
    /// <param name="properties">Its properties for this direction; null for the defaults.</param>
    /// <param name="at">What to point at.</param>
    /// <param name="charset">The charset of the connector; null for that of the data type.</param>
    public YamlBlock Convert(string type, ExportElement? properties, ExportElement at, string? charset = null)
    {
        var block = new YamlBlock { Origin = properties ?? at };
        if (string.Equals(type, "FHIR", StringComparison.OrdinalIgnoreCase))
        {
            return Fhir(block, properties, at);
        }

        if (NameOf(type) is not { } name)
        {
            draft.Refuse(at, $"messages of the type {type} cannot be read here: they are taken as raw text", isOff);
            properties?.MarkAll();
            return block.Set("type", "raw", at);
        }

        block.Set("type", name, at);
        switch (name)
        {
            case "hl7v2":
                new Hl7v2Properties(draft).Convert(properties, block, charset);
                break;
            case "xml":
                ReadXml(properties);
                break;
            case "delimited-tree":
                DelimitedProperties.Convert(properties, block);
                break;
            case "x12":
                ReadX12(properties, block);
                break;
        }

        if (properties is not null && !IsOf(name, properties.Class))
        {
            // Left over from a type that was chosen before: nobody reads them there either.
            properties.MarkAll();
        }

        // Groups without settings of their own, and those that are looked at where batches and answers are converted.
        foreach (var group in (string[])["serializationProperties", "deserializationProperties", "responseGenerationProperties", "responseValidationProperties"])
        {
            properties?.Find(group);
        }

        SkipBatch(properties);
        if (charset is not null && name != "json" && !block.Has("charset"))
        {
            block.Set("charset", charset);
        }

        return block;
    }

    // The extension's type gave scripts the resource as JSON or XML has it; the classes of its library came by other ways, which the scripts' own findings tell.
    private YamlBlock Fhir(YamlBlock block, ExportElement? properties, ExportElement at)
    {
        var isXml = properties?.Peek("serializationProperties")?.Peek("format")?.Text.Trim().EndsWith("XML", StringComparison.OrdinalIgnoreCase) == true;
        var name = isXml ? "xml" : "json";
        draft.Decide(at, $"FHIR was a data type of its own (an extension): its resources are read as {name} here, and not checked against FHIR's definitions; what comes in the other form needs another type");
        properties?.MarkAll();
        return block.Set("type", name, at);
    }

    private static bool IsOf(string name, string propertiesClass) => propertiesClass.Contains(
        name switch { "hl7v2" => "HL7v2", "xml" => "", "delimited-tree" => "Delimited", "x12" => "EDI", "json" => "JSON", _ => "Raw" }, StringComparison.OrdinalIgnoreCase);

    private void ReadXml(ExportElement? properties)
    {
        if (properties?.Find("serializationProperties") is { } reading && reading.Flag("stripNamespaces"))
        {
            draft.Note(reading.Find("stripNamespaces"), "declarations of namespaces were taken off; here they stay, and scripts find elements by their names in the root's namespace all the same");
        }
    }

    private static void ReadX12(ExportElement? properties, YamlBlock block)
    {
        if (properties?.Find("serializationProperties") is not { } reading)
        {
            return;
        }

        Delimiter("segmentDelimiter", "~");
        Delimiter("elementDelimiter", "*");
        Delimiter("subelementDelimiter", ":");
        if (!reading.Flag("inferX12Delimiters", otherwise: true))
        {
            block.Set("inferDelimiters", false, reading.Find("inferX12Delimiters"));
        }

        void Delimiter(string name, string usual)
        {
            if (reading.Value(name) is { Length: > 0 } text && text != usual)
            {
                block.Set(name, text, reading.Find(name));
            }
        }
    }

    // The batch settings of destinations say nothing; those of sources are read by the source.
    private static void SkipBatch(ExportElement? properties)
    {
        if (properties?.Peek("batchProperties") is { IsRead: false } batch)
        {
            batch.MarkAll();
        }
    }
}
