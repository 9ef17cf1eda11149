namespace ChannelHost.Server.Hosting;

/// <summary>The data folder before anything is opened in it.</summary>
internal static class DataFolder
{
    /// <summary>Makes the folder when it is absent, for its owner only: it holds patient data.</summary>
    /// <exception cref="CommandFailure">It cannot be made or written to.</exception>
    public static void Prepare(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else if (!Directory.Exists(path))
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var probe = Path.Combine(path, $".write-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.DataFolderUnusable, $"the data folder {path} cannot be used: {error.Message}", error);
        }
    }
}
