using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Tls;

/// <summary>What certificate files hold at one moment. Handshakes under way keep using it after it was replaced.</summary>
/// <param name="Own">Our certificate with its key and chain; null when there is none.</param>
/// <param name="Trust">The authorities to believe; null for those of the machine.</param>
internal sealed record CertificateSet(SslCertificate? Own, X509Certificate2Collection? Trust);

/// <summary>A certificate with its private key, and what handshakes need of it: its chain, built once.</summary>
internal sealed record SslCertificate(DateTime ValidUntil, SslStreamCertificateContext Context)
{
    /// <summary>Builds the chain from the authorities that stand in the same file; nothing is fetched.</summary>
    public static SslCertificate From(X509Certificate2 leaf, X509Certificate2Collection chain) =>
        new(leaf.NotAfter.ToUniversalTime(), SslStreamCertificateContext.Create(leaf, chain, offline: true));
}

/// <summary>
/// Certificate files, read anew when their bytes change: renewal needs no restart. What cannot be read (a renewal half-way: new certificate, old key)
/// leaves the last good set in force and is reported once.
/// </summary>
internal sealed partial class CertificateFiles
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly string? _certificate;
    private readonly string? _key;
    private readonly string? _password;
    private readonly string? _trust;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private byte[] _fingerprint;
    private long _lookedAt;
    private CertificateSet _current;

    /// <summary>Reads the files.</summary>
    /// <exception cref="ConnectorException">A file cannot be read or does not hold what it should.</exception>
    public CertificateFiles(string? certificate, string? key, string? password, string? trust, TimeProvider time, ILogger logger)
    {
        (_certificate, _key, _password, _trust, _time, _logger) = (certificate, key, password, trust, time, logger);
        var files = ReadFiles();
        _current = Load(files);
        _fingerprint = files.Fingerprint();
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>The newest good set. Looks at the files at most once a second.</summary>
    public CertificateSet Current()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            if (_time.GetElapsedTime(_lookedAt, now) < LookInterval)
            {
                return _current;
            }

            _lookedAt = now;
            try
            {
                Renew();
            }
            catch (ConnectorException e)
            {
                Log.NotRenewed(_logger, e.Message);
            }

            return _current;
        }
    }

    private void Renew()
    {
        var files = ReadFiles();
        var fingerprint = files.Fingerprint();
        if (fingerprint.AsSpan().SequenceEqual(_fingerprint))
        {
            return;
        }

        // Remembered before loading: a bad set is reported once, and looked at again when it changes again.
        _fingerprint = fingerprint;
        _current = Load(files);
        Log.Renewed(_logger, _certificate ?? _trust ?? "", _current.Own?.ValidUntil);
    }

    private FileBytes ReadFiles() => new(Read(_certificate), Read(_key), Read(_trust));

    private static byte[]? Read(string? path)
    {
        try
        {
            return path is null ? null : File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException($"The certificate file {path} cannot be read: {e.Message} Check the path and its permissions.", e);
        }
    }

    private CertificateSet Load(FileBytes files)
    {
        SslCertificate? own = null;
        if (files.Certificate is not null)
        {
            try
            {
                own = LoadOwn(files.Certificate, files.Key);
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                throw new ConnectorException(
                    $"The certificate {_certificate}{(_key is null ? "" : $" with the key {_key}")} cannot be used: {e.Message} " +
                    "Wanted: PEM or PKCS#12 with the private key that belongs to it, and the right password.", e);
            }
        }

        if (files.Trust is null)
        {
            return new CertificateSet(own, null);
        }

        var trust = new X509Certificate2Collection();
        try
        {
            trust.ImportFromPem(Encoding.ASCII.GetString(files.Trust));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ConnectorException($"The trust file {_trust} cannot be used: {e.Message} Wanted: certificates in PEM.", e);
        }

        return trust.Count > 0 ? new CertificateSet(own, trust) : throw new ConnectorException($"The trust file {_trust} holds no certificate. Wanted: certificates in PEM.");
    }

    private SslCertificate LoadOwn(byte[] certificate, byte[]? key)
    {
        if (certificate.AsSpan().IndexOf("-----BEGIN"u8) < 0)
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(certificate, _password);
            var withKey = all.FirstOrDefault(c => c.HasPrivateKey) ?? throw new CryptographicException("There is no private key in it.");
            return SslCertificate.From(withKey, [.. all.Where(c => c != withKey)]);
        }

        var certificateText = Encoding.ASCII.GetString(certificate);
        var keyText = key is null ? certificateText : Encoding.ASCII.GetString(key);
        var leaf = _password is null
            ? X509Certificate2.CreateFromPem(certificateText, keyText)
            : X509Certificate2.CreateFromEncryptedPem(certificateText, keyText, _password);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificateText);
        return SslCertificate.From(leaf, [.. chain.Where(c => !c.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span))]);
    }

    private readonly record struct FileBytes(byte[]? Certificate, byte[]? Key, byte[]? Trust)
    {
        public byte[] Fingerprint()
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var file in new[] { Certificate, Key, Trust })
            {
                hash.AppendData(BitConverter.GetBytes(file?.Length ?? -1));
                hash.AppendData(file ?? []);
            }

            return hash.GetHashAndReset();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The certificate files changed and are in use: {File}, valid until {Until}.")]
        public static partial void Renewed(ILogger logger, string file, DateTime? until);

        [LoggerMessage(Level = LogLevel.Error, Message = "The changed certificate files are not used, the ones before stay in force: {Reason}")]
        public static partial void NotRenewed(ILogger logger, string reason);
    }
}
