namespace ChannelHost.Abstractions;

/// <summary>Sends mail for scripts. Safe for use by many threads.</summary>
public interface IScriptMail
{
    /// <summary>Sends one mail and returns when the server has taken it. Whoever calls has asked whether the script may reach that host.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="timeout">How long it may take in all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ScriptMailException">It was not sent, or nobody knows whether it was.</exception>
    void Send(ScriptMail mail, TimeSpan timeout, CancellationToken cancellationToken);
}

/// <summary>A mail of a script, and the server that takes it.</summary>
public sealed record ScriptMail
{
    /// <summary>The server's name or address.</summary>
    public required string Host { get; init; }

    /// <summary>The server's port, 1 to 65,535.</summary>
    public required int Port { get; init; }

    /// <summary>How the connection is protected.</summary>
    public MailSecurity Security { get; init; }

    /// <summary>The user; null to log on as nobody.</summary>
    public string? User { get; init; }

    /// <summary>The password.</summary>
    public string? Password { get; init; }

    /// <summary>The sender.</summary>
    public required string From { get; init; }

    /// <summary>The recipients, with commas between them.</summary>
    public required string To { get; init; }

    /// <summary>Who gets a copy, with commas between them; empty for nobody.</summary>
    public string Cc { get; init; } = "";

    /// <summary>The subject.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The text.</summary>
    public string Body { get; init; } = "";

    /// <summary>The charset of the text; null for UTF-8.</summary>
    public string? Charset { get; init; }

    /// <summary>Server and port: the rest is not for logs.</summary>
    public override string ToString() => $"mail by {Host}:{Port}";
}

/// <summary>How the connection to a mail server is protected.</summary>
public enum MailSecurity
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>It begins in the open and changes over to TLS (RFC 3207); a server that cannot is not used.</summary>
    Starttls,

    /// <summary>TLS from the first byte (RFC 8314), usually on port 465.</summary>
    Tls,
}

/// <summary>A mail that was not sent. The message may quote the server, which may quote addresses: it is for the message's record, not for logs.</summary>
public sealed class ScriptMailException(string message, Exception? inner = null) : Exception(message, inner);
