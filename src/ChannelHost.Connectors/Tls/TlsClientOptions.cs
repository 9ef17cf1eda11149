namespace ChannelHost.Connectors.Tls;

/// <summary>The <c>tls:</c> block of a destination. TLS 1.2 and 1.3 only; there is no setting that accepts any certificate.</summary>
public sealed record TlsClientOptions
{
    /// <summary>The authorities (PEM) that the partner's certificate must come from; null (default): those that this machine trusts.</summary>
    [Option("The authorities (PEM) that the partner's certificate must come from; without it those this machine trusts.", IsPath = true, Example = "certificates/partner-ca.pem")]
    public string? Trust { get; init; }

    /// <summary>The name that the partner's certificate must bear; null (default): the host of the address.</summary>
    [Option("The name that the partner's certificate must bear; without it the host of the address.", Example = "lab.example.org")]
    public string? ServerName { get; init; }

    /// <summary>Our own certificate, when the partner asks for one: PEM with its chain, or PKCS#12.</summary>
    [Option("Our own certificate when the partner asks for one, PEM with its chain or PKCS#12; read anew when the file changes.", IsPath = true)]
    public string? Certificate { get; init; }

    /// <summary>Its private key in PEM; not needed when it stands in the certificate's file.</summary>
    [Option("The private key of our certificate in PEM; leave it out when it stands in the certificate's file.", IsPath = true)]
    public string? Key { get; init; }

    /// <summary>The password of the key or the PKCS#12 file.</summary>
    [Option("The password of the key or the PKCS#12 file.", IsSecret = true)]
    public string? Password { get; init; }

    /// <summary>What attributes cannot say.</summary>
    internal IEnumerable<OptionProblem> Problems()
    {
        if (Certificate is null && (Key ?? Password) is not null)
        {
            yield return new OptionProblem("tls.certificate", "nothing", "the certificate that the key or password belongs to");
        }
    }
}
