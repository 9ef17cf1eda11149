using System.Globalization;
using System.Text;
using ChannelHost.Storage.Files;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.Messages.Texts;

/// <summary>
/// The indexes of texts of one channel, one file for every 16,384 ids. They are made beside the traffic when their part is full, from what the store holds, and hold nothing that
/// is not there: one that is lost or damaged is made again, and what has none is looked through. One from whose messages content is removed goes at once.
/// </summary>
internal sealed partial class TextIndexes : IAsyncDisposable
{
    internal const int PartBits = 14;
    internal const int PartSize = 1 << PartBits;

    private const string Extension = ".text";
    private const string Unnamed = ".new";

    // Ids are handed over in order, but by many threads: the newest of a part may come after the first of the next.
    private const int Stragglers = 1_024;
    private const int ReadTogether = 64;

    // Fewer are looked through faster than an index is opened.
    private const int Worthwhile = 256;
    private const int CommitTries = 300;
    private static readonly TimeSpan CommitPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AfterRemoval = TimeSpan.FromHours(1);

    private readonly ITextSource _store;
    private readonly string _channel;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly HashSet<long> _files = [];
    private readonly Dictionary<long, long> _forgotten = [];

    // Of the one who makes them.
    private readonly HashSet<long> _few = [];
    private Task _building = Task.CompletedTask;
    private bool _isBuilding;
    private long _handed;

