using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ChannelHost.Testing.Network;

/// <summary>A certificate authority for one test, and the certificates it gives out; PEM files in a folder of the test.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly string _folder;
    private readonly X509Certificate2 _authority;

    public TestCertificates(string folder, string name = "Test Authority")
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(30));
        AuthorityFile = Path.Combine(_folder, $"{name.Replace(' ', '-')}.pem");
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
    }

    /// <summary>The authority's certificate in PEM.</summary>
    public string AuthorityFile { get; }

    /// <summary>Believes this authority and no other.</summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(_authority);
        return policy;
    }

    /// <summary>Gives out a certificate for localhost and 127.0.0.1, for servers and clients; writes <c>name.pem</c> and <c>name.key</c>.</summary>
    /// <param name="name">The common name.</param>
    /// <param name="dnsName">The name it is for; null for localhost and the loopback address.</param>
    /// <param name="isExpired">True: it ended yesterday.</param>
    /// <param name="file">The files' name; null for the common name.</param>
    public (string Certificate, string Key) Issue(string name, string? dnsName = null, bool isExpired = false, string? file = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName ?? "localhost");
        if (dnsName is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var now = DateTimeOffset.UtcNow;
        var (from, to) = isExpired ? (now.AddDays(-2).AddMinutes(1), now.AddDays(-1)) : (now.AddDays(-1), now.AddDays(10));
        using var certificate = request.Create(_authority, from, to, RandomNumberGenerator.GetBytes(16));
        var paths = (Path.Combine(_folder, $"{file ?? name}.pem"), Path.Combine(_folder, $"{file ?? name}.key"));
        File.WriteAllText(paths.Item1, certificate.ExportCertificatePem());
        File.WriteAllText(paths.Item2, key.ExportPkcs8PrivateKeyPem());
        return paths;
    }

    public void Dispose() => _authority.Dispose();
}
