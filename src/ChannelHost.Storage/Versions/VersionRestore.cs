using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChannelHost.Storage.ChannelFiles.Reading;
using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Versions;

/// <summary>
/// Puts the files of a version back into the channels folder. What a restore would overwrite and no version holds is kept aside first. A restore that a
/// power cut interrupts is finished at the next start, so that no mixture of two versions runs; one that fails puts back what it had changed. One restore
/// at a time.
/// </summary>
/// <param name="channelsFolder">The channels folder.</param>
/// <param name="dataFolder">The data folder.</param>
/// <param name="archive">The versions.</param>
/// <param name="time">The clock, for the names of what is kept aside.</param>
public sealed class VersionRestore(string channelsFolder, string dataFolder, VersionArchive archive, TimeProvider time)
{
    private const string PendingFile = "restore.json";
    private const string AsideFolder = "set-aside";
    private const string ScriptPattern = "*.js";

    private readonly DurableFiles _files = new();

    /// <summary>Puts a version back.</summary>
    /// <param name="channel">The channel; its folder is made anew when it is gone.</param>
    /// <param name="version">The version.</param>
    /// <param name="who">Who wants it.</param>
    /// <param name="why">Why.</param>
    /// <exception cref="StoreException">A text of the version is gone or damaged; nothing was changed.</exception>
    /// <exception cref="IOException">A file cannot be read, set aside or written; the files are as they were, or the message says that they are not.</exception>
    public RestoreResult Restore(string channel, VersionRecord version, string who, string why)
    {
        ArgumentNullException.ThrowIfNull(version);

        // 1. Everything that is needed is there and can be read before anything is touched
        var own = version.Files.Where(file => IsOwn(channel, file.Name)).ToDictionary(file => file.Name, file => file.Hash, StringComparer.Ordinal);
        foreach (var file in version.Files.Where(file => own.ContainsKey(file.Name)))
        {
            archive.TextOf(file);
        }

        var gone = (archive.Latest(channel)?.Files ?? [])
            .Where(file => IsOwn(channel, file.Name) && !own.ContainsKey(file.Name) && File.Exists(PathOf(file.Name))).Select(file => file.Name).ToList();
        var changes = own.OrderBy(file => Path.GetFileName(file.Key) == ChannelPlace.FileName)
            .Select(file => new RestoredFile(file.Key, HashNow(file.Key), file.Value)).Where(file => file.Before != file.After).ToList();
        changes.AddRange(gone.Select(name => new RestoredFile(name, HashNow(name), null)));
        var shared = SharedThatDiffer(channel, version);

        // 2. What nobody else has is kept
        var aside = KeepAside(channel, changes);

        // 3. The change, channel.yaml after the scripts: until then the old one names them
        ChannelFolder.MakePrivate(archive.FolderOf(channel));
        var pending = new PendingRestore(channel, version.Number, who, why) { Files = changes, SetAside = aside };
        DurableFiles.WritePrivate(PendingPath(channel), JsonSerializer.SerializeToUtf8Bytes(pending, VersionJson.Default.PendingRestore), overwrite: true);
        Apply(pending, PendingPath(channel));
        return new RestoreResult([.. changes.Where(file => file.After is not null).Select(file => file.Name)], gone, aside, shared);
    }

    /// <summary>
    /// Finishes what a power cut interrupted; gives each with what kept it from being finished, or null. One whose files somebody has changed since is
    /// dropped: what they wrote is newer.
    /// </summary>
    public IReadOnlyList<(PendingRestore Restore, string? Failure)> Resume()
    {
        var root = Path.Combine(dataFolder, "channels");
        string[] pending = Directory.Exists(root) ? Directory.GetFiles(root, PendingFile, SearchOption.AllDirectories) : [];
        return [.. pending.Select(Resume)];
    }

    private (PendingRestore Restore, string? Failure) Resume(string path)
    {
        var restore = new PendingRestore(Path.GetRelativePath(dataFolder, path), 0, "", "");
        try
        {
            try
            {
                restore = JsonSerializer.Deserialize(File.ReadAllBytes(path), VersionJson.Default.PendingRestore) ?? throw new StoreException($"{path} is empty");
                RefuseWhenChanged(restore);
            }
            catch (Exception error) when (error is StoreException or JsonException)
            {
                // It can never be finished, and must not be tried again over what is written from now on.
                _files.Delete(path);
                return (restore, error.Message);
            }

            Apply(restore, path);
            return (restore, null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StoreException)
        {
            return (restore, error.Message);
        }
    }

    private void RefuseWhenChanged(PendingRestore restore)
    {
        if (restore.Files is not { Count: > 0 } files)
        {
            throw new StoreException("it is not known how the files were before");
        }

        foreach (var file in files)
        {
            if (!IsOwn(restore.Channel, file.Name) || (HashNow(file.Name) is var now && now != file.Before && now != file.After))
            {
                throw new StoreException($"{file.Name} was changed since, so nothing more is put back");
            }

            if (file.After is { } hash)
            {
                archive.TextOf(new VersionFile(file.Name, hash, 0));
            }
        }
    }

    /// <summary>Makes the files as the version has them, or leaves them as they were before.</summary>
    private void Apply(PendingRestore restore, string pending)
    {
        try
        {
            foreach (var file in restore.Files.Where(file => HashNow(file.Name) != file.After))
            {
                if (file.After is { } hash)
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file.Name))!);
                    _files.Write(PathOf(file.Name), Encoding.UTF8.GetBytes(archive.TextOf(new VersionFile(file.Name, hash, 0))), overwrite: true);
                }
                else
                {
                    _files.Delete(PathOf(file.Name));
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StoreException)
        {
            PutBack(restore, error);
            _files.Delete(pending);
            throw;
        }

