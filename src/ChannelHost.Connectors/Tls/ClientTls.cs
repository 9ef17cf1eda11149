using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Tls;

/// <summary>The TLS side of a connection that we open.</summary>
internal sealed class ClientTls
{
    private readonly TlsClientOptions _options;
    private readonly CertificateFiles _files;

    /// <summary>Reads the certificates.</summary>
    /// <exception cref="ConnectorException">They cannot be used.</exception>
    public ClientTls(TlsClientOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _files = new CertificateFiles(options.Certificate, options.Key, options.Password, options.Trust, time, logger);
    }

    /// <summary>The newest good certificates. Another object after the files changed.</summary>
    public CertificateSet Current() => _files.Current();

    /// <summary>Shakes hands. The stream owns <paramref name="inner"/>.</summary>
    /// <exception cref="AuthenticationException">The peer is not who it should be; the text says why.</exception>
    public async Task<SslStream> AuthenticateAsync(Stream inner, string host, CancellationToken cancellationToken)
    {
        string? refusal = null;
        var options = Handshake(_files.Current(), reason => refusal = reason);
        options.TargetHost = _options.ServerName ?? host;
        return await TlsHandshake.CompleteAsync(inner, stream => stream.AuthenticateAsClientAsync(options, cancellationToken), () => refusal);
    }

    /// <summary>The settings of handshakes by somebody who names the host himself. The certificate must bear <c>serverName</c> when that is set, else the host.</summary>
    /// <param name="set">The certificates.</param>
    /// <param name="refused">Called with the reason when the peer's certificate is refused.</param>
    public SslClientAuthenticationOptions Handshake(CertificateSet set, Action<string> refused) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateContext = set.Own?.Context,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = ChainPolicies.For(set.Trust),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            var refusal = PeerCertificate.Refusal(certificate, chain, NameChecked(certificate, errors), mayBeAbsent: false);
            if (refusal is not null)
            {
                refused(refusal);
            }

            return refusal is null;
        },
    };

    private SslPolicyErrors NameChecked(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (_options.ServerName is not { } name || certificate is not X509Certificate2 shown)
        {
            return errors;
        }

        return shown.MatchesHostname(name) ? errors & ~SslPolicyErrors.RemoteCertificateNameMismatch : errors | SslPolicyErrors.RemoteCertificateNameMismatch;
    }
}
