using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ChannelHost.Connectors.Text;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace ChannelHost.Connectors.Sftp;

/// <summary>Opens sessions on one server, and says in plain words why one cannot be opened.</summary>
internal sealed class SftpDialer : IDisposable
{
    private const int DefaultPort = 22;

    private readonly SftpConnectionOptions _options;
    private readonly ConnectorContext _context;
    private readonly HostPort _address;
    private readonly HostKeyCheck _hostKeys;
    private readonly SftpKeys _keys;

    public SftpDialer(SftpConnectionOptions options, ConnectorContext context)
    {
        (_options, _context) = (options, context);
        if (!TryAddress(options.Connect, out _address))
        {
            throw new ConnectorException($"Cannot connect to '{options.Connect}': wanted a host or {HostPort.Wanted}.");
        }

        _hostKeys = new HostKeyCheck(options.HostKeys, _address.Host, _address.Port, context);
        _keys = new SftpKeys(options.Keys);
        Server = $"{options.User}@{_address}";
    }

    /// <summary>Account and address, for reasons.</summary>
    public string Server { get; }

    /// <summary>Reads the setting <c>connect</c>.</summary>
    public static bool TryAddress(string text, out HostPort address) =>
        HostPort.TryParse(text, out address) || HostPort.TryParse(string.Create(CultureInfo.InvariantCulture, $"{text}:{DefaultPort}"), out address);

