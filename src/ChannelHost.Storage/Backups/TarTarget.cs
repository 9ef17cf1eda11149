using System.Formats.Tar;
using System.IO.Compression;
using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Backups;

/// <summary>A backup as one file. Each file goes into it as soon as it is made, so that no more room is needed than for the largest store.</summary>
internal sealed class TarTarget : IBackupTarget
{
    private readonly string _path;
    private readonly string _part;
    private readonly FileStream _file;
    private readonly GZipStream? _packed;
    private readonly TarWriter _tar;
    private bool _isClosed;

    internal TarTarget(string path)
    {
        _path = path;
        _part = path + ".part";
        WorkFolder = path + ".work";
        ChannelFolder.MakePrivate(WorkFolder);
        Posix.Close(Posix.Open(_part, Posix.WriteOnly | Posix.Create | Posix.Exclusive, UnixFileMode.UserRead | UnixFileMode.UserWrite));
        _file = new FileStream(_part, FileMode.Open, FileAccess.Write, FileShare.None);
        _packed = path.EndsWith(".tar", StringComparison.Ordinal) ? null : new GZipStream(_file, CompressionLevel.Fastest, leaveOpen: true);
        _tar = new TarWriter((Stream?)_packed ?? _file, TarEntryFormat.Pax, leaveOpen: true);
    }

    /// <summary>True for names of such files.</summary>
    internal static bool Is(string path) =>
        path.EndsWith(".tar", StringComparison.Ordinal) || path.EndsWith(".tar.gz", StringComparison.Ordinal) || path.EndsWith(".tgz", StringComparison.Ordinal);

    /// <inheritdoc/>
    public string WorkFolder { get; }

    /// <inheritdoc/>
    public void Take(string name)
    {
        var made = Path.Combine(WorkFolder, name);
        using (var content = File.OpenRead(made))
        {
            _tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        }

        File.Delete(made);
    }

    /// <inheritdoc/>
    public void Finish()
    {
        Close();
        new DurableFiles().Sync(_part);
        Posix.Rename(_part, _path);
        Posix.SyncFolder(Path.GetDirectoryName(_path)!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Close();
        }
        catch (IOException)
        {
            // What is thrown away below need not be whole; what led here is told by whoever met it.
        }

        File.Delete(_part);
        Directory.Delete(WorkFolder, recursive: true);
    }

    private void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _tar.Dispose();
            _packed?.Dispose();
            _file.Dispose();
        }
    }
}
