namespace ChannelHost.Connectors.Files;

/// <summary>Makes folders that survive a power cut: a file's own sync does not save the name of the folder it stands in.</summary>
internal static class DurableFolder
{
    /// <summary>Makes the folder and those above it that are missing.</summary>
    /// <exception cref="IOException">The system says no.</exception>
    public static void Create(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        var parent = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(parent))
        {
            Create(parent);
        }

        Directory.CreateDirectory(path);
        if (!string.IsNullOrEmpty(parent))
        {
            LinuxFiles.SyncFolder(parent);
        }
    }
}
