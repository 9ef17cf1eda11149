namespace ChannelHost.Connectors.Sftp;

/// <summary>What kind of thing went wrong between us and a server.</summary>
internal enum SftpFaultKind
{
    /// <summary>No connection came about: name unknown, refused, unreachable, the proxy said no.</summary>
    Unreachable,

    /// <summary>The server's key is not trusted. Nothing was told to it.</summary>
    HostKey,

    /// <summary>The server does not let us in.</summary>
    Login,

    /// <summary>The server did not answer in time; the session is given up.</summary>
    Timeout,

    /// <summary>The connection broke.</summary>
    Lost,

    /// <summary>No such file or folder.</summary>
    NoSuchPath,

    /// <summary>The account may not do that.</summary>
    Permission,

    /// <summary>A file of the name is there.</summary>
    Exists,

    /// <summary>The server said no and not why.</summary>
    Failure,

    /// <summary>The server does not know such a request.</summary>
    Unsupported,
}

/// <summary>Something went wrong at a server. The message is for people: what, where, what next; no file name and no secret.</summary>
internal sealed class SftpFaultException(SftpFaultKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public SftpFaultKind Kind { get; } = kind;

    /// <summary>The session can be used no more.</summary>
    public bool IsSessionLost => Kind is not (SftpFaultKind.NoSuchPath or SftpFaultKind.Permission or SftpFaultKind.Exists or SftpFaultKind.Failure or SftpFaultKind.Unsupported);

    /// <summary>Trying again soon does harm (accounts get locked) or cannot help until somebody acts.</summary>
    public bool NeedsSomebody => Kind is SftpFaultKind.HostKey or SftpFaultKind.Login;
}
