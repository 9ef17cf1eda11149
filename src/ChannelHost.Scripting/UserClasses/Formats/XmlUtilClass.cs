using System.Net;
using System.Xml;
using ChannelHost.Scripting.Trees;

namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary><c>XmlUtil</c>.</summary>
internal static class XmlUtilClass
{
    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>(Packages.Shared, "XmlUtil")
        .Static("encode", static call => call.Run.Text(call.Has(0) ? XmlText.Encode(call.Text(0)) : null))
        .Static("decode", static call => call.Run.Text(Decode(call.TextOrNull(0) ?? "")))
        .Static("prettyPrint", static call => call.Run.Text(Pretty(call)))
        .Static("toJson", static call => call.Run.Text(ToJson(call)))
        .Build();

    /// <summary>XML as JSON in the reference's usual form.</summary>
    public static string ToJson(UserCall call, string xml) => Convert(call, xml, new XmlToJsonOptions(true, true, false, true, false));

    // One entity alone; of anything longer the reference makes nothing.
    private static string Decode(string entity)
    {
        if (entity.Length < 3 || entity[0] != '&' || entity.IndexOf(';') != entity.Length - 1)
        {
            return "";
        }

        var decoded = WebUtility.HtmlDecode(entity);
        return decoded == entity ? "" : decoded;
    }

    private static string Pretty(UserCall call)
    {
        var xml = TreeText.Of(call[0]);
        try
        {
            return XmlText.Pretty(XmlText.Read(xml, call.Run), call.Run.Limits);
        }
        catch (XmlException)
        {
            call.Run.Environment.Log("error", "XmlUtil.prettyPrint was given a text that is no XML; it is left as it is.", call.Run.Current?.File.Name ?? "");
            return xml;
        }
    }

    // (xml), (xml, normalize), (xml, autoArray, autoPrimitive, prettyPrint, normalize[, alwaysArray, alwaysExpand])
    private static string ToJson(UserCall call)
    {
        var options = call.Count >= 5
            ? new XmlToJsonOptions(call.Flag(1), call.Flag(2), call.Flag(3), call.Flag(4), call.Flag(5))
            : new XmlToJsonOptions(true, true, false, call.Count < 2 || call.Flag(1), false);
        return Convert(call, TreeValue.From(call[0]) is { } tree ? TreeText.Xml(tree) : call.Text(0), options);
    }

    private static string Convert(UserCall call, string xml, XmlToJsonOptions options)
    {
        try
        {
            return new XmlToJson(options, call.Run.Limits).Write(XmlText.Read(xml, call.Run));
        }
        catch (XmlException)
        {
            throw call.Throw("javax.xml.stream.XMLStreamException", "The text is no XML.");
        }
    }
}
