using System.Globalization;

namespace ChannelHost.Connectors.Files;

/// <summary>What an entry of a folder is.</summary>
internal enum EntryKind
{
    /// <summary>A file with bytes of its own.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A pipe, a socket, a device: reading it might never end.</summary>
    Special,
}

/// <summary>Tells one version of a file from another: a file that was written again or replaced has another one.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">Time of change, in nanoseconds since 1970.</param>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file in it.</param>
internal readonly record struct FileVersion(EntryKind Kind, long Size, long Modified, ulong Device, ulong Inode)
{
    /// <summary>Time of change.</summary>
    public DateTimeOffset ModifiedAt => DateTimeOffset.UnixEpoch.AddTicks(Modified / 100);

    /// <summary>
    /// The name under which this very version of the file at <paramref name="path"/> is remembered as taken. Moving it within its file system keeps
    /// all but the path, so a file that is dropped again is another one.
    /// </summary>
    public string OnceKey(string path) => string.Create(CultureInfo.InvariantCulture, $"{path}|{Size}|{Modified}|{Inode}");
}
