namespace ChannelHost.Server.Commands;

/// <summary>Files that commands write where somebody told them to.</summary>
internal static class CommandFiles
{
    /// <summary>Writes a file, and the folders above it.</summary>
    /// <exception cref="CommandFailure">It cannot be written.</exception>
    public static void Write(string path, byte[] content)
    {
        var full = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllBytes(full, content);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"{full} cannot be written: {error.Message}", error);
        }
    }
}
