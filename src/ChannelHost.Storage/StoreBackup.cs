using System.Globalization;
using System.Security.Cryptography;
using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Audit;
using ChannelHost.Storage.Backups;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Files;
using ChannelHost.Storage.Locking;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.Secrets;

namespace ChannelHost.Storage;

/// <summary>
/// Makes a backup of a data folder, beside a host that works on it or without one: the stores of all channels, each of one moment, the versions that ran, archives and the
/// audit. What is encrypted stays so, and no key is in it. Logs and the indexes of texts, which are made again, are left out.
/// </summary>
/// <param name="dataFolder">The data folder.</param>
/// <param name="time">The clock.</param>
public sealed class StoreBackup(string dataFolder, TimeProvider time)
{
    private const int ClosedTries = 200;
    private static readonly TimeSpan OpeningPause = TimeSpan.FromMilliseconds(50);

    private readonly string _dataFolder = Path.GetFullPath(dataFolder);

    /// <summary>The stores of the host that works on the folder; null when none does, and then the folder is locked meanwhile.</summary>
    public ChannelStores? Open { get; init; }

    /// <summary>The keys, to look at copies of encrypted stores. What they do not open is checked by its checksums alone.</summary>
    public EncryptionSettings Encryption { get; init; } = EncryptionSettings.None;

    /// <summary>True to take the encrypted file of secrets along.</summary>
    public bool WithSecrets { get; init; }

    /// <summary>True when a host works on the folder now.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public bool IsInUse() => DataFolderLock.IsHeld(_dataFolder);

