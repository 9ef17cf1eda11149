using System.Globalization;
using System.Security.Cryptography;

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
/// <param name="Born">When the file system made the inode, in nanoseconds since 1970; 0 where it does not say.</param>
internal readonly record struct FileVersion(EntryKind Kind, long Size, long Modified, ulong Device, ulong Inode, long Born)
{
    /// <summary>Time of change.</summary>
    public DateTimeOffset ModifiedAt => DateTimeOffset.UnixEpoch.AddTicks(Modified / 100);

    /// <summary>
    /// Names this version of the file at <paramref name="path"/> as far as it can be told without reading. Good for what is remembered while the file is
    /// seen; whether its bytes are known only <see cref="OnceKey"/> may say.
    /// </summary>
    public string VersionKey(string path) => string.Create(CultureInfo.InvariantCulture, $"{path}|{Size}|{Modified}|{Inode}");

    /// <summary>
    /// The name under which this very version of the file at <paramref name="path"/> is remembered as taken. The bytes are part of it: copies that keep
    /// times, and an inode that is used again, make another file look the same in all else. So is the inode's birth, where the file system tells it:
    /// the same bytes dropped again are another message. Renaming changes neither.
    /// </summary>
    public string OnceKey(string path, ReadOnlySpan<byte> content) => string.Create(
        CultureInfo.InvariantCulture, $"{path}|{Size}|{Modified}|{Inode}|{Born}|{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}");
}
