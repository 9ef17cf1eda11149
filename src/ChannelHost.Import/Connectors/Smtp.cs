using ChannelHost.Import.Drafts;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Connectors;

/// <summary>SMTP Sender: <c>smtp</c>.</summary>
internal sealed class SmtpSender : IConnectorConversion
{
    public string PropertiesClass => "SmtpDispatcherProperties";

    public void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        draft.Yaml.Set("type", "smtp", properties);
        Server(draft);
        foreach (var (key, setting) in new[] { ("from", "from"), ("to", "to"), ("cc", "cc"), ("bcc", "bcc"), ("replyTo", "replyTo"), ("subject", "subject") })
        {
            if (properties.Find(setting) is { } found && found.Text.Trim().Length > 0)
            {
                draft.Yaml.Set(key, ConnectorDraft.Template(found.Text.Trim()), found);
            }
        }

        foreach (var setting in new[] { "from", "to" })
        {
            if (!draft.Yaml.Has(setting))
            {
                draft.Decide(properties.Find(setting), $"the mail has no address in {setting}: give one");
                draft.Await(setting);
                draft.Yaml.Set(setting, "to-be-decided@example.invalid");
            }
        }

        // An empty text stays one: without the setting the message would be the text.
        draft.Yaml.Set("body", ConnectorDraft.Template(properties.Value("body") ?? ""), properties.Find("body")).Set("html", properties.Flag("html"), properties.Find("html"));
        if (properties.Word("charsetEncoding") is { Length: > 0 } charset and not "DEFAULT_ENCODING")
        {
            draft.Yaml.Set("charset", charset.ToLowerInvariant(), properties.Find("charsetEncoding"));
        }

        Headers(draft);
        Attachments(draft);
        draft.SetTime("timeout", "timeout", 100, 3_600_000, static milliseconds => milliseconds == 0 ? 3_600_000 : milliseconds);
        draft.Expect("overrideLocalBinding", "mail was sent from an address of this machine that was chosen; here the system chooses it", "false");
        draft.Expect("dataType", "the message was base64 text", "");
        properties.Skip("localAddress", "localPort", "charsetEncoding", "isUseHeadersVariable", "isUseAttachmentsVariable");
    }

    private static void Server(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        var host = properties.Find("smtpHost");
        var server = draft.Fixed(host?.Text.Trim() ?? "", host, "to-be-decided.invalid");
        if (server.Length == 0)
        {
            draft.Decide(host, "there is no mail server to send by");
            draft.Await("a mail server");
            server = "to-be-decided.invalid";
        }

        var port = draft.Fixed(properties.Word("smtpPort") is { Length: > 0 } word ? word : "25", properties.Find("smtpPort"), "25");
        draft.Yaml.Set("connect", $"{server}:{port}", host);
        var encryption = properties.Word("encryption").ToUpperInvariant();
        draft.Yaml.Set("security", encryption switch { "TLS" => "starttls", "SSL" => "tls", _ => "none" }, properties.Find("encryption"));
        if (encryption == "TLS")
        {
            draft.Note(properties.Find("encryption"), "STARTTLS was used where the server offered it; here a server that does not offer it gets nothing");
        }

        if (!properties.Flag("authentication"))
        {
            properties.Skip("username", "password");
            return;
        }

        var user = properties.Find("username");
        draft.Yaml.Set(
            "auth",
            new YamlBlock { Origin = user }.Set("user", draft.Fixed(user?.Text ?? "", user), user).Set("password", draft.Secret("password", "password"), properties.Find("password")),
            properties.Find("authentication"));
    }

    private static void Headers(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        var headers = properties.Find("headers") ?? properties.Find("headersMap");
        var blocks = HttpSender.Pairs(headers)
            .Where(pair => pair.Value.Length > 0)
            .Select(pair => new YamlBlock { Origin = pair.At }.Set("name", pair.Key).Set("value", ConnectorDraft.Template(pair.Value)))
            .ToList();
        if (blocks.Count > 0)
        {
            draft.Yaml.Set("headers", new YamlBlocks(blocks), headers);
        }

        if ((properties.Flag("useHeadersVariable") || properties.Flag("isUseHeadersVariable")) && properties.Word("headersVariable").Length > 0)
        {
            draft.Decide(properties.Find("headersVariable"), $"headers come from the variable {properties.Word("headersVariable")}: list them under headers");
        }

        properties.Skip("headersMap", "headersVariable", "useHeadersVariable");
    }

    private static void Attachments(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        var list = properties.Find("attachments") ?? properties.Find("attachmentsList");
        var blocks = (list?.All() ?? []).Select(attachment => new YamlBlock { Origin = attachment.MarkAll() }
            .Set("name", ConnectorDraft.Template(attachment.Word("name")))
            .Set("type", attachment.Word("mimeType") is { Length: > 0 } type ? type : "text/plain")
            .Set("content", ConnectorDraft.Template(attachment.Value("content") ?? ""))).ToList();
        if (blocks.Count > 0)
        {
            draft.Yaml.Set("attach", new YamlBlocks(blocks), list);
            if (blocks.Count > 0 && list!.All().Any(attachment => attachment.Word("mimeType") is var type && type.Length > 0 && !type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)))
            {
                draft.Note(list, "attachments that are not text were base64 there: set base64: true for those whose content is");
            }
        }

        if ((properties.Flag("useAttachmentsVariable") || properties.Flag("isUseAttachmentsVariable")) && properties.Word("attachmentsVariable").Length > 0)
        {
            draft.Decide(properties.Find("attachmentsVariable"), $"attachments come from the variable {properties.Word("attachmentsVariable")}: list them under attach");
        }

        properties.Skip("attachmentsList", "attachmentsVariable", "useAttachmentsVariable");
    }
}
