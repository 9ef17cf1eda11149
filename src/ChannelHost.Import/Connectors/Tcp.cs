using System.Globalization;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Connectors;

/// <summary>What TCP listener and sender have in common.</summary>
internal static class TcpFrame
{
    /// <summary>Looks at the framing; false when it is not MLLP, which is said.</summary>
    public static bool IsMllp(ConnectorDraft draft)
    {
        var mode = draft.Properties.Find("transmissionModeProperties");
        if (mode is null)
        {
            return true;
        }

        var start = Hex(mode.Word("startOfMessageBytes"));
        var end = Hex(mode.Word("endOfMessageBytes"));
        var isMllp = (start, end) is ("0B", "1C0D") || (start.Length == 0 && end.Length == 0 && mode.Word("pluginPointName") == "MLLP");
        if (mode.Flag("useMLLPv2"))
        {
            draft.Decide(mode.Find("useMLLPv2"), "MLLP version 2 (a byte that confirms each frame) is not spoken: the acknowledgment in HL7 counts");
        }

        mode.Skip("pluginPointName", "ackBytes", "nackBytes", "maxRetries");
        if (!isMllp)
        {
            draft.Refuse(mode, $"frames that begin with {Shown(start)} and end with {Shown(end)}: over TCP only MLLP frames (0B ... 1C 0D) are spoken");
        }

        return isMllp;
    }

    private static string Hex(string text) => text.Replace(" ", "", StringComparison.Ordinal).Replace("0x", "", StringComparison.OrdinalIgnoreCase).ToUpperInvariant();

    private static string Shown(string hex) => hex.Length == 0 ? "nothing" : hex;
}

/// <summary>TCP Listener: <c>mllp</c>.</summary>
internal sealed class TcpListener : IConnectorConversion
{
    public string PropertiesClass => "TcpReceiverProperties";

    public void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        draft.Yaml.Set("type", "mllp", properties);
        if (!properties.Flag("serverMode", otherwise: true))
        {
            draft.Refuse(properties.Find("serverMode"), "a TCP listener that connects to the sender itself (client mode): this one waits for connections");
        }

        properties.Skip("overrideLocalBinding", "remoteAddress", "remotePort", "reconnectInterval", "bufferSize", "responseAddress", "responsePort", "keepConnectionOpen");
        _ = TcpFrame.IsMllp(draft);
        draft.Yaml.Set("listen", ListenAddress.Of(draft, "6661"), properties.Peek("listenerConnectorProperties"));
        if (properties.Find("maxConnections") is { } most && int.TryParse(most.Text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var connections) && connections > 0)
        {
            draft.Yaml.Set("connections", connections.ToString(CultureInfo.InvariantCulture), most);
        }

        draft.SetTime("idleTimeout", "receiveTimeout", 0, 7 * 86_400_000L);
        draft.ReadCharset("charsetEncoding");
        draft.Expect("dataTypeBinary", "messages were base64 text; here they are read as text", "false");
        draft.Expect("respondOnNewConnection", "the answer went over a connection of its own; here it goes over the sender's", "0");
    }
}

/// <summary>TCP Sender: <c>mllp</c>.</summary>
internal sealed class TcpSender : IConnectorConversion
{
    public string PropertiesClass => "TcpDispatcherProperties";

    public void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        draft.Yaml.Set("type", "mllp", properties);
        if (properties.Flag("serverMode"))
        {
            draft.Refuse(properties.Find("serverMode"), "a TCP sender that waits for connections (server mode): this one connects to the partner");
        }

        _ = TcpFrame.IsMllp(draft);
        var (host, port) = (properties.Find("remoteAddress"), properties.Find("remotePort"));
        draft.Yaml.Set("connect", $"{draft.Fixed(Or(host, "127.0.0.1"), host, "to-be-decided.invalid")}:{ListenAddress.Port(draft, Or(port, "6660"), port)}", host);
        draft.Yaml.Set("keepOpen", properties.Flag("keepConnectionOpen"), properties.Find("keepConnectionOpen"));
        draft.SetTime("answerTimeout", "responseTimeout", 100, 3_600_000, milliseconds => milliseconds == 0 ? 3_600_000 : milliseconds);
        var ignores = properties.Flag("ignoreResponse");
        draft.Yaml.Set("answer", ignores ? "none" : "required", properties.Find("ignoreResponse"));
        draft.Content("template");
        draft.ReadCharset("charsetEncoding");
        draft.Expect("overrideLocalBinding", "the sender's own address is chosen by the system here", "false");
        draft.Expect("dataTypeBinary", "the message was base64 text that was sent as bytes", "false");
        if (!ignores && !properties.Flag("queueOnResponseTimeout", otherwise: true))
        {
            draft.Decide(properties.Find("queueOnResponseTimeout"), "a missing answer was final; here it is one that is tried again where there is a queue");
        }

        properties.Skip("queueOnResponseTimeout", "localAddress", "localPort", "sendTimeout", "bufferSize", "maxConnections", "checkRemoteHost", "reconnectInterval");
    }

    private static string Or(ExportElement? element, string otherwise) => element?.Text.Trim() is { Length: > 0 } text ? text : otherwise;
}

/// <summary>Where a listener listens.</summary>
internal static class ListenAddress
{
    /// <summary>Address and port.</summary>
    public static string Of(ConnectorDraft draft, string usualPort)
    {
        var listener = draft.Properties.Find("listenerConnectorProperties");
        var host = listener?.Word("host") is { Length: > 0 } given ? given : "0.0.0.0";
        var port = listener?.Word("port") is { Length: > 0 } text ? text : usualPort;
        return $"{(host == "0.0.0.0" ? "*" : draft.Fixed(host, listener, "127.0.0.1"))}:{Port(draft, port, listener)}";
    }

    /// <summary>A port; one that is none waits for somebody to say it.</summary>
    public static string Port(ConnectorDraft draft, string port, ExportElement? at)
    {
        var made = draft.Fixed(port, at, "1");
        if (made.StartsWith("${config:", StringComparison.Ordinal) || (int.TryParse(made, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536))
        {
            return made;
        }

        draft.Decide(at, $"{ConnectorDraft.Short(port)} is no port: write one");
        draft.Await("a port");
        return "1";
    }
}
