namespace ChannelHost.Connectors.Sftp;

/// <summary>In which charset the server's file names are written.</summary>
internal enum FileNameCharset
{
    /// <summary>UTF-8. The default.</summary>
    Utf8,

    /// <summary>ISO 8859-1: every byte is a character, so that every name can be used.</summary>
    Latin1,
}

/// <summary>How a server is reached, what both sides of the connector share.</summary>
internal abstract record SftpConnectionOptions
{
    /// <summary>The server.</summary>
    [Option("The server, host or host:port; the port is 22 when it is left out.", Required = true, Example = "sftp.example.org:22")]
    public string Connect { get; init; } = "";

    /// <summary>The account.</summary>
    [Option("The account on the server.", Required = true, Example = "lab")]
    public string User { get; init; } = "";

    /// <summary>Its password; also the answer when the server asks for it by keyboard-interactive.</summary>
    [Option("The account's password; also given when the server asks for it by keyboard-interactive.", IsSecret = true)]
    public string? Password { get; init; }

    /// <summary>Private keys, tried in this order, before the password.</summary>
    [Option("Private keys, tried in this order and before the password.")]
    public IReadOnlyList<SftpKeyOptions> Keys { get; init; } = [];

    /// <summary>Which host keys are trusted.</summary>
    [Option("Which host keys of the server are trusted. Without it none is.")]
    public SftpHostKeyOptions HostKeys { get; init; } = new();

    /// <summary>The proxy on the way; null: none.</summary>
    [Option("A proxy on the way to the server.")]
    public SftpProxyOptions? Proxy { get; init; }

    /// <summary>How long connecting and logging in may take; default 15 s.</summary>
    [Option("How long connecting and logging in may take.", Minimum = "1s", Maximum = "5m")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the server may take for one request; default 30 s.</summary>
    [Option("How long the server may take for one request, or for the next piece of a file; then the session is given up.", Minimum = "1s", Maximum = "10m")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause between two signs of life on a session; default 30 s, 0 for none.</summary>
    [Option("How often an idle session says that it is alive; 0s for never.", Minimum = "0s", Maximum = "10m")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether sessions stay open between two looks or messages; default true.</summary>
    [Option("Keeps sessions open between two looks or messages; turn it off for servers that count them.")]
    public bool KeepOpen { get; init; } = true;

    /// <summary>The charset of file names; default UTF-8.</summary>
    [Option("In which charset the server's file names are written: utf8, or latin1 (takes every name).")]
    public FileNameCharset FileNames { get; init; }
}

/// <summary>One private key.</summary>
internal sealed record SftpKeyOptions
{
    /// <summary>Its file: OpenSSH, PEM (PKCS#1, PKCS#8) or PuTTY format.</summary>
    [Option("The private key's file, in OpenSSH, PEM or PuTTY format; read anew when it changes.", IsPath = true, Example = "keys/lab_ed25519")]
    public string? File { get; init; }

    /// <summary>The key itself, in place of a file.</summary>
    [Option("The private key itself in place of a file, for keys that are kept as secrets.", IsSecret = true)]
    public string? Text { get; init; }

    /// <summary>What opens the key; null when it is not locked.</summary>
    [Option("What opens the key when it is locked with a passphrase.", IsSecret = true)]
    public string? Passphrase { get; init; }
}

/// <summary>The <c>hostKeys:</c> block. There is no setting that trusts any key.</summary>
internal sealed record SftpHostKeyOptions
{
    /// <summary>Files in the format of OpenSSH's known_hosts.</summary>
    [Option("Files in the format of OpenSSH's known_hosts; hashed names and @revoked are understood.", IsPath = true, Example = "[known_hosts]")]
    public IReadOnlyList<string> KnownHosts { get; init; } = [];

    /// <summary>Trusted keys by their SHA-256 fingerprint.</summary>
    [Option("Trusted keys by their fingerprint, as `ssh-keygen -l` shows it.", Example = "[SHA256:uNiVztksCsDhcc0u9e8BrYOI8Ik3ZGfRSiyi3Cry8TI]")]
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    /// <summary>Whether the key that an unknown server shows first is trusted from then on; default false.</summary>
    [Option("Trusts the key that a server shows the first time, writes it into the first file of knownHosts, and from then on no other.")]
    public bool TrustFirstUse { get; init; }
}

/// <summary>What kind of proxy it is.</summary>
internal enum SftpProxyKind
{
    /// <summary>HTTP CONNECT. The default.</summary>
    Http,

    /// <summary>SOCKS version 4.</summary>
    Socks4,

    /// <summary>SOCKS version 5.</summary>
    Socks5,
}

/// <summary>The <c>proxy:</c> block.</summary>
internal sealed record SftpProxyOptions
{
    /// <summary>The kind; default HTTP CONNECT.</summary>
    [Option("The kind of proxy: http (CONNECT), socks4 or socks5.")]
    public SftpProxyKind Kind { get; init; }

    /// <summary>Where it listens.</summary>
    [Option("Where the proxy listens, host:port.", Required = true, Example = "proxy.example.org:3128")]
    public string Connect { get; init; } = "";

    /// <summary>Its user; null: none.</summary>
    [Option("The user at the proxy, when it asks for one.")]
    public string? User { get; init; }

    /// <summary>Its password.</summary>
    [Option("The password at the proxy.", IsSecret = true)]
    public string? Password { get; init; }
}
