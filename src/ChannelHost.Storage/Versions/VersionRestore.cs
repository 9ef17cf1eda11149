using System.Globalization;
using System.Text;
using System.Text.Json;
using ChannelHost.Storage.ChannelFiles.Reading;
using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Versions;

/// <summary>
/// Puts the files of a version back into the channels folder. What a restore would overwrite and no version holds is kept aside first. A restore that a
/// power cut interrupts is finished at the next start, so that no mixture of two versions runs. One restore at a time.
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
    /// <exception cref="IOException">A file cannot be written.</exception>
    public RestoreResult Restore(string channel, VersionRecord version, string who, string why)
    {
        ArgumentNullException.ThrowIfNull(version);

        // 1. Everything that is needed is there before anything is touched
        var own = version.Files.Where(file => IsOwn(channel, file.Name)).ToDictionary(file => file.Name, file => Encoding.UTF8.GetBytes(archive.TextOf(file)), StringComparer.Ordinal);
        var changes = own.Where(file => !Read(file.Key).AsSpan().SequenceEqual(file.Value) || !File.Exists(PathOf(file.Key))).ToList();
        var gone = (archive.Latest(channel)?.Files ?? [])
            .Where(file => IsOwn(channel, file.Name) && !own.ContainsKey(file.Name) && File.Exists(PathOf(file.Name))).Select(file => file.Name).ToList();

        // 2. What nobody else has is kept
        var aside = KeepAside(channel, [.. changes.Select(file => file.Key), .. gone]);

        // 3. The change, channel.yaml last: until then the old one names the scripts
        var pending = PendingPath(channel);
        ChannelFolder.MakePrivate(archive.FolderOf(channel));
        DurableFiles.WritePrivate(pending, JsonSerializer.SerializeToUtf8Bytes(new PendingRestore(channel, version.Number, who, why), VersionJson.Default.PendingRestore), overwrite: true);
        foreach (var (name, text) in changes.OrderBy(file => Path.GetFileName(file.Key) == ChannelPlace.FileName))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
            _files.Write(PathOf(name), text, overwrite: true);
        }

        foreach (var name in gone)
        {
            _files.Delete(PathOf(name));
        }

        _files.Delete(pending);
        return new RestoreResult([.. changes.Select(file => file.Key)], gone, aside, SharedThatDiffer(channel, version));
    }

    /// <summary>Finishes what a power cut interrupted; gives each with what kept it from being finished, or null.</summary>
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
            restore = JsonSerializer.Deserialize(File.ReadAllBytes(path), VersionJson.Default.PendingRestore) ?? throw new StoreException($"{path} is empty");
            var version = archive.Find(restore.Channel, restore.Number) ?? throw new StoreException($"version {restore.Number} is not kept any more");
            Restore(restore.Channel, version, restore.Who, restore.Why);
            return (restore, null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StoreException or JsonException)
        {
            return (restore, error.Message);
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
        [.. version.Files.Where(file => !IsOwn(channel, file.Name) && VersionArchive.HashOf(Read(file.Name)) != file.Hash).Select(file => file.Name)];

    private string? KeepAside(string channel, IReadOnlyList<string> names)
    {
        var unknown = names.Where(name => File.Exists(PathOf(name)) && !archive.Holds(Read(name))).ToList();
        if (unknown.Count == 0)
        {
            return null;
        }

        var folder = Path.Combine(ChannelFolder.Of(dataFolder, channel), AsideFolder, time.GetUtcNow().ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture));
        foreach (var name in unknown)
        {
            var path = Path.Combine(folder, name[(channel.Length + 1)..]);
            ChannelFolder.MakePrivate(Path.GetDirectoryName(path)!);
            DurableFiles.WritePrivate(path, Read(name), overwrite: true);
        }

        return folder;
    }

    // A name comes from a record that nobody but us writes; a way out of the channel's folder is not followed all the same.
    private bool IsOwn(string channel, string name) =>
        name.StartsWith(channel + "/", StringComparison.Ordinal) && RealPath.IsWithin(Path.GetFullPath(PathOf(name)), Path.GetFullPath(Path.Combine(channelsFolder, channel)));

    private byte[] Read(string name)
    {
        var path = PathOf(name);
        return File.Exists(path) && new FileInfo(path).Length is > 0 and <= TextFile.MaximumBytes ? File.ReadAllBytes(path) : [];
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
public sealed record PendingRestore(string Channel, int Number, string Who, string Why);