        _files.Delete(pending);
    }

    // What cannot be put back either is left for the next start, which goes on only when nobody has changed the files by then.
    private void PutBack(PendingRestore restore, Exception cause)
    {
        try
        {
            foreach (var file in restore.Files.Reverse().Where(file => HashNow(file.Name) != file.Before))
            {
                if (file.Before is null)
                {
                    _files.Delete(PathOf(file.Name));
                }
                else if (archive.Holds(file.Before))
                {
                    _files.Write(PathOf(file.Name), Encoding.UTF8.GetBytes(archive.TextOf(new VersionFile(file.Name, file.Before, 0))), overwrite: true);
                }
                else
                {
                    _files.Write(PathOf(file.Name), File.ReadAllBytes(AsidePath(restore.SetAside!, restore.Channel, file.Name)), overwrite: true);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StoreException)
        {
            throw new IOException($"{cause.Message}; and the files cannot be put back as they were: {error.Message}. Look at the channel's folder: it is a mixture of two versions", cause);
        }
    }

    /// <summary>The texts that stand in the channels folder now, read as they are: those of a version's names, and what lies in the channel's folder.</summary>
    public IReadOnlyList<ChannelFile> FolderNow(string channel, VersionRecord? version)
    {
        var folder = Path.Combine(channelsFolder, channel);
        var beside = Directory.Exists(folder)
            ? Directory.GetFiles(folder, ScriptPattern).Append(Path.Combine(folder, ChannelPlace.FileName)).Select(path => $"{channel}/{Path.GetFileName(path)}")
            : [];
        return
        [
            .. (version?.Files.Select(file => file.Name) ?? []).Union(beside, StringComparer.Ordinal)
                .Where(name => File.Exists(PathOf(name)))
                .Select(name => new ChannelFile(name, Encoding.UTF8.GetString(Read(name)))),
        ];
    }

    /// <summary>Shared texts (of <c>lib</c> and <c>config</c>) are other channels' too: they are left as they are, and said.</summary>
    private List<string> SharedThatDiffer(string channel, VersionRecord version) =>
        [.. version.Files.Where(file => !IsOwn(channel, file.Name) && HashNow(file.Name) != file.Hash).Select(file => file.Name)];

    private string? KeepAside(string channel, IReadOnlyList<RestoredFile> changes)
    {
        var unknown = changes.Where(file => file.Before is not null && !archive.Holds(file.Before)).ToList();
        if (unknown.Count == 0)
        {
            return null;
        }

        var folder = Path.Combine(ChannelFolder.Of(dataFolder, channel), AsideFolder, time.GetUtcNow().ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture));
        foreach (var file in unknown)
        {
            var path = AsidePath(folder, channel, file.Name);
            ChannelFolder.MakePrivate(Path.GetDirectoryName(path)!);
            DurableFiles.CopyPrivate(PathOf(file.Name), path);
            if (HashOf(path) != file.Before)
            {
                throw new IOException($"{file.Name} is being written at this moment; nothing was changed. Try again");
            }
        }

        return folder;
    }

    private static string AsidePath(string folder, string channel, string name) => Path.Combine(folder, name[(channel.Length + 1)..]);

    // A name comes from a record that nobody but us writes; a way out of the channel's folder is not followed all the same.
    private bool IsOwn(string channel, string name) =>
        name.StartsWith(channel + "/", StringComparison.Ordinal) && RealPath.IsWithin(Path.GetFullPath(PathOf(name)), Path.GetFullPath(Path.Combine(channelsFolder, channel)));

    private byte[] Read(string name)
    {
        var path = PathOf(name);
        return File.Exists(path) && new FileInfo(path).Length is > 0 and <= TextFile.MaximumBytes ? File.ReadAllBytes(path) : [];
    }

    /// <summary>What a file is now, of any size; null when there is none.</summary>
    private string? HashNow(string name) => File.Exists(PathOf(name)) ? HashOf(PathOf(name)) : null;

    private static string HashOf(string path)
    {
        // A pipe says it is empty, and opening it would wait for ever.
        if (new FileInfo(path).Length == 0)
        {
            return VersionArchive.HashOf([]);
        }

        using var content = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    private string PathOf(string name) => Path.Combine(channelsFolder, name);

    private string PendingPath(string channel) => Path.Combine(archive.FolderOf(channel), PendingFile);
}

/// <summary>What a restore did.</summary>
/// <param name="Written">The files that were written.</param>
/// <param name="Removed">The files that the version did not have.</param>
/// <param name="SetAside">The folder with what no version held; null when there was no such thing.</param>
/// <param name="SharedThatDiffer">Shared files that are not as they were then; they were left alone.</param>
public sealed record RestoreResult(IReadOnlyList<string> Written, IReadOnlyList<string> Removed, string? SetAside, IReadOnlyList<string> SharedThatDiffer);

/// <summary>A restore that began.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Number">The version.</param>
/// <param name="Who">Who wants it.</param>
/// <param name="Why">Why.</param>
public sealed record PendingRestore(string Channel, int Number, string Who, string Why)
{
    /// <summary>The files that it changes, in the order in which they are written.</summary>
    public IReadOnlyList<RestoredFile> Files { get; init; } = [];

    /// <summary>The folder with what no version held; null when there was no such thing.</summary>
    public string? SetAside { get; init; }
}

/// <summary>A file that a restore changes.</summary>
/// <param name="Name">Relative to the channels folder.</param>
/// <param name="Before">Its SHA-256 before; null when it was not there.</param>
/// <param name="After">Its SHA-256 in the version; null when the version does not have it.</param>
public sealed record RestoredFile(string Name, string? Before = null, string? After = null);