    /// <summary>Makes the backup. A channel that cannot be copied is told and left out; the others are there.</summary>
    /// <param name="target">
    /// A name that ends with <c>.tar</c>, <c>.tar.gz</c> or <c>.tgz</c>: one file, which must not be there. A folder that is there: a folder below it, named after the time. Else a
    /// folder of that name.
    /// </param>
    /// <param name="cancellationToken">Ends it; nothing is left behind.</param>
    /// <exception cref="StoreException">There is no such folder, another host works on it, or the target makes no sense.</exception>
    /// <exception cref="IOException">The target cannot be written.</exception>
    public async Task<BackupReport> WriteAsync(string target, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_dataFolder))
        {
            throw new StoreException($"there is no data folder {_dataFolder}");
        }

        var madeAt = time.GetUtcNow();
        var path = PathOf(target, madeAt);
        using var held = Open is null ? DataFolderLock.Take(_dataFolder) : null;
        using IBackupTarget backup = TarTarget.Is(path) ? new TarTarget(path) : new FolderTarget(path);
        var (files, channels, problems) = (new List<BackedUpFile>(), new List<BackedUpChannel>(), new List<StoreProblem>());
        foreach (var (channel, folder) in StoreVerifier.Channels(_dataFolder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                channels.Add(new BackedUpChannel(channel, await CopyAsync(channel, folder, backup, files, problems, cancellationToken)));
            }
            catch (Exception failure) when (failure is StoreException or SqliteFailure or InvalidDataException)
            {
                problems.Add(new StoreProblem(channel, Path.Combine(folder, MessageStore.FileName), $"not in the backup: {failure.Message}"));
            }
        }

        foreach (var name in OtherFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            CopyOther(name, backup, files);
        }

        var manifest = new BackupManifest { Format = BackupManifest.PresentFormat, MadeAt = madeAt, HasSecrets = files.Exists(file => file.Path == SecretFile.Name), Channels = channels, Files = files };
        DurableFiles.WritePrivate(Path.Combine(backup.WorkFolder, BackupManifest.FileName), manifest.Write(), overwrite: false);
        backup.Take(BackupManifest.FileName);
        backup.Finish();
        return new BackupReport(path, madeAt, channels, files.Count, files.Sum(file => file.Bytes), problems);
    }

    private string PathOf(string target, DateTimeOffset madeAt)
    {
        var path = Path.GetFullPath(target);
        if (!TarTarget.Is(path) && Directory.Exists(path))
        {
            path = Path.Combine(path, madeAt.ToString("'channelhost-backup-'yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        }

        if ((path + "/").StartsWith(_dataFolder + "/", StringComparison.Ordinal))
        {
            throw new StoreException($"{path} lies in the data folder: a backup there is lost with it. Name another place");
        }

        if (File.Exists(path) || Directory.Exists(path))
        {
            throw new StoreException($"{path} is there already. Name another file or folder");
        }

        return Directory.Exists(Path.GetDirectoryName(path)) ? path : throw new StoreException($"there is no folder {Path.GetDirectoryName(path)}");
    }

    private async Task<long> CopyAsync(string channel, string folder, IBackupTarget backup, List<BackedUpFile> files, List<StoreProblem> problems, CancellationToken cancellationToken)
    {
        var to = Path.Combine(backup.WorkFolder, Path.GetRelativePath(_dataFolder, folder));
        ChannelFolder.MakePrivate(to);
        try
        {
            var commits = await CopyStoresAsync(channel, new BackupChannel(folder, to), cancellationToken);

            // A backup that nobody has read is a hope. The keys are read for each channel: the host beside may have taken up another one meanwhile.
            problems.AddRange(StoreVerifier.CheckCopy(channel, to, new EncryptionKeys(Encryption)));
            if (File.Exists(Path.Combine(folder, RestoredMark.FileName)))
            {
                DurableFiles.CopyPrivate(Path.Combine(folder, RestoredMark.FileName), Path.Combine(to, RestoredMark.FileName));
            }

            foreach (var file in Directory.EnumerateFiles(to).Order(StringComparer.Ordinal).ToList())
            {
                Take(Path.GetRelativePath(backup.WorkFolder, file), backup, files);
            }

            return commits;
        }
        catch
        {
            Directory.Delete(to, recursive: true);
            throw;
        }
    }

    private async Task<long> CopyStoresAsync(string channel, BackupChannel copy, CancellationToken cancellationToken)
    {
        for (var tries = 0; Open is not null && tries < ClosedTries; tries++)
        {
            if (Open.BothOf(channel) is var (messages, state))
            {
                return await Task.Run(() => copy.Run(messages, state, cancellationToken), cancellationToken);
            }

            var commits = 0L;
            if (await Task.Run(() => Open.TryWhileClosed(channel, () => commits = copy.Run(cancellationToken)), cancellationToken))
            {
                return commits;
            }

            // It is being opened or closed just now.
            await Task.Delay(OpeningPause, time, cancellationToken);
        }

        return Open is null ? copy.Run(cancellationToken) : throw new StoreException($"channel {channel}: its stores were being opened or closed all the time. Next: ask again");
    }

    // Records before the texts that they name: a text is never changed, and written before its record.
    private IEnumerable<string> OtherFiles()
    {
        var records = FilesOf("channels", "*").Where(name => Path.GetFileName(Path.GetDirectoryName(name)) == "versions");
        string[] single = WithSecrets ? [AuditFile.Name, SecretFile.Name] : [AuditFile.Name];
        return records.Concat(FilesOf("versions", "*")).Concat(FilesOf("archive", "*" + ArchiveWriter.Extension)).Concat(single.Where(name => File.Exists(Path.Combine(_dataFolder, name))));
    }

    private List<string> FilesOf(string folder, string pattern)
    {
        var root = Path.Combine(_dataFolder, folder);
        return Directory.Exists(root)
            ? [.. Directory.EnumerateFiles(root, pattern, SearchOption.AllDirectories)
                .Where(file => !Path.GetFileName(file).StartsWith('.')).Select(file => Path.GetRelativePath(_dataFolder, file)).Order(StringComparer.Ordinal)]
            : [];
    }

    private void CopyOther(string name, IBackupTarget backup, List<BackedUpFile> files)
    {
        var to = Path.Combine(backup.WorkFolder, name);
        ChannelFolder.MakePrivate(Path.GetDirectoryName(to)!);
        try
        {
            DurableFiles.CopyPrivate(Path.Combine(_dataFolder, name), to);
        }
        catch (IOException) when (!File.Exists(Path.Combine(_dataFolder, name)))
        {
            // Swept or pruned meanwhile, as it would have been a moment earlier.
            return;
        }

        Take(name, backup, files);
    }

    private static void Take(string name, IBackupTarget backup, List<BackedUpFile> files)
    {
        var made = Path.Combine(backup.WorkFolder, name);
        using (var content = File.OpenRead(made))
        {
            files.Add(new BackedUpFile(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
        }

        backup.Take(name);
    }
}

/// <summary>What a backup came to.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="MadeAt">When it was begun, in UTC.</param>
/// <param name="Channels">The channels in it.</param>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">How many bytes they have together.</param>
/// <param name="Problems">Channels that are not in it, and what is wrong with copies.</param>
public sealed record BackupReport(string Path, DateTimeOffset MadeAt, IReadOnlyList<BackedUpChannel> Channels, int Files, long Bytes, IReadOnlyList<StoreProblem> Problems);
