namespace ChannelHost.Server;

/// <summary>What the process says to its caller. The numbers are part of the product: scripts and service units rely on them.</summary>
internal enum ExitCode
{
    /// <summary>Done, and nothing to complain about.</summary>
    Done = 0,

    /// <summary>Done, and something is wrong with what was looked at: problems in a channel, a negative answer, a damaged store.</summary>
    Problems = 1,

    /// <summary>The command line makes no sense, or names something that is not there.</summary>
    Usage = 2,

    /// <summary>Another host works on this data folder.</summary>
    DataFolderInUse = 3,

    /// <summary>The address of the API and health endpoints cannot be listened on.</summary>
    CannotListen = 4,

    /// <summary>An error that nobody foresaw; the log file has the details.</summary>
    Internal = 5,

    /// <summary>The data folder cannot be used: no right to write, disk full, damaged.</summary>
    DataFolderUnusable = 6,

    /// <summary>The running host could not be asked.</summary>
    HostUnreachable = 7,

    /// <summary>The key of the secrets must not be used: others may read it, or it is no key.</summary>
    KeyUnusable = 8,

    /// <summary>Imported, but something of it cannot do here what it did, or could not be read: the report says what.</summary>
    ImportIncomplete = 9,

    /// <summary>Interrupted from the keyboard.</summary>
    Interrupted = 130,
}
