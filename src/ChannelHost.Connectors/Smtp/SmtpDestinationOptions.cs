using ChannelHost.Connectors.Http;
using ChannelHost.Connectors.Text;
using ChannelHost.Connectors.Tls;

namespace ChannelHost.Connectors.Smtp;

/// <summary>Who we are to the server.</summary>
internal sealed record SmtpAuth
{
    /// <summary>The user.</summary>
    [Option("The user.", Required = true, Example = "clinic@example.org")]
    public string User { get; init; } = "";

    /// <summary>The password.</summary>
    [Option("The password.", Required = true, IsSecret = true, Example = "${secret:mail}")]
    public string Password { get; init; } = "";
}

/// <summary>A header of a mail.</summary>
internal sealed record SmtpHeaderSetting
{
    /// <summary>The name.</summary>
    [Option("The header's name.", Required = true, Example = "X-Clinic")]
    public string Name { get; init; } = "";

    /// <summary>The value.</summary>
    [Option("The header's value; a line break in it is refused.", Required = true, Example = "${clinic}")]
    public Template Value { get; init; } = Template.Parse("");
}

/// <summary>A file that goes with a mail.</summary>
internal sealed record SmtpAttachmentSetting
{
    /// <summary>The name.</summary>
    [Option("The file's name.", Required = true, Example = "report-${controlId}.pdf")]
    public Template Name { get; init; } = Template.Parse("");

    /// <summary>The content type; default <c>application/octet-stream</c>.</summary>
    [Option("The content type.", Example = "application/pdf")]
    public string Type { get; init; } = "application/octet-stream";

    /// <summary>The content; null (default) for the message as it is, byte for byte.</summary>
    [Option("The content, as text in UTF-8; without it the message as it is, byte for byte.", Example = "${report}")]
    public Template? Content { get; init; }

    /// <summary>Whether the content is base64 of what is attached; default false.</summary>
    [Option("True when the content is base64 of what is to be attached.")]
    public bool Base64 { get; init; }
}

/// <summary>The settings of an SMTP destination.</summary>
internal sealed record SmtpDestinationOptions
{
    /// <summary>The server.</summary>
    [Option("The mail server.", Required = true, Example = "mail.example.org:587")]
    public string Connect { get; init; } = "";

    /// <summary>How the connection is protected; default STARTTLS.</summary>
    [Option("How the connection is protected: starttls (a server that cannot is not used), tls from the first byte (usually port 465), or none.")]
    public MailSecurity Security { get; init; } = MailSecurity.Starttls;

    /// <summary>Our credentials; null (default) for none.</summary>
    [Option("Our credentials; without them nobody logs on.")]
    public SmtpAuth? Auth { get; init; }

    /// <summary>TLS; null (default): what this machine trusts.</summary>
    [Option("TLS settings; without them the authorities that this machine trusts count.")]
    public TlsClientOptions? Tls { get; init; }

    /// <summary>The sender.</summary>
    [Option("The sender's address.", Required = true, Example = "Clinic <clinic@example.org>")]
    public Template? From { get; init; }

    /// <summary>The recipients.</summary>
    [Option("The recipients' addresses, with commas between them.", Required = true, Example = "lab@example.org, ${doctorMail}")]
    public Template? To { get; init; }

    /// <summary>Who gets a copy; null (default) for nobody.</summary>
    [Option("Who gets a copy.")]
    public Template? Cc { get; init; }

    /// <summary>Who gets a copy that others do not see; null (default) for nobody.</summary>
    [Option("Who gets a copy without the others' knowing.")]
    public Template? Bcc { get; init; }

    /// <summary>Where answers go; null (default) for the sender.</summary>
    [Option("Where answers go; without it to the sender.")]
    public Template? ReplyTo { get; init; }

    /// <summary>The subject; default empty.</summary>
    [Option("The subject. It travels and is kept in the open: better no patient's name.", Example = "Result ${controlId}")]
    public Template Subject { get; init; } = Template.Parse("");

    /// <summary>The text; null (default): the message, or nothing when it is attached.</summary>
    [Option("The text; without it the message itself, or nothing when files go with it (attach).", Example = "\"A new result is there.\"")]
    public Template? Body { get; init; }

    /// <summary>Whether the text is HTML; default false.</summary>
    [Option("True when the text is HTML.")]
    public bool Html { get; init; }

    /// <summary>The charset of the text; default UTF-8.</summary>
    [Option("The charset of the text.", Example = "iso-8859-1")]
    public string Charset { get; init; } = "utf-8";

    /// <summary>Further headers.</summary>
    [Option("Further headers.")]
    public IReadOnlyList<SmtpHeaderSetting> Headers { get; init; } = [];

    /// <summary>Files that go with the mail.</summary>
    [Option("Files that go with the mail.")]
    public IReadOnlyList<SmtpAttachmentSetting> Attach { get; init; } = [];

    /// <summary>How long connecting may take; default 10 s.</summary>
    [Option("How long connecting may take, TLS and logging on included.", Minimum = "100ms", Maximum = "10m")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an attempt may take in all; default 1 min.</summary>
    [Option("How long an attempt may take in all.", Minimum = "100ms", Maximum = "1h")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What attributes cannot say.</summary>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!HostPort.TryParse(Connect, out var server) || server.Port == 0 || server.Host == "*")
        {
            yield return new OptionProblem("connect", Connect.Length == 0 ? "nothing" : Connect, "host:port, for example mail.example.org:587");
        }

        if (Tls is not null && Security == MailSecurity.None)
        {
            yield return new OptionProblem("tls", "settings", "nothing, or security: starttls or tls");
        }

        if (MailText.Charset(Charset) is null)
        {
            yield return new OptionProblem("charset", Charset, "a charset, for example utf-8 or iso-8859-1");
        }

        for (var index = 0; index < Headers.Count; index++)
        {
            if (!HeaderName.IsValid(Headers[index].Name) || MailText.IsOurs(Headers[index].Name))
            {
                yield return new OptionProblem($"headers[{index}].name", Headers[index].Name, "the name of a header that is not set by other settings or the mail itself");
            }
        }

        for (var index = 0; index < Attach.Count; index++)
        {
            if (!MimeKit.ContentType.TryParse(Attach[index].Type, out _))
            {
                yield return new OptionProblem($"attach[{index}].type", Attach[index].Type, "a content type, for example application/pdf");
            }
        }

        foreach (var problem in Tls?.Problems() ?? [])
        {
            yield return problem;
        }
    }
}
