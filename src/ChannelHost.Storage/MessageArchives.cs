using ChannelHost.Storage.Archives;
using ChannelHost.Storage.Encryption;

namespace ChannelHost.Storage;

/// <summary>The archives of a data folder: what is there, what is in them, and the way back into a store.</summary>
/// <param name="time">The clock.</param>
public sealed class MessageArchives(TimeProvider time)
{
    /// <summary>The <c>store:</c> of a channel, so that what is brought in is kept as the rest of it. Null where it is not known: what is in the store already says the form.</summary>
    public Func<string, StoreSettings?> SettingsOf { get; init; } = _ => null;

    private const int Together = 64;
    private const long BytesTogether = 8 << 20;

    /// <summary>All archives of a data folder, by channel and time.</summary>
    public static IReadOnlyList<ArchiveFileSummary> List(string dataFolder)
    {
        var root = Path.Combine(Path.GetFullPath(dataFolder), "archive");
        return Directory.Exists(root)
            ? [.. Directory.EnumerateFiles(root, "*" + ArchiveWriter.Extension, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(path => new ArchiveFileSummary(Path.GetRelativePath(root, Path.GetDirectoryName(path)!), path, new FileInfo(path).Length))]
            : [];
    }

    /// <summary>Reads an archive to its end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="encryption">The keys, where it is encrypted.</param>
    /// <param name="each">Gets each message: the original id, the list entry under that id.</param>
    /// <returns>What it is, and what is wrong with it.</returns>
    /// <exception cref="StoreException">It cannot be read at all.</exception>
    public static ArchiveContent Read(string path, EncryptionSettings encryption, Action<MessageSummary> each)
    {
        ArgumentNullException.ThrowIfNull(encryption);
        ArgumentNullException.ThrowIfNull(each);
        var reader = new ArchiveReader(path, new EncryptionKeys(encryption));
        long messages = 0;
        foreach (var message in Messages(reader, path))
        {
            messages++;
            each(Summary(message));
        }

        return new ArchiveContent(reader.Channel, reader.WrittenAt, messages, reader.Problems);
    }

    /// <summary>
    /// Reads archives back into a channel's store, as finished messages that go nowhere. What cannot be read is told, and the rest is taken.
    /// </summary>
    /// <param name="stores">The stores of the data folder; no other host works on it.</param>
    /// <param name="paths">The archives.</param>
    /// <param name="into">The channel; null for the one each came from.</param>
    /// <param name="cancellationToken">Ends it between two commits.</param>
    /// <exception cref="StoreException">An archive cannot be read at all, or a store cannot be opened or takes nothing.</exception>
    public async Task<ArchiveImportOutcome> ImportAsync(IChannelStores stores, IReadOnlyList<string> paths, string? into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stores);
        ArgumentNullException.ThrowIfNull(paths);
        var keys = (stores as IEncryptedStores)?.Keys ?? EncryptionKeys.None;
        var problems = new List<string>();
        long read = 0;
        long taken = 0;
        var open = new Dictionary<string, IArchiveTarget>();
        foreach (var path in paths)
        {
            var reader = new ArchiveReader(path, keys);
            var few = new List<ArchivedMessage>();
            long bytes = 0;
            foreach (var message in Messages(reader, path))
            {
                cancellationToken.ThrowIfCancellationRequested();
                read++;
                few.Add(message);
                bytes += message.Size;
                if (few.Count == Together || bytes > BytesTogether)
                {
                    taken += await TakeAsync(Target, reader, path, few, into, problems);
                    bytes = 0;
                }
            }

            taken += await TakeAsync(Target, reader, path, few, into, problems);
            problems.AddRange(reader.Problems);
        }

        return new ArchiveImportOutcome(read, taken, problems);

        IArchiveTarget Target(string channel) => open.TryGetValue(channel, out var target) ? target : open[channel] = Open(stores, channel, SettingsOf(channel));
    }

    private static IArchiveTarget Open(IChannelStores stores, string channel, StoreSettings? settings) =>
        stores.OpenMessages(channel, settings ?? (stores as IEncryptedStores)?.SettingsFoundOf(channel) ?? new StoreSettings()) as IArchiveTarget ?? throw new StoreException($"the store of channel {channel} takes no archives");

    private async Task<int> TakeAsync(
        Func<string, IArchiveTarget> open, ArchiveReader reader, string path, List<ArchivedMessage> messages, string? into, List<string> problems)
    {
        if (messages.Count == 0)
        {
            return 0;
        }

        var channel = into ?? reader.Channel ?? throw new StoreException($"{path}: its header is lost, so the channel is not known. Next: name one with --into");
        var target = open(channel);
        var all = messages.ToArray();
        messages.Clear();
        try
        {
            return await target.ImportAsync(all, reader.Channel ?? channel, time.GetUtcNow());
        }
        catch (StoreException failure) when (failure.IsPermanent)
        {
            // One of them cannot be stored: one by one, so that the others are.
            return await OneByOneAsync(target, all, reader.Channel ?? channel, path, problems);
        }
    }

    private async Task<int> OneByOneAsync(IArchiveTarget target, ArchivedMessage[] messages, string origin, string path, List<string> problems)
    {
        var taken = 0;
        foreach (var message in messages)
        {
            try
            {
                taken += await target.ImportAsync([message], origin, time.GetUtcNow());
            }
            catch (StoreException failure) when (failure.IsPermanent)
            {
                problems.Add($"{path}: {failure.Message}");
            }
        }

        return taken;
    }

    private static IEnumerable<ArchivedMessage> Messages(ArchiveReader reader, string path)
    {
        using var messages = reader.Read().GetEnumerator();
        while (true)
        {
            try
            {
                if (!messages.MoveNext())
                {
                    yield break;
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new StoreException($"{path} cannot be read: {failure.Message}", failure);
            }

            yield return messages.Current;
        }
    }

    private static MessageSummary Summary(ArchivedMessage message) => new()
    {
        Id = message.Id,
        ReceivedAt = message.ReceivedAt,
        Status = message.Status,
        ControlId = message.ControlId,
        MessageType = message.MessageType,
        DataType = message.DataType,
        Size = message.Size,
        DuplicateOf = message.DuplicateOf,
        ReplayOf = message.ReplayOf,
        BatchId = message.BatchId,
        OriginalId = message.Id,
        Attachments = message.Attachments.Count,
        Error = message.Error,
        Destinations = [.. message.Destinations.Select(at => new DestinationSummary
        {
            Name = at.Name, Status = at.Status, Attempts = at.Attempts, IsReattempt = at.IsReattempt, SentAt = at.SentAt, Error = at.Error,
        })],
    };
}

/// <summary>An archive in a list.</summary>
/// <param name="Channel">The channel in whose folder it lies.</param>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ArchiveFileSummary(string Channel, string Path, long Bytes);

/// <summary>What an archive is.</summary>
/// <param name="Channel">The channel it came from; null when its header is lost.</param>
/// <param name="WrittenAt">When it was written.</param>
/// <param name="Messages">How many messages could be read.</param>
/// <param name="Problems">What is damaged, and where.</param>
public sealed record ArchiveContent(string? Channel, DateTimeOffset? WrittenAt, long Messages, IReadOnlyList<string> Problems);

/// <summary>What became of an import.</summary>
/// <param name="Read">How many messages the archives hold.</param>
/// <param name="Taken">How many were brought in; the rest was there already, or is in the problems.</param>
/// <param name="Problems">What could not be read or stored, and where.</param>
public sealed record ArchiveImportOutcome(long Read, long Taken, IReadOnlyList<string> Problems);