    internal TextIndexes(ITextSource store, string channel, string folder, TimeProvider time, ILogger logger)
    {
        (_store, _channel, _folder, _time, _logger) = (store, channel, folder, time, logger);
        ChannelFolder.MakePrivate(folder);
        foreach (var leftover in Directory.EnumerateFiles(folder, "*" + Unnamed))
        {
            Posix.Unlink(leftover);
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var part))
            {
                _files.Add(part);
            }
        }
    }

    /// <summary>Takes away what stands in a folder of indexes: the channel has none any more, or somebody else wrote it meanwhile.</summary>
    internal static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Where the indexes of a channel lie.</summary>
    internal static string FolderOf(string database) => Path.Combine(Path.GetDirectoryName(database)!, "texts");

    /// <summary>A message was handed to the store. Now and then it is looked whether a part is full: once would come before the commit.</summary>
    internal void Added(long id)
    {
        var within = id & (PartSize - 1);
        if (within % Stragglers == 0)
        {
            Volatile.Write(ref _handed, id);
            Wake();
        }
        else if (within > PartSize - Stragglers && Has(id >> PartBits))
        {
            Forget(id >> PartBits);
        }
    }

    /// <summary>Makes what is missing, beside everything else.</summary>
    internal void Wake()
    {
        lock (_gate)
        {
            if (!_isBuilding && !_closing.IsCancellationRequested)
            {
                _isBuilding = true;
                _building = Task.Run(BuildAsync, CancellationToken.None);
            }
        }
    }

    /// <summary>The parts of a range of ids, newest first; with an index where there is one that can be used for a text.</summary>
    internal IEnumerable<(long Low, long High, List<long>? Found)> Find(string text, long low, long high)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        while (low < high)
        {
            var part = (high - 1) >> PartBits;
            var from = Math.Max(low, part << PartBits);
            yield return (from, high, bytes.Length >= Trigrams.Length && Has(part) ? TryFind(part, bytes, from, high) : null);
            high = from;
        }
    }

    /// <summary>An id of each part that a range of ids touches.</summary>
    internal static IEnumerable<long> PartsOf(long firstId, long endId)
    {
        for (var part = firstId >> PartBits; part << PartBits < endId; part++)
        {
            yield return Math.Max(firstId, part << PartBits);
        }
    }

    /// <summary>
    /// Content of these messages is removed: their indexes go before, and none that was made meanwhile stays after. They do not come back after a power cut.
    /// </summary>
    /// <exception cref="IOException">One cannot be deleted.</exception>
    internal void ForgetForGood(IEnumerable<long> ids)
    {
        var parts = ids.Select(id => id >> PartBits).Distinct().ToList();
        lock (_gate)
        {
            foreach (var part in parts)
            {
                _forgotten[part] = _time.GetTimestamp();
                _files.Remove(part);

                // Also one that could not be deleted when it was given up.
                if (!Posix.TryUnlink(PathOf(part)) && File.Exists(PathOf(part)))
                {
                    Posix.Unlink(PathOf(part));
                }
            }
        }

        if (parts.Count > 0)
        {
            Posix.SyncFolder(_folder);
        }
    }

    /// <summary>Ends what is being made.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _building;
        _closing.Dispose();
    }

    private bool Has(long part)
    {
        lock (_gate)
        {
            return _files.Contains(part);
        }
    }

    private string PathOf(long part) => Path.Combine(_folder, part.ToString(CultureInfo.InvariantCulture) + Extension);

    private List<long>? TryFind(long part, byte[] text, long low, long high)
    {
        try
        {
            using var file = TextIndexFile.Open(PathOf(part), part);
            var found = file.Find(text);
            found.RemoveAll(id => id < low || id >= high);
            return found;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            // Looked through this time, and made again.
            Log.Damaged(_logger, failure, _channel, part);
            Drop(part);
            Wake();
            return null;
        }
    }

    // A message of it may be missing in its index: it goes, and is made again.
    private void Forget(long part)
    {
        lock (_gate)
        {
            _forgotten[part] = _time.GetTimestamp();
            Drop(part);
        }
    }

    private void Drop(long part)
    {
        lock (_gate)
        {
            if (_files.Remove(part))
            {
                Posix.TryUnlink(PathOf(part));
            }
        }
    }

    private async Task BuildAsync()
    {
        try
        {
            // What was handed over last is committed in a moment.
            for (var tries = 0; BuildMissing() < Volatile.Read(ref _handed) && tries < CommitTries; tries++)
            {
                await Task.Delay(CommitPause, _time, _closing.Token);
            }
        }
        catch (Exception failure) when (failure is StoreException or IOException or OperationCanceledException)
        {
            // The next full part tries again; until then the contents are looked through.
            Log.NotBuilt(_logger, failure, _channel);
        }
        finally
        {
            lock (_gate)
            {
                _isBuilding = false;
            }
        }
    }

    // Gives the last message that was looked at.
    private long BuildMissing()
    {
        var (missing, last) = Missing();
        foreach (var part in missing)
        {
            Build(part);
        }

        return last;
    }

    // The newest first: that is where people look.
    private (List<long> Parts, long Last) Missing()
    {
        var (first, last) = _store.StoredIds();
        var missing = new List<long>();
        for (var part = (last - PartSize - Stragglers + 1) >> PartBits; part >= first >> PartBits && last >= PartSize; part--)
        {
            lock (_gate)
            {
                if (!IsRemovedFrom(part) && !_files.Contains(part) && !_few.Contains(part))
                {
                    missing.Add(part);
                }
            }
        }

        return (missing, last);
    }

    // Under the lock: what is removed from may go on being removed from.
    private bool IsRemovedFrom(long part) => _forgotten.TryGetValue(part, out var at) && _time.GetElapsedTime(at) < AfterRemoval;

    /// <summary>Makes the index of a part, unless content of it was removed a short time ago or meanwhile.</summary>
    internal void Build(long part)
    {
        lock (_gate)
        {
            if (IsRemovedFrom(part))
            {
                return;
            }

            _forgotten.Remove(part);
        }

        var builder = new TextIndexBuilder(part);
        var messages = 0;
        for (var from = part << PartBits; from < (part + 1) << PartBits; from += ReadTogether)
        {
            _closing.Token.ThrowIfCancellationRequested();
            foreach (var (id, raw) in _store.RawContents(from, from + ReadTogether))
            {
                builder.Add(id, raw);
                messages++;
            }
        }

        if (messages < Worthwhile)
        {
            _few.Add(part);
            return;
        }

        var path = PathOf(part);
        builder.Write(path + Unnamed);
        lock (_gate)
        {
            // What was removed while it was made stands in it.
            if (_forgotten.ContainsKey(part))
            {
                Posix.Unlink(path + Unnamed);
                return;
            }

            Posix.Rename(path + Unnamed, path);
            _files.Add(part);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: the index of texts of part {Part} cannot be used; it is made again")]
        internal static partial void Damaged(ILogger logger, Exception failure, string channel, long part);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: indexes of texts could not be made; searches look through the contents until then")]
        internal static partial void NotBuilt(ILogger logger, Exception failure, string channel);
    }
}
