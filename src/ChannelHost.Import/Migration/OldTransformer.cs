using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Migration;

/// <summary>Filter and transformer of a connector of 1.x and 2.x.</summary>
internal static class OldTransformer
{
    private const string Package = "com.mirth.connect.plugins.datatypes.";

    /// <summary>Changes the connector's transformer; a destination gets one for answers.</summary>
    public static void Convert(ExportElement connector)
    {
        var transformer = connector.Peek("transformer") ?? connector.Add(new ExportElement("transformer", connector.Line));
        transformer.Rename("inboundProtocol", "inboundDataType");
        transformer.Rename("outboundProtocol", "outboundDataType");
        var inbound = Type(transformer, "inboundDataType");
        var outbound = Type(transformer, "outboundDataType");
        var incoming = Properties(transformer, "inboundProperties");
        var outgoing = Properties(transformer, "outboundProperties");
        if (inbound == outbound && string.IsNullOrWhiteSpace(transformer.Peek("outboundTemplate")?.Text))
        {
            foreach (var setting in incoming.Children)
            {
                outgoing.AddMissing(setting.Name, setting.Text);
            }
        }

        Shape(incoming, inbound);
        Shape(outgoing, outbound);
        if (connector.Peek("mode")?.Text.Trim() != "SOURCE")
        {
            var answers = connector.Add(new ExportElement("responseTransformer", connector.Line));
            answers.Add("inboundDataType", outbound, transformer);
            answers.Add("outboundDataType", outbound, transformer);
            answers.Add(new ExportElement("elements", connector.Line));
        }
    }

    private static string Type(ExportElement transformer, string name)
    {
        var type = transformer.Peek(name) ?? transformer.Add(name, "HL7V2");
        var word = OldChannel.Or(type.Text, "HL7V2");
        type.SetText(word is "EDI" or "X12" ? "EDI/X12" : word);
        return type.Text;
    }

    private static ExportElement Properties(ExportElement transformer, string name)
    {
        var properties = transformer.Peek(name) ?? transformer.Add(new ExportElement(name, transformer.Line));
        OldChannel.Flatten(properties);
        return properties;
    }

    // The groups of 3.0, with the defaults of the time.
    private static void Shape(ExportElement properties, string type)
    {
        var reading = new ExportElement("serializationProperties", properties.Line);
        var writing = new ExportElement("deserializationProperties", properties.Line);
        switch (type)
        {
            case "HL7V2":
                properties.SetAttribute("class", Package + "hl7v2.HL7v2DataTypeProperties");
                properties.Rename("convertLFtoCR", "convertLineBreaks");
                writing.AddMissing("useStrictParser", properties.Peek("useStrictParser")?.Text ?? "false");
                Take(properties, reading, ("handleRepetitions", "false"), ("handleSubcomponents", "false"), ("useStrictParser", "false"), ("useStrictValidation", "false"), ("stripNamespaces", "true"), ("convertLineBreaks", "true"));
                break;
            case "XML" or "HL7V3":
                properties.SetAttribute("class", Package + "xml.XMLDataTypeProperties");
                Take(properties, reading, ("stripNamespaces", "true"));
                break;
            case "DELIMITED":
                properties.SetAttribute("class", Package + "delimited.DelimitedDataTypeProperties");
                properties.Rename("quoteChar", "quoteToken");
                properties.Rename("quoteEscapeChar", "quoteEscapeToken");
                Take(properties, reading, ("columnDelimiter", ","), ("recordDelimiter", "\\n"), ("columnWidths", ""), ("quoteToken", "\""), ("escapeWithDoubleQuote", "true"), ("quoteEscapeToken", "\\"), ("columnNames", ""), ("numberedRows", "false"), ("ignoreCR", "true"));
                break;
            case "EDI/X12":
                properties.SetAttribute("class", Package + "edi.EDIDataTypeProperties");
                Take(properties, reading, ("segmentDelimiter", "~"), ("elementDelimiter", "*"), ("subelementDelimiter", ":"), ("inferX12Delimiters", "true"));
                break;
        }

        var batch = new ExportElement("batchProperties", properties.Line);
        foreach (var setting in properties.Children.Where(child => child.Name.StartsWith("batch", StringComparison.Ordinal)).ToArray())
        {
            batch.Add(setting);
        }

        if (type == "HL7V2")
        {
            batch.AddMissing("splitType", "MSH_Segment");
        }

        properties.Add(reading);
        properties.Add(writing);
        properties.Add(batch);
    }

    private static void Take(ExportElement from, ExportElement to, params ReadOnlySpan<(string Name, string Default)> settings)
    {
        foreach (var (name, usual) in settings)
        {
            if (from.Take(name) is { } setting)
            {
                to.Add(setting);
            }

            to.AddMissing(name, usual);
        }
    }
}
