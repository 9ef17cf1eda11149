using System.Text;
using ChannelHost.Import.DataTypes;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Channels;

/// <summary>The template of outgoing messages, which scripts fill in as <c>tmp</c>.</summary>
internal static class OutboundTemplate
{
    /// <summary>Makes its file, when there is one. The one of incoming messages only helped in the editor.</summary>
    /// <param name="draft">The channel.</param>
    /// <param name="transformer">The transformer; null for none.</param>
    /// <param name="yaml">Where it is named.</param>
    /// <param name="stem">What its file is called.</param>
    public static void Convert(ChannelDraft draft, ExportElement? transformer, YamlBlock yaml, string stem)
    {
        transformer?.Skip("inboundTemplate");
        if (transformer?.Find("outboundTemplate") is not { } template || Decoded(draft, template) is not { } text || text.Trim().Length == 0)
        {
            return;
        }

        var file = $"{stem}.{DataTypeConversion.NameOf(transformer.Word("outboundDataType")) switch { "hl7v2" => "hl7", "xml" => "xml", "json" => "json", _ => "txt" }}";
        draft.Script(file).Exact(text, template);
        yaml.Set("template", file, template);
    }

    private static string? Decoded(ChannelDraft draft, ExportElement template)
    {
        if (template.Attribute("encoding") != "base64")
        {
            return template.Text;
        }

        try
        {
            return Encoding.UTF8.GetString(System.Convert.FromBase64String(template.Text.Trim()));
        }
        catch (FormatException)
        {
            draft.Keep(ImportLevel.Decision, template, "the template of outgoing messages is no base64 text: it is left out");
            return null;
        }
    }
}
