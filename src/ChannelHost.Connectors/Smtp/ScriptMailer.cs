using ChannelHost.Connectors.Text;
using ChannelHost.Connectors.Tls;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;
using MimeKit.Text;

namespace ChannelHost.Connectors.Smtp;

/// <summary>Sends mail for scripts (<c>SMTPConnection</c>). A script owns its thread until it ends, so it waits.</summary>
/// <param name="tls">How servers are known; null for the authorities that this machine trusts.</param>
/// <param name="time">The clock.</param>
public sealed class ScriptMailer(TlsClientOptions? tls = null, TimeProvider? time = null) : IScriptMail
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc/>
    public void Send(ScriptMail mail, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var message = Build(mail);
        try
        {
            var trust = mail.Security == MailSecurity.None ? null : new ClientTls(tls ?? new TlsClientOptions(), _time, NullLogger.Instance);
            var server = new SmtpServer(new HostPort(mail.Host, mail.Port), mail.Security, mail.User, mail.Password, timeout, timeout);

            // On a thread of its own, as scripts' database calls: nothing that it awaits needs this one.
            Task.Run(() => new SmtpSending(server, trust, _time).SendAsync(message, cancellationToken), cancellationToken).GetAwaiter().GetResult();
        }
        catch (SmtpFaultException fault)
        {
            throw new ScriptMailException(fault.Details, fault);
        }
        catch (ConnectorException fault)
        {
            throw new ScriptMailException(fault.Message, fault);
        }
    }

    private MimeMessage Build(ScriptMail mail)
    {
        var message = new MimeMessage { Date = _time.GetLocalNow() };
        foreach (var (field, text, list) in new[] { ("from", mail.From, message.From), ("to", mail.To, message.To), ("cc", mail.Cc, message.Cc) })
        {
            list.AddRange(MailText.TryReadAddresses(field, text, out var addresses, out var problem) ? addresses : throw new ScriptMailException($"The mail cannot be made: {problem}"));
        }

        if (message.From.Count != 1 || message.To.Count + message.Cc.Count == 0)
        {
            throw new ScriptMailException("The mail cannot be made: it needs one sender and a recipient.");
        }

        message.Subject = MailText.IsOneLine(mail.Subject) ? mail.Subject : throw new ScriptMailException("The mail cannot be made: the subject has a line break.");
        var body = new TextPart(TextFormat.Plain);
        body.SetText(MailText.Charset(mail.Charset ?? "utf-8") ?? throw new ScriptMailException($"The mail cannot be made: the charset {SafeText.From(mail.Charset)} is not known."), mail.Body);
        message.Body = body;
        return message;
    }
}
