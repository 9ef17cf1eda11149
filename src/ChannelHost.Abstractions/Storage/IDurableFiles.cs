namespace ChannelHost.Abstractions;

/// <summary>
/// File operations that survive a power cut. .NET's own flush reports success when the kernel reports failure, and cannot sync a directory at all,
/// so these call the operating system. All throw <see cref="IOException"/> with the path and the reason when the system says no; its
/// <see cref="Exception.HResult"/> is the system's error number (17: the name is taken), for those who may not repeat the path.
/// </summary>
public interface IDurableFiles
{
    /// <summary>Writes a file under a temporary name beside the target, syncs it, gives it its final name, and syncs the folder. Nothing partial ever bears the final name.</summary>
    /// <param name="path">The final path.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="overwrite">False: fails with <see cref="IOException"/> when the target exists, also when it appears meanwhile.</param>
    void Write(string path, ReadOnlySpan<byte> content, bool overwrite);

    /// <summary>Appends bytes with one write and syncs.</summary>
    void Append(string path, ReadOnlySpan<byte> content);

    /// <summary>Moves a file durably; both folders are synced. Never overwrites.</summary>
    void Move(string from, string to);

    /// <summary>Puts a file that stands there, and its name in its folder, on stable storage.</summary>
    void Sync(string path);

    /// <summary>Deletes a file durably.</summary>
    void Delete(string path);
}
