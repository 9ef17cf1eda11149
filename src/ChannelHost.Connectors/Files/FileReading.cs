using Microsoft.Win32.SafeHandles;

namespace ChannelHost.Connectors.Files;

/// <summary>How an attempt to read a file ended.</summary>
internal enum FileReadOutcome
{
    /// <summary>Read whole; it is ours until disposed.</summary>
    Read,

    /// <summary>It is gone, was changed since it was seen, or another poller has it: nothing to do now.</summary>
    NotNow,

    /// <summary>It cannot be read.</summary>
    Unreadable,
}

/// <summary>
/// A file that we hold: locked (flock) from opening until it is removed, so that of several pollers one takes it. A lock leaves nothing behind when a
/// process dies, which a claimed name would.
/// </summary>
internal sealed class FileReading : IDisposable
{
    private readonly SafeFileHandle? _handle;

    private FileReading(FileReadOutcome outcome, SafeFileHandle? handle, byte[] content, string? reason)
    {
        (Outcome, _handle, Content, Reason) = (outcome, handle, content, reason);
    }

    public FileReadOutcome Outcome { get; }

    public byte[] Content { get; }

    public string? Reason { get; }

    /// <summary>Opens, locks and reads the very version that was seen.</summary>
    public static FileReading Of(FoundFile file, bool followLinks)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = LinuxFiles.Open(file.Path, followLinks);
            if (handle is null || LinuxFiles.Look(handle) != file.Version || !LinuxFiles.TryLock(handle))
            {
                handle?.Dispose();
                return new FileReading(FileReadOutcome.NotNow, null, [], null);
            }

            // Somebody may have taken and removed it between our opening and our lock; then the name leads elsewhere or nowhere.
            var content = LinuxFiles.Look(file.Path, followLinks) == file.Version ? ReadAll(handle, file.Version.Size) : null;
            if (content is null || LinuxFiles.Look(handle) != file.Version)
            {
                handle.Dispose();
                return new FileReading(FileReadOutcome.NotNow, null, [], null);
            }

            return new FileReading(FileReadOutcome.Read, handle, content, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            handle?.Dispose();
            return new FileReading(FileReadOutcome.Unreadable, null, [], SystemReason.Of(e));
        }
    }

    public void Dispose() => _handle?.Dispose();

    private static byte[]? ReadAll(SafeFileHandle handle, long size)
    {
        var content = GC.AllocateUninitializedArray<byte>((int)size);
        var at = 0;
        while (at < content.Length)
        {
            var read = RandomAccess.Read(handle, content.AsSpan(at), at);
            if (read == 0)
            {
                return null;
            }

            at += read;
        }

        return content;
    }
}
