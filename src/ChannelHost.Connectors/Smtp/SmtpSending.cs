using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ChannelHost.Connectors.Network;
using ChannelHost.Connectors.Text;
using ChannelHost.Connectors.Tls;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace ChannelHost.Connectors.Smtp;

/// <summary>A mail server and how we come to it.</summary>
/// <param name="Server">Where it is.</param>
/// <param name="Security">How the connection is protected.</param>
/// <param name="User">Who we are; null for nobody.</param>
/// <param name="Password">Our password.</param>
/// <param name="ConnectTimeout">How long connecting may take.</param>
/// <param name="Timeout">How long all of it may take.</param>
internal sealed record SmtpServer(HostPort Server, MailSecurity Security, string? User, string? Password, TimeSpan ConnectTimeout, TimeSpan Timeout)
{
    /// <summary>Only the address.</summary>
    public override string ToString() => Server.ToString();
}

/// <summary>
/// Sends one mail over one connection of its own: servers cut idle ones, and a mail is rare enough. Without the protection that is asked for nothing is sent.
/// </summary>
internal sealed class SmtpSending(SmtpServer server, ClientTls? tls, TimeProvider time)
{
    /// <summary>Sends a mail; gives what the server said to it.</summary>
    /// <exception cref="SmtpFaultException">The server has not taken it, or nobody knows.</exception>
    public async Task<string> SendAsync(MimeMessage mail, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(server.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var progress = new SmtpProgress();
        using var client = new SmtpClient(progress) { Timeout = System.Threading.Timeout.Infinite, CheckCertificateRevocation = false };
        await ConnectAsync(client, either.Token, cancellationToken);
        string said;
        try
        {
            said = await client.SendAsync(mail, either.Token);
        }
        catch (Exception e) when (e is not SmtpFaultException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw SmtpFaultException.Of(server.Server, e, progress, timeout.IsCancellationRequested, server.Timeout);
        }

        await SayGoodbyeAsync(client, either.Token);
        return said;
    }

    private async Task ConnectAsync(SmtpClient client, CancellationToken attempt, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(server.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt, timeout.Token);
        string? refusal = null;
        Protect(client, reason => refusal = reason);
        try
        {
            await client.ConnectAsync(server.Server.Host, server.Server.Port, Options(server.Security), either.Token);
            if (server.User is { } user)
            {
                await client.AuthenticateAsync(user, server.Password ?? "", either.Token);
            }
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Nothing of this is about the mail, so whatever it is, the mail can wait.
            throw new SmtpFaultException(SmtpOutcome.TryAgain, Reason(e, refusal, timeout.IsCancellationRequested || attempt.IsCancellationRequested), inner: e);
        }
    }

    private string Reason(Exception exception, string? refusal, bool isTimeout) => exception switch
    {
        _ when refusal is not null => $"Cannot connect to {server.Server} with TLS: {SafeText.From(refusal)}.",
        NotSupportedException => server.Security == MailSecurity.Starttls
            ? $"{server.Server} offers no STARTTLS: nothing was sent. Use security: tls where the server has it."
            : $"{server.Server} offers no way to log on: leave out auth, or use security: starttls.",
        MailKit.Security.AuthenticationException => $"{server.Server} does not accept our user and password.",
        SslHandshakeException => $"Cannot connect to {server.Server} with TLS: the handshake failed. Does the port speak TLS from the first byte (security: tls), or only after STARTTLS?",
        SmtpCommandException command => $"{server.Server} does not take our connection: {(int)command.StatusCode}.",
        SmtpProtocolException => $"{server.Server} cut the connection, or does not speak SMTP.",
        _ => ConnectFailure.Text(server.Server, exception, isTimeout, server.ConnectTimeout),
    };

    private void Protect(SmtpClient client, Action<string> refused)
    {
        if (tls is null)
        {
            return;
        }

        var set = tls.Current();
        var handshake = tls.Handshake(set, refused);
        client.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        if (set.Own?.Context.TargetCertificate is { } own)
        {
            client.ClientCertificates = [own];
        }

        client.ServerCertificateValidationCallback = (sender, certificate, given, errors) => Judge(handshake, sender, certificate, given, errors);
    }

    // The library builds the chain by the machine's authorities; ours is built anew by those that count here.
    private static bool Judge(SslClientAuthenticationOptions handshake, object sender, X509Certificate? certificate, X509Chain? given, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown)
        {
            return handshake.RemoteCertificateValidationCallback!(sender, certificate, null, errors);
        }

        using var chain = new X509Chain { ChainPolicy = handshake.CertificateChainPolicy! };
        if (given is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(given.ChainPolicy.ExtraStore);
        }

        var rest = errors & ~SslPolicyErrors.RemoteCertificateChainErrors;
        return handshake.RemoteCertificateValidationCallback!(sender, shown, chain, chain.Build(shown) ? rest : rest | SslPolicyErrors.RemoteCertificateChainErrors);
    }

    private static SecureSocketOptions Options(MailSecurity security) => security switch
    {
        MailSecurity.Starttls => SecureSocketOptions.StartTls,
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };

    private static async Task SayGoodbyeAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or SmtpProtocolException or SmtpCommandException or OperationCanceledException)
        {
            // The server has taken the mail: how it parts is no matter of the mail's.
        }
    }
}
