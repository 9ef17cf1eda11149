using System.Text;
using System.Xml.Linq;

namespace ChannelHost.Tests.Import.Corpus;

/// <summary>Messages to try imported channels on: invented ones for each data type, and the sample that the channel's author left in the export.</summary>
internal static class CorpusMessages
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Import", "Data", "Corpus");

    /// <summary>Those that a channel with this inbound type may get.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> For(string dataType)
    {
        string[] endings = dataType switch
        {
            "hl7v2" => ["hl7"],
            "xml" or "hl7v3" => ["xml"],
            "json" or "fhir" => ["json"],
            "delimited" => ["csv"],
            _ => ["txt", "json", "xml", "hl7"],
        };
        return [.. endings.SelectMany(ending => Directory.EnumerateFiles(Folder, $"*.{ending}").Order(StringComparer.Ordinal)).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))];
    }

    /// <summary>The samples of an export's channels, by the line that each channel begins in.</summary>
    public static IReadOnlyDictionary<int, byte[]> Samples(byte[] export)
    {
        var samples = new Dictionary<int, byte[]>();
        foreach (var channel in Load(export)?.DescendantsAndSelf("channel") ?? [])
        {
            var template = channel.Element("sourceConnector")?.Element("transformer")?.Element("inboundTemplate");
            if (template is { Value.Length: > 0 })
            {
                var isPacked = (string?)template.Attribute("encoding") == "base64";
                samples[((System.Xml.IXmlLineInfo)channel).LineNumber] = isPacked ? Convert.FromBase64String(template.Value) : Encoding.UTF8.GetBytes(template.Value);
            }
        }

        return samples;
    }

    // What cannot be read here has no samples; what the import says of it is what counts.
    private static XElement? Load(byte[] export)
    {
        try
        {
            return XDocument.Load(new MemoryStream(export), LoadOptions.SetLineInfo).Root;
        }
        catch (System.Xml.XmlException)
        {
            return null;
        }
    }
}
