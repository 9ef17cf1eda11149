using System.Text;
using System.Xml;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>What matters of a partner's answer, whether in ER7 or in XML form.</summary>
/// <param name="Code">MSA-1; null when there is no MSA.</param>
/// <param name="ControlId">MSA-2 as it stands.</param>
/// <param name="Text">What the partner says for people: MSA-3 and the texts of ERR. May hold patient data.</param>
internal readonly record struct Hl7Answer(string? Code, string? ControlId, string? Text)
{
    private const int MaxXmlCharacters = 4 * 1024 * 1024;

    /// <summary>Reads an answer; <see cref="Code"/> is null for whatever is none.</summary>
    public static Hl7Answer Read(Hl7v2Settings settings, ReadOnlyMemory<byte> bytes)
    {
        var begin = Hl7Scan.Begin(bytes.Span);
        return begin < bytes.Length && bytes.Span[begin] == '<' ? ReadXml(bytes[begin..]) : ReadEr7(settings, bytes);
    }

    private static Hl7Answer ReadEr7(Hl7v2Settings settings, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var tree = new Hl7Tree(settings, Hl7Content.Read(settings, bytes));
            var code = tree.Get("MSA-1");
            if (code is null)
            {
                return default;
            }

            var text = string.Join(" ", new[] { tree.Get("MSA-3"), tree.Get("ERR-3.2"), tree.Get("ERR-7"), tree.Get("ERR-8") }.Where(part => !string.IsNullOrWhiteSpace(part)));
            return new Hl7Answer(code.Trim(), tree.Get("MSA-2")?.Trim(), text.Length > 0 ? text : null);
        }
        catch (MessageFormatException)
        {
            return default;
        }
    }

    private static Hl7Answer ReadXml(ReadOnlyMemory<byte> bytes)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = MaxXmlCharacters,
            IgnoreComments = true,
        };
        string? code = null, id = null;
        var text = new StringBuilder();
        var leaf = "";
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes.ToArray()), settings);
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element)
                {
                    leaf = reader.IsEmptyElement ? "" : reader.LocalName;
                }
                else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                {
                    code ??= leaf == "MSA.1" ? reader.Value.Trim() : null;
                    id ??= leaf == "MSA.2" ? reader.Value.Trim() : null;
                    if (leaf is "MSA.3" or "CWE.2" or "ERR.7" or "ERR.8")
                    {
                        text.Append(text.Length > 0 ? " " : "").Append(reader.Value);
                    }
                }
            }
        }
        catch (XmlException)
        {
            return default;
        }

        return new Hl7Answer(code, id, text.Length > 0 ? text.ToString() : null);
    }
}
