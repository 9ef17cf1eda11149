using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Sftp;

/// <summary>
/// Says whether the key that a server shows may be trusted. Asked before anything is told to the server. Files are read at each connect, so a corrected
/// one needs no redeploy.
/// </summary>
internal sealed partial class HostKeyCheck(SftpHostKeyOptions options, string host, int port, ConnectorContext context)
{
    // Several sessions may meet an unknown server at once: the first decides, the others find its line.
    private readonly Lock _gate = new();

    private string Server => port == 22 ? host : $"{host}:{port}";

    /// <summary>The key types that are known for the server; asked for first, since a server with several keys shows one.</summary>
    /// <exception cref="IOException">A known_hosts file cannot be read.</exception>
    public IReadOnlyList<string> KnownTypes() => [.. Known().Where(known => !known.IsRevoked).Select(known => known.Type).Distinct()];

    /// <summary>Null when the key may be trusted, else why not, with the fingerprints of both.</summary>
    public string? Judge(string type, byte[] key)
    {
        lock (_gate)
        {
            var shown = KnownHosts.Fingerprint(key);
            var known = Known();
            if (known.Any(entry => entry.IsRevoked && entry.Key.AsSpan().SequenceEqual(key)))
            {
                return $"The key that {Server} shows ({type} {shown}) is marked @revoked in knownHosts. Nothing was sent. Ask the server's operator for the new key.";
            }

            var trusted = known.Where(entry => !entry.IsRevoked).ToList();
            if (options.Fingerprints.Any(pin => IsPin(pin, shown)) || trusted.Any(entry => CryptographicOperations.FixedTimeEquals(entry.Key, key)))
            {
                return null;
            }

            if (trusted.Count > 0 || options.Fingerprints.Count > 0)
            {
                var expected = trusted.Select(entry => $"{entry.Type} {KnownHosts.Fingerprint(entry.Key)}").Concat(options.Fingerprints);
                return $"The key of {Server} is not the one that is known: it shows {type} {shown}, known is {string.Join(", ", expected)}. " +
                    "Nothing was sent: somebody may stand in between. Ask the server's operator whether the key was changed; if so, put the new one into knownHosts or fingerprints.";
            }

            return options.TrustFirstUse ? Record(type, key, shown) : Unknown(type, shown);
        }
    }

    private string Unknown(string type, string shown) =>
        $"The key of {Server} is not known: it shows {type} {shown}. Nothing was sent. Compare it with what the server's operator says and put it under hostKeys, as fingerprints or in a knownHosts file.";

    private string? Record(string type, byte[] key, string shown)
    {
        var file = options.KnownHosts[0];
        try
        {
            if (Path.GetDirectoryName(file) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            context.Files.Append(file, Encoding.UTF8.GetBytes(LineStart(file) + KnownHosts.LineFor(host, port, type, key)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Trusted without a record it would be trusted anew, whoever it is, after the next start.
            return $"The key of {Server} ({type} {shown}) would be trusted at first use, but cannot be written into {file}: {e.Message} Nothing was sent.";
        }

        Log.TrustedFirst(context.Logger, Server, type, shown, file);
        return null;
    }

    // A file that was edited by hand may lack its last line's end.
    private static string LineStart(string file)
    {
        if (!File.Exists(file))
        {
            return "";
        }

        var text = File.ReadAllBytes(file);
        return text.Length == 0 || text[^1] == '\n' ? "" : "\n";
    }

    private List<KnownHostKey> Known()
    {
        var known = new List<KnownHostKey>();
        foreach (var file in options.KnownHosts)
        {
            // Missing is fine only where the first key will be written there.
            if (File.Exists(file) || !options.TrustFirstUse)
            {
                known.AddRange(KnownHosts.For(File.ReadAllText(file), host, port));
            }
        }

        return known;
    }

    private static bool IsPin(string pin, string shown) => pin.TrimEnd('=') == shown;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning,
            Message = "{Server} was met for the first time; its key {Type} {Fingerprint} is trusted from now on and stands in {File}. Compare it with what the server's operator says.")]
        public static partial void TrustedFirst(ILogger logger, string server, string type, string fingerprint, string file);
    }
}
