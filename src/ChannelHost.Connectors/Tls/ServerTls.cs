using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Tls;

/// <summary>The TLS side of a listener.</summary>
internal sealed class ServerTls
{
    private readonly TlsServerOptions _options;
    private readonly CertificateFiles _files;

    /// <summary>Reads the certificates.</summary>
    /// <exception cref="ConnectorException">They cannot be used.</exception>
    public ServerTls(TlsServerOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _files = new CertificateFiles(options.Certificate, options.Key, options.Password, options.Trust, time, logger);
    }

    /// <summary>How long a handshake may take.</summary>
    public TimeSpan HandshakeTimeout => _options.HandshakeTimeout;

    /// <summary>Shakes hands. The stream owns <paramref name="inner"/>.</summary>
    /// <exception cref="AuthenticationException">The peer is refused; the text says who it said it was and why.</exception>
    public async Task<SslStream> AuthenticateAsync(Stream inner, CancellationToken cancellationToken)
    {
        string? refusal = null;
        var options = Handshake(reason => refusal = reason);
        return await TlsHandshake.CompleteAsync(inner, stream => stream.AuthenticateAsServerAsync(options, cancellationToken), () => refusal);
    }

    /// <summary>The settings of one handshake, with the newest certificates.</summary>
    /// <param name="refused">Called with the reason when the peer's certificate is refused.</param>
    public SslServerAuthenticationOptions Handshake(Action<string> refused)
    {
        var set = _files.Current();
        return new SslServerAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ServerCertificateContext = set.Own!.Context,
            ClientCertificateRequired = _options.ClientCertificate != ClientCertificate.None,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = ChainPolicies.For(set.Trust),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                var refusal = PeerCertificate.Refusal(certificate, chain, errors, _options.ClientCertificate != ClientCertificate.Required);
                if (refusal is not null)
                {
                    refused(refusal);
                }

                return refusal is null;
            },
        };
    }
}
