using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ChannelHost.Connectors.Text;

namespace ChannelHost.Connectors.Tls;

/// <summary>Says in words why a peer's certificate is refused.</summary>
internal static class PeerCertificate
{
    /// <summary>Null when the peer is accepted.</summary>
    public static string? Refusal(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, bool mayBeAbsent)
    {
        if (certificate is null)
        {
            return mayBeAbsent ? null : "it showed no certificate";
        }

        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        var who = SafeText.From(certificate.Subject);
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && chain is not null)
        {
            var reasons = chain.ChainStatus.Select(status => Reason(status, certificate)).Distinct();
            return $"its certificate ({who}) is refused: {string.Join("; ", reasons)}";
        }

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"its certificate ({who}) is for another name than the one asked for (see serverName)"
            : $"its certificate ({who}) is refused: {errors}";
    }

    private static string Reason(X509ChainStatus status, X509Certificate certificate) => status.Status switch
    {
        X509ChainStatusFlags.NotTimeValid => $"it is valid from {certificate.GetEffectiveDateString()} to {certificate.GetExpirationDateString()} only",
        X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain => "it comes from an authority that is not trusted",
        X509ChainStatusFlags.NotValidForUsage => "it is not meant for this use",
        _ => SafeText.From(status.StatusInformation).Trim(),
    };
}
