namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>How a file looked at one moment. Two different stamps mean that it was written, replaced, or is gone.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Size">In bytes; -1 when there is no such file.</param>
/// <param name="Written">Last write.</param>
/// <param name="Mode">Who may do what with it: a file that could not be read may become readable without being written.</param>
internal readonly record struct FileStamp(string Path, long Size, DateTime Written, UnixFileMode Mode)
{
    public bool Exists => Size >= 0;

    /// <summary>The stamp of a file now. A link counts as what it leads to.</summary>
    public static FileStamp Of(string path) => Of(new FileInfo(path));

    /// <inheritdoc cref="Of(string)"/>
    public static FileStamp Of(FileInfo file)
    {
        try
        {
            // Not the link itself: in a mounted configuration map the link stays and what it leads to is exchanged.
            var target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
            return target is { Exists: true }
                ? new FileStamp(file.FullName, target.Length, target.LastWriteTimeUtc, target.UnixFileMode)
                : Absent(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Gone while we looked, or links in a circle. Reading it says why; a stamp only has to differ from that of a readable file.
            return Absent(file);
        }
    }

    private static FileStamp Absent(FileInfo file) => new(file.FullName, -1, default, default);
}
