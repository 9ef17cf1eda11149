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

    /// <summary>Shakes hands. The stream owns <paramref name="inner"/>.</summary>
    /// <exception cref="AuthenticationException">The peer is not who it should be; the text says why.</exception>
    public async Task<SslStream> AuthenticateAsync(Stream inner, string host, CancellationToken cancellationToken)
    {
        var set = _files.Current();
        string? refusal = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = _options.ServerName ?? host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateContext = set.Own?.Context,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = ChainPolicies.For(set.Trust),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                (refusal = PeerCertificate.Refusal(certificate, chain, errors, mayBeAbsent: false)) is null,
        };

        return await TlsHandshake.CompleteAsync(inner, stream => stream.AuthenticateAsClientAsync(options, cancellationToken), () => refusal);
    }
}
