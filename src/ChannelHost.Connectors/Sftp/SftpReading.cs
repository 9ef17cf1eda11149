namespace ChannelHost.Connectors.Sftp;

/// <summary>How an attempt to read a file ended.</summary>
internal enum SftpReadOutcome
{
    /// <summary>Read whole, and ours alone until released or removed.</summary>
    Read,

    /// <summary>Its message is stored already: it is only to be removed.</summary>
    Known,

    /// <summary>It is gone, was changed since it was seen, or another host has it: nothing to do now.</summary>
    NotNow,

    /// <summary>It stays, for a reason that somebody should know.</summary>
    LeftAlone,

    /// <summary>Larger than the limit; not read.</summary>
    TooLarge,

    /// <summary>The session was lost.</summary>
    Lost,
}

/// <summary>A file as read, or why it was not.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="File">The file, under its claim when it could be claimed.</param>
/// <param name="Content">Its bytes; empty unless read.</param>
/// <param name="OnceKey">Names this very version.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Fault">What broke the session.</param>
/// <param name="IsRefused">The server refused what it would refuse with other files of the folder, too.</param>
internal sealed record SftpReading(
    SftpReadOutcome Outcome, RemoteFile File, byte[] Content, string OnceKey, string? Reason = null, SftpFaultException? Fault = null, bool IsRefused = false)
{
    public static SftpReading NotNow(RemoteFile file) => new(SftpReadOutcome.NotNow, file, [], "");

    public static SftpReading LeftAlone(RemoteFile file, string reason) => new(SftpReadOutcome.LeftAlone, file, [], "", reason);
}
