using System.Globalization;
using ChannelHost.Scripting.Java.Net;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses.Host;

/// <summary><c>SMTPConnection</c> and its factory: mail by servers that the channel declares under <c>access: hosts</c>.</summary>
internal static class MailClasses
{
    private const string Failure = "org.apache.commons.mail.EmailException";

    /// <summary><c>SMTPConnection</c>: <c>new SMTPConnection(host, port[, timeout], useAuthentication, secure, user, password, from)</c>.</summary>
    public static readonly UserClass Connection = new UserClassBuilder<MailSettings>(Packages.Server, "SMTPConnection")
        .Constructor(static call => Read(call))
        .Method("send", static (mail, call) => Send(mail, call), 4)
        .Property("Host", static (mail, call) => call.Run.Text(mail.Host), static (mail, call) => mail.Host = call.Text(0))
        .Property("Port", static (mail, call) => call.Run.Text(mail.Port), static (mail, call) => mail.Port = call.Text(0))
        .Property("SocketTimeout", static (mail, _) => mail.Timeout, static (mail, call) => mail.Timeout = call.Number(0))
        .Property("UseAuthentication", static (mail, _) => mail.LogsOn, static (mail, call) => mail.LogsOn = call.Flag(0), "is")
        .Property("Secure", static (mail, call) => call.Run.Text(mail.Secure), static (mail, call) => mail.Secure = call.TextOrNull(0) ?? "")
        .Property("Username", static (mail, call) => call.Run.Text(mail.User), static (mail, call) => mail.User = call.TextOrNull(0) ?? "")
        .Property("Password", static (mail, call) => call.Run.Text(mail.Password), static (mail, call) => mail.Password = call.TextOrNull(0) ?? "")
        .Property("From", static (mail, call) => call.Run.Text(mail.From), static (mail, call) => mail.From = call.TextOrNull(0) ?? "")
        .Build();

    /// <summary><c>SMTPConnectionFactory</c>: the server of the host's configuration (<c>smtp.host</c> and so on).</summary>
    public static readonly UserClass Factory = new UserClassBuilder<object>(Packages.Server, "SMTPConnectionFactory")
        .Static("createSMTPConnection", static call => call.Run.Classes.Wrap(Connection, Configured(call)))
        .Build();

    private static MailSettings Read(UserCall call)
    {
        // The timeout came in with a later version, in the third place.
        var hasTimeout = call.Count >= 8;
        var at = hasTimeout ? 3 : 2;
        return new MailSettings
        {
            Host = call.Text(0), Port = call.Text(1), Timeout = hasTimeout ? call.Number(2) : 0, LogsOn = call.Flag(at), Secure = call.TextOrNull(at + 1) ?? "",
            User = call.TextOrNull(at + 2) ?? "", Password = call.TextOrNull(at + 3) ?? "", From = call.TextOrNull(at + 4) ?? "",
        };
    }

    private static MailSettings Configured(UserCall call)
    {
        var values = call.Run.Environment.ConfigurationMap;
        string Value(string name) => values.GetValueOrDefault($"smtp.{name}") ?? "";
        if (Value("host").Length == 0)
        {
            throw call.Throw(Failure, $"{call.Name} needs a mail server: set smtp.host, smtp.port, smtp.secure, smtp.user, smtp.password and smtp.from in the configuration, or make a new SMTPConnection.");
        }

        return new MailSettings
        {
            Host = Value("host"), Port = Value("port") is { Length: > 0 } port ? port : "25", Secure = Value("secure"), User = Value("user"), Password = Value("password"),
            LogsOn = Value("user").Length > 0, From = Value("from"), Timeout = int.TryParse(Value("timeout"), NumberStyles.None, CultureInfo.InvariantCulture, out var timeout) ? timeout : 0,
        };
    }

    // (to, cc, subject, body), (to, cc, from, subject, body) and (to, cc, from, subject, body, charset).
    private static JsValue Send(MailSettings settings, UserCall call)
    {
        var run = call.Run;
        var mailer = run.Environment.Mail ?? throw call.Throw(Failure, $"{call.Name} is not available here: nothing is sent from this run.");
        if (!int.TryParse(settings.Port, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            throw call.Throw(Failure, $"{call.Name} needs a port from 1 to 65535.");
        }

        HttpGate.CheckHost(run, settings.Host, port);
        var from = call.Count >= 5 ? 1 : 0;
        var mail = new ScriptMail
        {
            Host = settings.Host, Port = port, Security = SecurityOf(settings.Secure), User = settings.LogsOn ? settings.User : null, Password = settings.LogsOn ? settings.Password : null,
            To = call.TextOrNull(0) ?? "", Cc = call.TextOrNull(1) ?? "", From = from == 1 ? call.TextOrNull(2) ?? settings.From : settings.From,
            Subject = call.TextOrNull(2 + from) ?? "", Body = call.TextOrNull(3 + from) ?? "", Charset = call.TextOrNull(5),
        };
        run.Limits.Check();
        try
        {
            mailer.Send(mail, Timeout(settings, run.Limits.TimeLeft), run.Limits.CancellationToken);
        }
        catch (ScriptMailException exception)
        {
            run.Limits.Check();
            throw call.Throw(Failure, exception.Message);
        }
        catch (OperationCanceledException) when (run.Limits.CancellationToken.IsCancellationRequested)
        {
            // Says that the run was cancelled.
            run.Limits.Check();
            throw;
        }

        run.Limits.Check();
        return JsValue.Undefined;
    }

    private static TimeSpan Timeout(MailSettings settings, TimeSpan left)
    {
        var own = settings.Timeout > 0 ? TimeSpan.FromMilliseconds(settings.Timeout) : left;
        return own < left ? own : left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
    }

    // As the reference names them: TLS begins in the open, SSL does not.
    private static MailSecurity SecurityOf(string secure) => secure.ToUpperInvariant() switch
    {
        "TLS" or "STARTTLS" => MailSecurity.Starttls,
        "SSL" => MailSecurity.Tls,
        _ => MailSecurity.None,
    };
}

/// <summary>The state of an <c>SMTPConnection</c>.</summary>
internal sealed class MailSettings
{
    /// <summary>The server.</summary>
    public required string Host { get; set; }

    /// <summary>Its port.</summary>
    public required string Port { get; set; }

    /// <summary>How long sending may take, in milliseconds; 0 for as long as the run may.</summary>
    public int Timeout { get; set; }

    /// <summary>Whether we log on.</summary>
    public bool LogsOn { get; set; }

    /// <summary><c>TLS</c>, <c>SSL</c> or anything else for neither.</summary>
    public string Secure { get; set; } = "";

    /// <summary>The user.</summary>
    public string User { get; set; } = "";

    /// <summary>The password.</summary>
    public string Password { get; set; } = "";

    /// <summary>The sender, where a mail names none.</summary>
    public string From { get; set; } = "";
}
