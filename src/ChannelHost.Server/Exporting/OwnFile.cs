namespace ChannelHost.Server.Exporting;

/// <summary>Files with patient data in them: new ones only, and only their owner can read them.</summary>
internal static class OwnFile
{
    /// <summary>Makes a file.</summary>
    /// <exception cref="IOException">There is one already, or it cannot be made.</exception>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
