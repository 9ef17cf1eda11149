namespace ChannelHost.Connectors.Tls;

/// <summary>Whether a peer must show a certificate of its own.</summary>
internal enum ClientCertificate
{
    /// <summary>It is not asked for one.</summary>
    None,

    /// <summary>It may; one that is not trusted is refused.</summary>
    Optional,

    /// <summary>It must.</summary>
    Required,
}

/// <summary>The <c>tls:</c> block of a source that listens. TLS 1.2 and 1.3 only.</summary>
internal sealed record TlsServerOptions
{
    /// <summary>Our certificate: PEM (with its chain) or PKCS#12. Read anew when the file changes.</summary>
    [Option("Our certificate, PEM with its chain or PKCS#12; read anew when the file changes.", Required = true, IsPath = true, Example = "certificates/host.pem")]
    public string? Certificate { get; init; }

    /// <summary>The private key in PEM; not needed when it stands in the certificate's file.</summary>
    [Option("The private key in PEM; leave it out when it stands in the certificate's file.", IsPath = true, Example = "certificates/host.key")]
    public string? Key { get; init; }

    /// <summary>The password of the key or the PKCS#12 file.</summary>
    [Option("The password of the key or the PKCS#12 file.", IsSecret = true, Example = "${secret:mllp-key}")]
    public string? Password { get; init; }

    /// <summary>Whether senders must show a certificate; default none.</summary>
    [Option("Whether senders must show a certificate of their own: none, optional or required.", Example = "required")]
    public ClientCertificate ClientCertificate { get; init; }

    /// <summary>The authorities (PEM) that senders' certificates must come from; needed when they are asked for.</summary>
    [Option("The authorities (PEM) that senders' certificates must come from; read anew when the file changes.", IsPath = true, Example = "certificates/partners.pem")]
    public string? Trust { get; init; }

    /// <summary>How long a handshake may take; default 10 s, 100 ms to 5 min.</summary>
    [Option("How long a TLS handshake may take.", Minimum = "100ms", Maximum = "5m")]
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What attributes cannot say.</summary>
    public IEnumerable<OptionProblem> Problems()
    {
        if (ClientCertificate != ClientCertificate.None && Trust is null)
        {
            yield return new OptionProblem("tls.trust", "nothing", "the authorities that senders' certificates must come from, because clientCertificate asks for one");
        }

        if (ClientCertificate == ClientCertificate.None && Trust is not null)
        {
            yield return new OptionProblem("tls.trust", Trust, "nothing, or clientCertificate: optional or required: without it no sender is asked for a certificate");
        }
    }
}
