using System.Security.Cryptography.X509Certificates;

namespace ChannelHost.Connectors.Tls;

/// <summary>How a peer's chain is built.</summary>
internal static class ChainPolicies
{
    /// <summary>Only these authorities count when they are given, else those of the machine. Nothing is fetched from the network during a handshake.</summary>
    public static X509ChainPolicy For(X509Certificate2Collection? trust)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (trust is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(trust);
        }

        return policy;
    }
}
