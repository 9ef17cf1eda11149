using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Backups;

/// <summary>A backup as a folder, laid out like a data folder: <c>verify</c> looks at it as it is.</summary>
internal sealed class FolderTarget : IBackupTarget
{
    private readonly string _path;
    private bool _isFinished;

    internal FolderTarget(string path)
    {
        _path = path;
        WorkFolder = path + ".part";
        ChannelFolder.MakePrivate(WorkFolder);
    }

    /// <inheritdoc/>
    public string WorkFolder { get; }

    /// <inheritdoc/>
    public void Take(string name)
    {
        // It lies where it belongs.
    }

    /// <inheritdoc/>
    public void Finish()
    {
        Posix.Rename(WorkFolder, _path);
        Posix.SyncFolder(Path.GetDirectoryName(_path)!);
        _isFinished = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isFinished && Directory.Exists(WorkFolder))
        {
            Directory.Delete(WorkFolder, recursive: true);
        }
    }
}