    /// <summary>Reads what is needed before the first connect, so that a wrong key is known at start.</summary>
    /// <exception cref="ConnectorException">A key or a known_hosts file cannot be read.</exception>
    public void Prepare()
    {
        _keys.Read();
        try
        {
            _hostKeys.KnownTypes();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException($"A file of hostKeys.knownHosts cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Opens a session.</summary>
    /// <exception cref="SftpFaultException">It cannot be opened.</exception>
    public async Task<SftpSession> OpenAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.ConnectTimeout);
        var verdict = new Verdict();
        var client = Client(verdict);
        try
        {
            // Logging in blocks inside the library, which also takes a while to notice a silent server.
            await Task.Run(() => client.ConnectAsync(deadline.Token), CancellationToken.None).WaitAsync(deadline.Token).ConfigureAwait(false);
            return new SftpSession(client, Server, _options, _context);
        }
        catch (Exception e)
        {
            SftpRequests.Abandon(client);
            cancellationToken.ThrowIfCancellationRequested();
            throw Fault(e, verdict.Refusal);
        }
    }

    public void Dispose() => _keys.Dispose();

    private SftpClient Client(Verdict verdict)
    {
        var client = new SftpClient(Connection())
        {
            OperationTimeout = _options.Timeout,
            KeepAliveInterval = _options.KeepAlive > TimeSpan.Zero ? _options.KeepAlive : System.Threading.Timeout.InfiniteTimeSpan,
        };
        client.HostKeyReceived += (_, shown) =>
        {
            // The library trusts unless told otherwise, also when a handler fails: refuse first, trust last.
            shown.CanTrust = false;
            try
            {
                verdict.Refusal = _hostKeys.Judge(shown.HostKeyName, shown.HostKey);
                shown.CanTrust = verdict.Refusal is null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                verdict.Refusal = $"A file of hostKeys.knownHosts cannot be read: {e.Message} Nothing was sent.";
            }
        };
        return client;
    }

    private ConnectionInfo Connection()
    {
        var proxy = default(HostPort);
        if (_options.Proxy is not null && !HostPort.TryParse(_options.Proxy.Connect, out proxy))
        {
            throw new ConnectorException($"Cannot use the proxy '{_options.Proxy.Connect}': wanted {HostPort.Wanted}.");
        }

        var connection = new ConnectionInfo(
            _address.Host, _address.Port, _options.User, KindOf(_options.Proxy), proxy.Host ?? "", proxy.Port, _options.Proxy?.User ?? "", _options.Proxy?.Password ?? "", [.. Methods()])
        {
            Timeout = _options.ConnectTimeout,
            Encoding = _options.FileNames == FileNameCharset.Latin1 ? Encoding.Latin1 : Encoding.UTF8,
        };
        PreferKeys(connection, _hostKeys.KnownTypes());
        PreferCiphers(connection);
        return connection;
    }

    private IEnumerable<AuthenticationMethod> Methods()
    {
        if (_keys.Read() is { Length: > 0 } keys)
        {
            yield return new PrivateKeyAuthenticationMethod(_options.User, keys);
        }

        if (_options.Password is { } password)
        {
            yield return new PasswordAuthenticationMethod(_options.User, password);
            var interactive = new KeyboardInteractiveAuthenticationMethod(_options.User);
            interactive.AuthenticationPrompt += (_, asked) =>
            {
                // The password answers what is asked without echo; what is asked with echo is no password.
                foreach (var prompt in asked.Prompts)
                {
                    prompt.Response = prompt.IsEchoed ? "" : password;
                }
            };
            yield return interactive;
        }
    }

    // Known types first; signatures over SHA-1 and certificates not at all: neither is judged by what knownHosts says.
    private static void PreferKeys(ConnectionInfo connection, IReadOnlyList<string> knownTypes)
    {
        var algorithms = connection.HostKeyAlgorithms;
        foreach (var name in algorithms.Keys.Where(name => name is "ssh-rsa" or "ssh-dss" || name.Contains("-cert-", StringComparison.Ordinal)).ToList())
        {
            algorithms.Remove(name);
        }

        var known = algorithms.Where(algorithm => knownTypes.Contains(KeyTypeOf(algorithm.Key))).ToList();
        for (var index = 0; index < known.Count; index++)
        {
            algorithms.Remove(known[index].Key);
            algorithms.Insert(index, known[index].Key, known[index].Value);
        }
    }

    // The processor has instructions for these, and they need no digest beside them: half the time for large files.
    private static void PreferCiphers(ConnectionInfo connection)
    {
        var index = 0;
        foreach (var name in new[] { "aes128-gcm@openssh.com", "aes256-gcm@openssh.com" })
        {
            if (connection.Encryptions.Remove(name, out var cipher))
            {
                connection.Encryptions.Insert(index++, name, cipher);
            }
        }
    }

    private static string KeyTypeOf(string algorithm) => algorithm.StartsWith("rsa-sha2-", StringComparison.Ordinal) ? "ssh-rsa" : algorithm;

    private static ProxyTypes KindOf(SftpProxyOptions? proxy) => proxy?.Kind switch
    {
        null => ProxyTypes.None,
        SftpProxyKind.Socks4 => ProxyTypes.Socks4,
        SftpProxyKind.Socks5 => ProxyTypes.Socks5,
        _ => ProxyTypes.Http,
    };

    private SftpFaultException Fault(Exception exception, string? refusal)
    {
        if (refusal is not null)
        {
            return new SftpFaultException(SftpFaultKind.HostKey, refusal, exception);
        }

        return exception switch
        {
            ConnectorException => new SftpFaultException(SftpFaultKind.Login, exception.Message, exception),
            SshAuthenticationException => new SftpFaultException(SftpFaultKind.Login, NotLetIn(exception), exception),
            ProxyException => new SftpFaultException(SftpFaultKind.Unreachable, $"The proxy {_options.Proxy?.Connect} does not lead to {_address}: {SafeText.From(exception.Message)}", exception),
            SocketException socket => new SftpFaultException(SftpFaultKind.Unreachable, Unreachable(socket), exception),
            OperationCanceledException or SshOperationTimeoutException => new SftpFaultException(
                SftpFaultKind.Timeout, $"{_address} did not let us connect and log in within {_options.ConnectTimeout.TotalSeconds:0.#} s (connectTimeout).", exception),
            SshConnectionException or SshException or IOException or ObjectDisposedException => new SftpFaultException(
                SftpFaultKind.Unreachable,
                $"The connection to {_address} ended before anybody was logged in: {SafeText.From(exception.Message)} Is it an SSH server with SFTP, and does it take more connections?",
                exception),
            _ => new SftpFaultException(SftpFaultKind.Unreachable, $"Connecting to {_address} failed: {exception.GetType().Name}.", exception),
        };
    }

    private string NotLetIn(Exception exception) =>
        $"{_address} does not let {_options.User} in: the {(_options.Password is null ? "key is" : _options.Keys.Count > 0 ? "password and the keys are" : "password is")} wrong, or the account is locked " +
        $"({SafeText.From(exception.Message)}) It is tried again less and less often, so that no account gets locked by it.";

    private string Unreachable(SocketException exception)
    {
        var via = _options.Proxy is null ? $"{_address}" : $"{_address} (by the proxy {_options.Proxy.Connect})";
        return exception.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => $"{via} refuses the connection: nothing listens there, or a firewall says no.",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"No address is known for {via}: look at the host's name and at this machine's DNS.",
            SocketError.TimedOut => $"{via} does not answer.",
            _ => $"{via} cannot be reached: {exception.SocketErrorCode}.",
        };
    }

    private sealed class Verdict
    {
        public string? Refusal { get; set; }
    }
}
