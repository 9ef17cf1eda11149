using ChannelHost.Connectors.FileIntake;

namespace ChannelHost.Connectors.Sftp;

/// <summary>What an entry of a server's folder is.</summary>
internal enum RemoteKind
{
    /// <summary>A file with bytes of its own.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A pipe, a socket, a device.</summary>
    Special,
}

/// <summary>Tells one version of a file from another as far as SFTP version 3 does: the time of change counts whole seconds, and there is no inode.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">Time of change, in seconds since 1970.</param>
internal readonly record struct RemoteVersion(long Size, long Modified)
{
    /// <summary>Time of change.</summary>
    public DateTimeOffset ModifiedAt => DateTimeOffset.FromUnixTimeSeconds(Modified);
}

/// <summary>An entry of a folder.</summary>
/// <param name="Path">Full path on the server.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Version">Size and time of change.</param>
internal readonly record struct RemoteEntry(string Path, string Name, RemoteKind Kind, RemoteVersion Version);

/// <summary>A file that may be taken.</summary>
/// <param name="Folder">The folder it stands in.</param>
/// <param name="Name">The name that its sender gave it.</param>
/// <param name="Version">As seen when listed.</param>
/// <param name="Claim">The claim under whose name it stands; null while it bears its own.</param>
internal sealed record RemoteFile(string Folder, string Name, RemoteVersion Version, ClaimName? Claim = null) : IFoundFile<RemoteVersion>
{
    /// <summary>Where it stands now.</summary>
    public string Path => RemotePath.Join(Folder, Claim?.FileName(Name) ?? Name);

    /// <summary>Where its sender put it.</summary>
    public string OriginalPath => RemotePath.Join(Folder, Name);

    /// <summary>The version of the marker that brought it; null when none did, or that is not known any more.</summary>
    public RemoteVersion? Marker { get; init; }

    /// <summary>Names this very version at this very place, as the next look lists it: while it bears its own name its marker stands for it. For pauses.</summary>
    public string PauseKey
    {
        get
        {
            var listed = Claim is null && Marker is { } marker ? marker : Version;
            return $"{Path}|{listed.Size}|{listed.Modified}";
        }
    }
}
