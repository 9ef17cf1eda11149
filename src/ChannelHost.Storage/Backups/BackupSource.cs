using System.Formats.Tar;
using System.IO.Compression;

namespace ChannelHost.Storage.Backups;

/// <summary>Reads a backup, folder or file. Its names come from outside: what does not belong into a data folder is refused.</summary>
internal static class BackupSource
{
    private static readonly string[] Roots = ["channels/", "versions/", "archive/"];
    private static readonly string[] Single = [Audit.AuditFile.Name, Secrets.SecretFile.Name, BackupManifest.FileName];

    /// <summary>Hands out every file with its name below the data folder; the list of files is among them.</summary>
    /// <exception cref="InvalidDataException">It is no backup, or holds what none holds.</exception>
    internal static void Read(string path, Action<string, Stream> each)
    {
        if (Directory.Exists(path))
        {
            ReadFolder(path, each);
            return;
        }

        using var file = File.OpenRead(path);
        using var packed = path.EndsWith(".tar", StringComparison.Ordinal) ? null : new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader((Stream?)packed ?? file);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
            {
                throw new InvalidDataException($"it holds '{entry.Name}', which is no file ({entry.EntryType})");
            }

            each(Checked(entry.Name), entry.DataStream ?? Stream.Null);
        }
    }

    // Only what the list names: looking at a backup may leave files beside it.
    private static void ReadFolder(string path, Action<string, Stream> each)
    {
        var list = Path.Combine(path, BackupManifest.FileName);
        if (!File.Exists(list))
        {
            throw new InvalidDataException($"there is no {BackupManifest.FileName} in it: it is no backup, or not a whole one");
        }

        var json = File.ReadAllBytes(list);
        foreach (var file in BackupManifest.Read(json).Files)
        {
            using var content = File.OpenRead(Path.Combine(path, Checked(file.Path)));
            each(file.Path, content);
        }

        using var last = new MemoryStream(json);
        each(BackupManifest.FileName, last);
    }

    private static string Checked(string name)
    {
        var isKnown = Array.Exists(Single, one => one == name) || Array.Exists(Roots, root => name.StartsWith(root, StringComparison.Ordinal));
        return isKnown && !name.Contains('\0') && Array.TrueForAll(name.Split('/'), part => part is not ("" or "." or ".."))
            ? name
            : throw new InvalidDataException($"it holds '{name}', which does not belong into a data folder");
    }
}
