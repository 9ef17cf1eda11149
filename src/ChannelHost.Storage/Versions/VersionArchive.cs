using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Versions;

/// <summary>
/// The versions that ran: a record for each beside the channel's stores, and every text once for all channels, named by its hash. Plain files and no
/// database, so that they can be read while the channel, or the whole host, does not run, and outlive a damaged state file. Safe for use by many threads.
/// </summary>
/// <param name="dataFolder">The data folder.</param>
public sealed class VersionArchive(string dataFolder)
{
    /// <summary>So many versions of a channel are kept; beyond it the oldest go, some at once, so that this is rare.</summary>
    public const int Most = 1_000;

    /// <summary>How many go at once.</summary>
    private const int Swept = 100;

    private const string RecordFolder = "versions";
    private const string TextFolder = "versions";
    private const string OffFile = "off";

    // Whoever adds a version writes its texts before the record that names them; sweeping must not come between.
    private readonly Lock _adding = new();

    /// <summary>The versions of a channel, the newest first. A record that cannot be read is left out.</summary>
    public IReadOnlyList<VersionRecord> List(string channel) =>
        [.. NumbersOf(channel).OrderDescending().Select(number => Find(channel, number)).OfType<VersionRecord>()];

    /// <summary>The newest version of a channel; null when none is known.</summary>
    public VersionRecord? Latest(string channel) =>
        NumbersOf(channel).OrderDescending().Select(number => Find(channel, number)).FirstOrDefault(record => record is not null);

    /// <summary>A version; null when there is none of that number, or its record cannot be read.</summary>
    public VersionRecord? Find(string channel, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(RecordPath(channel, number)), VersionJson.Default.VersionRecord);
        }
        catch (Exception error) when (error is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            // A damaged record is as good as none: what it named is found in those around it.
            return null;
        }
    }

    /// <summary>The text of a version's file.</summary>
    /// <exception cref="StoreException">It is gone or damaged.</exception>
    public string TextOf(VersionFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            var bytes = File.ReadAllBytes(TextPath(file.Hash));
            return HashOf(bytes) == file.Hash ? Encoding.UTF8.GetString(bytes) : throw new StoreException($"the kept text of {file.Name} ({TextPath(file.Hash)}) is damaged");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StoreException($"the kept text of {file.Name} ({TextPath(file.Hash)}) is gone", error);
        }
    }

    /// <summary>True when the channel was switched off, or its folder was deleted, after its newest version ran: nothing of it is to run by itself.</summary>
    public bool IsOff(string channel) => File.Exists(OffPath(channel));

    /// <summary>Notes durably whether a channel that has versions is switched off.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written to.</exception>
    public void NoteOff(string channel, bool isOff)
    {
        if (isOff == IsOff(channel) || !Directory.Exists(FolderOf(channel)))
        {
            return;
        }

        if (isOff)
        {
            DurableFiles.WritePrivate(OffPath(channel), [], overwrite: true);
        }
        else
        {
            new DurableFiles().Delete(OffPath(channel));
        }
    }

    /// <summary>True when this very text is kept.</summary>
    public bool Holds(ReadOnlySpan<byte> text) => Holds(HashOf(text));

    /// <summary>True when the text with this hash is kept.</summary>
    internal bool Holds(string hash) => File.Exists(TextPath(hash));

    /// <summary>Keeps a version durably; gives its record with its number.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="version">The record; its number and files are filled in here.</param>
    /// <param name="files">Its texts.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written to.</exception>
    public VersionRecord Add(string channel, VersionRecord version, IReadOnlyList<ChannelFile> files)
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(files);
        lock (_adding)
        {
            var record = version with { Number = NumbersOf(channel).DefaultIfEmpty(0).Max() + 1, Files = [.. files.Select(Keep)] };
            ChannelFolder.MakePrivate(FolderOf(channel));
            DurableFiles.WritePrivate(RecordPath(channel, record.Number), JsonSerializer.SerializeToUtf8Bytes(record, VersionJson.Default.VersionRecord), overwrite: false);
            Sweep(channel);
            return record;
        }
    }

    /// <summary>SHA-256 in lower-case hexadecimal digits.</summary>
    internal static string HashOf(ReadOnlySpan<byte> text) => Convert.ToHexStringLower(SHA256.HashData(text));

    /// <summary>The folder of a channel's records.</summary>
    internal string FolderOf(string channel) => Path.Combine(ChannelFolder.Of(dataFolder, channel), RecordFolder);

    private VersionFile Keep(ChannelFile file)
    {
        var bytes = Encoding.UTF8.GetBytes(file.Text);
        var kept = new VersionFile(file.Name, HashOf(bytes), bytes.Length);
        var path = TextPath(kept.Hash);
        if (!File.Exists(path))
        {
            ChannelFolder.MakePrivate(Path.GetDirectoryName(path)!);
            DurableFiles.WritePrivate(path, bytes, overwrite: true);
        }

        return kept;
    }

    private void Sweep(string channel)
    {
        var numbers = NumbersOf(channel).Order().ToList();
        if (numbers.Count <= Most)
        {
            return;
        }

        foreach (var number in numbers.Take(Swept))
        {
            File.Delete(RecordPath(channel, number));
        }

        DeleteUnnamedTexts();
    }

    // Texts may be shared with any channel, so all records are asked.
    private void DeleteUnnamedTexts()
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(Path.Combine(dataFolder, "channels"), "*.json", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(Path.GetDirectoryName(path)) == RecordFolder && NumberOf(path) is not null)
            {
                try
                {
                    var record = JsonSerializer.Deserialize(File.ReadAllBytes(path), VersionJson.Default.VersionRecord);
                    named.UnionWith(record?.Files.Select(file => file.Hash) ?? []);
                }
                catch (JsonException)
                {
                    // What a damaged record named is not known: nothing may go.
                    return;
                }
            }
        }

        foreach (var text in Directory.EnumerateFiles(Path.Combine(dataFolder, TextFolder), "*", SearchOption.AllDirectories))
        {
            if (!named.Contains(Path.GetFileName(text)))
            {
                File.Delete(text);
            }
        }
    }

    private IEnumerable<int> NumbersOf(string channel)
    {
        var folder = FolderOf(channel);
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json").Select(NumberOf).OfType<int>() : [];
    }

    private static int? NumberOf(string path) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string RecordPath(string channel, int number) => Path.Combine(FolderOf(channel), string.Create(CultureInfo.InvariantCulture, $"{number:D6}.json"));

    private string OffPath(string channel) => Path.Combine(FolderOf(channel), OffFile);

    private string TextPath(string hash) => Path.Combine(dataFolder, TextFolder, hash[..2], hash);
}
