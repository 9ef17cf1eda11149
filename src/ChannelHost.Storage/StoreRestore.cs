using System.Security.Cryptography;
using ChannelHost.Storage.Backups;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Files;
using ChannelHost.Storage.Locking;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage;

/// <summary>
/// Puts a backup into an empty data folder. What was delivered after the backup is not known in it, so each channel is marked: the host that starts on it marks what waits
/// as possibly sent, and sends nothing of it before somebody says so. Ids go on far above those of the backup, which were given to other messages since.
/// </summary>
/// <param name="backup">The folder or file that <see cref="StoreBackup"/> made.</param>
/// <param name="dataFolder">The data folder; made when it is not there.</param>
public sealed class StoreRestore(string backup, string dataFolder)
{
    /// <summary>So many ids are left out: more than a channel gives between two backups, and few enough to walk over.</summary>
    private const long IdGap = 1_000_000;

    private const int CopyBufferSize = 128 * 1024;
    private static readonly string[] NobodysFiles = [DataFolderLock.FileName, "lost+found"];

    private readonly string _dataFolder = Path.GetFullPath(dataFolder);

    /// <summary>The keys, to look at encrypted stores. What they do not open is checked by its checksums alone.</summary>
    public EncryptionSettings Encryption { get; init; } = EncryptionSettings.None;

    /// <summary>Puts it back. What is there when it fails is removed.</summary>
    /// <exception cref="StoreException">The backup is damaged or none, or the folder is not empty or in use.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public RestoreReport Run(CancellationToken cancellationToken)
    {
        if (!File.Exists(backup) && !Directory.Exists(backup))
        {
            throw new StoreException($"there is no backup {backup}");
        }

        ChannelFolder.MakePrivate(_dataFolder);
        if (Present().FirstOrDefault() is { } found)
        {
            throw new StoreException($"{_dataFolder} is not empty ({Path.GetFileName(found)} is there): a backup is put into an empty folder only");
        }

        using var held = DataFolderLock.Take(_dataFolder);
        var mark = Path.Combine(_dataFolder, DataFolderLock.RestoringFile);
        DurableFiles.WritePrivate(mark, [], overwrite: true);
        try
        {
            var manifest = Unpack(cancellationToken);
            var (keys, problems) = (new EncryptionKeys(Encryption), new List<StoreProblem>());
            foreach (var channel in manifest.Channels)
            {
                cancellationToken.ThrowIfCancellationRequested();
                problems.AddRange(Prepare(channel.Name, manifest.MadeAt, keys));
            }

            new DurableFiles().Delete(mark);
            return new RestoreReport(_dataFolder, manifest.MadeAt, manifest.HasSecrets, manifest.Channels, problems);
        }
        catch (Exception failure)
        {
            Clear();
            if (failure is InvalidDataException or SqliteFailure)
            {
                throw new StoreException($"{backup} cannot be put back: {failure.Message}. Nothing of it was kept. Next: take another backup", failure);
            }

            if (failure is EndOfStreamException)
            {
                throw new StoreException($"{backup} is cut short. Nothing of it was kept. Next: take another backup", failure);
            }

            throw;
        }
    }

    private IEnumerable<string> Present() => Directory.EnumerateFileSystemEntries(_dataFolder).Where(entry => !NobodysFiles.Contains(Path.GetFileName(entry)));

    private BackupManifest Unpack(CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, BackedUpFile>(StringComparer.Ordinal);
        BackupManifest? manifest = null;
        BackupSource.Read(backup, (name, content) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (name == BackupManifest.FileName)
            {
                using var json = new MemoryStream();
                content.CopyTo(json);
                manifest = BackupManifest.Read(json.ToArray());
            }
            else if (!files.TryAdd(name, Write(name, content)))
            {
                throw new InvalidDataException($"it holds '{name}' twice");
            }
        });
        if (manifest is null)
        {
            throw new InvalidDataException($"{BackupManifest.FileName} is missing: it is not whole");
        }

        foreach (var wanted in manifest.Files)
        {
            if (!files.Remove(wanted.Path, out var found))
            {
                throw new InvalidDataException($"{wanted.Path} is missing in it");
            }

            if (found != wanted)
            {
                throw new InvalidDataException($"{wanted.Path} is damaged: its hash is not that of the file that was backed up");
            }
        }

        return files.Count == 0 ? manifest : throw new InvalidDataException($"it holds '{files.Keys.First()}', which its list does not name");
    }

    private BackedUpFile Write(string name, Stream content)
    {
        var path = Path.Combine(_dataFolder, name);
        ChannelFolder.MakePrivate(Path.GetDirectoryName(path)!);
        var descriptor = Posix.Open(path, Posix.WriteOnly | Posix.Create | Posix.Exclusive, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var (buffer, bytes) = (new byte[CopyBufferSize], 0L);
            for (var read = content.Read(buffer); read > 0; read = content.Read(buffer))
            {
                hash.AppendData(buffer, 0, read);
                Posix.WriteAll(descriptor, buffer.AsSpan(0, read), path);
                bytes += read;
            }

            Posix.Sync(descriptor, path);
            return new BackedUpFile(name, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            Posix.Close(descriptor);
            Posix.SyncFolder(Path.GetDirectoryName(path)!);
        }
    }

    private List<StoreProblem> Prepare(string channel, DateTimeOffset madeAt, EncryptionKeys keys)
    {
        var folder = ChannelFolder.Of(_dataFolder, channel);
        var messages = Path.Combine(folder, MessageStore.FileName);
        RestoredMark.Write(messages, madeAt);
        using (var database = SqliteDatabase.Open(messages))
        {
            database.Execute("PRAGMA synchronous=FULL");
            MessageSchema.Upgrade(database);
            var progress = ProgressRow.Read(database);
            using var update = database.Prepare(ProgressRow.Update);
            (progress with { IdCeiling = progress.IdCeiling + IdGap }).Bind(update).Run();
        }

        return StoreVerifier.CheckCopy(channel, folder, keys);
    }

    private void Clear()
    {
        foreach (var entry in Present().ToList())
        {
            if (Directory.Exists(entry))
            {
                Directory.Delete(entry, recursive: true);
            }
            else
            {
                File.Delete(entry);
            }
        }
    }
}

/// <summary>What was put back.</summary>
/// <param name="DataFolder">Where.</param>
/// <param name="MadeAt">When the backup was begun, in UTC: what was delivered later is not known in it.</param>
/// <param name="HasSecrets">True when the encrypted file of secrets is there too.</param>
/// <param name="Channels">The channels.</param>
/// <param name="Problems">What is wrong with their stores.</param>
public sealed record RestoreReport(string DataFolder, DateTimeOffset MadeAt, bool HasSecrets, IReadOnlyList<BackedUpChannel> Channels, IReadOnlyList<StoreProblem> Problems);
