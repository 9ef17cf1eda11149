using System.Globalization;
using System.Text;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Migration;

/// <summary>LLP and TCP connectors of 1.x and 2.x.</summary>
internal static class OldTcp
{
    private const string Package = "com.mirth.connect.connectors.tcp.";

    /// <summary>A listener; true when it answers by itself.</summary>
    public static bool Listener(ExportElement properties, ExportElement connector, bool isLlp)
    {
        properties.SetAttribute("class", Package + "TcpReceiverProperties");
        OldSources.Listener(properties);
        Frame(properties, isLlp);
        Flag(properties, "serverMode", "true");
        properties.Rename("ackOnNewConnection", "respondOnNewConnection");
        properties.Rename("ackIP", "responseAddress");
        properties.Rename("ackPort", "responsePort");
        properties.Rename("binary", "dataTypeBinary");
        Flag(properties, "dataTypeBinary", "false");
        Answers(properties, connector);
        return (properties.Take("sendACK")?.Text.Trim() ?? (isLlp ? "1" : "0")) is "1" or "true";
    }

    /// <summary>A sender.</summary>
    public static void Sender(ExportElement properties, ExportElement common, bool isLlp)
    {
        properties.SetAttribute("class", Package + "TcpDispatcherProperties");
        properties.Rename("host", "remoteAddress");
        properties.Rename("port", "remotePort");
        Frame(properties, isLlp);
        properties.Take("serverMode");
        properties.Rename("keepSendSocketOpen", "keepConnectionOpen");
        properties.Rename("ackTimeout", "responseTimeout");
        properties.Rename("queueAckTimeout", "queueOnResponseTimeout");
        properties.Rename("binary", "dataTypeBinary");
        Flag(properties, "keepConnectionOpen", "false");
        Flag(properties, "queueOnResponseTimeout", "true");
        Flag(properties, "dataTypeBinary", "false");
        if (properties.Peek("responseTimeout")?.Text.Trim() == "0")
        {
            properties.Add("ignoreResponse", "true", properties.Peek("responseTimeout"));
        }

        var isChecked = properties.Take("processHl7AckResponse")?.Text.Trim() ?? (isLlp ? "1" : "0");
        common.Add("validateResponse", isChecked is "1" or "true" ? "true" : "false");
    }

    private static void Frame(ExportElement properties, bool isLlp)
    {
        var isHex = OldChannel.Or(properties.Take("charEncoding")?.Text, "hex") == "hex";
        var start = Bytes(properties.Take("messageStart"), isHex, isLlp ? "0B" : "");
        var end = Bytes(properties.Take("messageEnd"), isHex, isLlp ? "1C" : "");
        var record = Bytes(properties.Take("recordSeparator"), isHex, isLlp ? "0D" : "");
        properties.Take("segmentEnd");
        var frame = properties.Add(new ExportElement("transmissionModeProperties", properties.Line));
        frame.Add("pluginPointName", isLlp ? "MLLP" : "Basic");
        frame.Add("startOfMessageBytes", start);
        frame.Add("endOfMessageBytes", end + (record == "00" ? "" : record));
    }

    private static string Bytes(ExportElement? setting, bool isHex, string otherwise)
    {
        var text = setting?.Text.Trim() ?? "";
        return text.Length == 0 ? otherwise : isHex ? text.Replace("0x", "", StringComparison.OrdinalIgnoreCase) : Convert.ToHexString(Encoding.Latin1.GetBytes(text));
    }

    // The codes and texts of acknowledgments belonged to the listener; now they belong to the data type.
    private static void Answers(ExportElement properties, ExportElement connector)
    {
        var inbound = connector.Peek("transformer")?.Peek("inboundProperties");
        if (inbound is null || !inbound.Class.EndsWith("HL7v2DataTypeProperties", StringComparison.Ordinal))
        {
            return;
        }

        var answers = inbound.Add(new ExportElement("responseGenerationProperties", properties.Line));
        foreach (var (old, now) in ((string, string)[])[("ackCodeSuccessful", "successfulACKCode"), ("ackMsgSuccessful", "successfulACKMessage"), ("ackCodeError", "errorACKCode"), ("ackMsgError", "errorACKMessage"), ("ackCodeRejected", "rejectedACKCode"), ("ackMsgRejected", "rejectedACKMessage"), ("checkMSH15", "msh15ACKAccept")])
        {
            if (properties.Take(old) is { } setting)
            {
                setting.Rename(now);
                answers.Add(setting);
            }
        }

        Flag(answers, "msh15ACKAccept", "false");
        answers.Add("dateFormat", "yyyyMMddHHmmss");
    }

    private static void Flag(ExportElement owner, string name, string usual)
    {
        owner.AddMissing(name, usual);
        var setting = owner.Peek(name)!;
        setting.SetText(setting.Text.Trim() switch { "1" => "true", "0" => "false", var text => text.ToLower(CultureInfo.InvariantCulture) });
    }
}
