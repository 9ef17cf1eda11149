using System.Text;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Files;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Sqlite;
using LiteDB;

namespace ChannelHost.Storage.State;

/// <summary>
/// A channel's <c>state.db</c> on LiteDB, opened while it is needed. Keys are numbers that increase and there is no secondary index: that is what
/// LiteDB writes fast. Which number a map key or a document has is kept in memory. Used by one thread at a time.
/// </summary>
internal sealed class StateFile : IDisposable
{
    private const string Map = "map";
    private const string Taken = "taken";
    private const string Documents = "documents";
    private const string Progress = "progress";
    private const int LedgerSlack = 10_000;

    private readonly Stream _data;
    private readonly Stream _log;
    private readonly LiteDatabase _database;
    private readonly ContentCodec _codec;
    private readonly HashSet<string> _forms = [];
    private readonly Dictionary<long, long> _checks = [];
    private CommitMark? _mark;
    private long _writes;
    private long _total;
    private readonly Dictionary<string, long> _mapIds = [];
    private readonly Dictionary<string, long> _documentIds = [];
    private long _sequence;
    private long _lastId;
    private long _firstTaken;
    private long _lastTaken;

    private StateFile(Stream data, Stream log, ContentCodec codec)
    {
        _codec = codec;
        _data = data;
        _log = log;
        try
        {
            _database = new LiteDatabase(_data, new BsonMapper(), _log);
        }
        catch
        {
            _data.Dispose();
            _log.Dispose();
            throw;
        }
    }

    /// <summary>The last recorded changes that are in the file.</summary>
    internal long AppliedSequence { get; private set; }

    /// <summary>False while something stands in the file that another key, or none, was written with.</summary>
    internal bool IsOfPresentForm => _forms.Count == 0 || (_forms.Count == 1 && _forms.Contains(_codec.PresentForm));

    /// <summary>The forms that entries of the file have.</summary>
    internal IReadOnlyCollection<string> Forms => _forms;

    /// <summary>How often the file was written.</summary>
    internal long Writes => _writes;

    internal static string LogPath(string path) => path + "-log";

    /// <summary>Opens the file, or makes it, and hands out what it holds.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; damage that LiteDB runs into may come as other exceptions.</exception>
    internal static StateFile Open(string path, ContentCodec codec, IStateContent content)
    {
        if (!File.Exists(path))
        {
            Create(path, codec, _ => { });
        }
        else if (new FileInfo(path).Length == 0)
        {
            throw new InvalidDataException("the file is empty");
        }

        var marked = CommitMark.Read(path) ?? 0;
        var failure = new DiskFailure();
        var file = Open(DurableStream.Open(path, failure), DurableStream.Open(LogPath(path), failure), codec, content);
        if (file.Writes < marked)
        {
            file.Close();
            throw new InvalidDataException(MissingWrites(marked - file.Writes));
        }

        file._mark = CommitMark.Open(path);
        return file;
    }

    /// <summary>What is said of a file that ends before its mark.</summary>
    internal static string MissingWrites(long count) => $"the last {count} writes to it are missing: the file or its log was cut, removed or replaced by an older one";

    /// <summary>Reads all that two streams hold and gives how often it was written. What is sealed with a key that is not there is checked by its checksum alone.</summary>
    /// <exception cref="InvalidDataException">It is damaged; damage that LiteDB runs into may come as other exceptions.</exception>
    internal static long Check(Stream data, Stream log, ContentCodec codec)
    {
        var file = new StateFile(data, log, codec);
        try
        {
            file.Load(content: null);
            return file.Writes;
        }
        finally
        {
            file.Close();
        }
    }

    private static StateFile Open(Stream data, Stream log, ContentCodec codec, IStateContent content)
    {
        var file = new StateFile(data, log, codec);
        try
        {
            file.Load(content);
            return file;
        }
        catch
        {
            file.Close();
            throw;
        }
    }

    /// <summary>Makes a file in the place of the one that is there. Whole under another name first: an empty file under this one is damage, never a beginning.</summary>
    internal static void Create(string path, ContentCodec codec, Action<StateFile> fill)
    {
        var building = path + ".new";
        File.Delete(building);
        File.Delete(LogPath(building));
        var failure = new DiskFailure();
        var file = new StateFile(DurableStream.Open(building, failure), DurableStream.Open(LogPath(building), failure), codec);
        try
        {
            file.Rewind(0);
            fill(file);
            file.Dispose();
        }
        catch
        {
            file.Close();
            throw;
        }

        File.Delete(LogPath(building));

        // The old file was closed in peace, or there was none: what its log holds is in it, and must not be taken for the new one's.
        // The same with the mark.
        File.Delete(LogPath(path));
        File.Delete(CommitMark.PathFor(path));
        Posix.Rename(building, path);
        Posix.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes recorded changes and their sequence in one transaction, on stable storage when it returns.</summary>
    internal void Write(IReadOnlyList<RecordedStateChanges> records, bool keepMap)
    {
        InTransaction(() =>
        {
            foreach (var record in records)
            {
                foreach (var change in record.Changes)
                {
                    Write(change, keepMap);
                }
            }

            DropOldestTaken();
            WriteSequence(records[^1].Sequence);
        });
        AppliedSequence = records[^1].Sequence;
    }

    /// <summary>Writes a document, on stable storage when it returns.</summary>
    internal void WriteDocument(string name, string json)
    {
        var isNew = !_documentIds.TryGetValue(name, out var id);
        id = isNew ? _lastId + 1 : id;
        InTransaction(() => _database.GetCollection(Documents).Upsert(Document(id, name, json)));
        if (isNew)
        {
            _documentIds[name] = _lastId = id;
        }
    }

    /// <summary>Fills a new file in one transaction.</summary>
    internal void Fill(
        IEnumerable<KeyValuePair<string, object?>> map, IEnumerable<KeyValuePair<string, string>> documents, IEnumerable<UInt128> taken, long sequence)
    {
        InTransaction(() =>
        {
            foreach (var (key, value) in map)
            {
                Put(key, PlainJson.WriteValue(value));
            }

            foreach (var (name, json) in documents)
            {
                _database.GetCollection(Documents).Insert(Document(_documentIds[name] = ++_lastId, name, json));
            }

            foreach (var hash in taken)
            {
                AddTaken(BitConverter.GetBytes(hash));
            }

            WriteSequence(sequence);
        });
        AppliedSequence = sequence;
    }

    /// <summary>Takes the file's sequence back to what the messages know.</summary>
    internal void Rewind(long sequence)
    {
        InTransaction(() => WriteSequence(sequence));
        AppliedSequence = sequence;
    }

    /// <summary>Closes with all that is in the log copied into the file.</summary>
    public void Dispose()
    {
        try
        {
            _database.Dispose();
            Sync(_data);
            Sync(_log);
        }
        finally
        {
            _data.Dispose();
            _log.Dispose();
            _mark?.Dispose();
        }
    }

    /// <summary>Closes after a failure, when LiteDB's own closing may fail as well; what it did not write is written again from the messages.</summary>
    internal void Close()
    {
        try
        {
            _database.Dispose();
        }
        catch (Exception failure) when (failure is LiteException or IOException or InvalidOperationException or ObjectDisposedException)
        {
            // The failure that led here is the one that is reported.
        }
        finally
        {
            _data.Dispose();
            _log.Dispose();
            _mark?.Dispose();
        }
    }

    private void InTransaction(Action write)
    {
        var confirmed = (_log as DurableStream)?.Confirmed ?? 0;
        _database.BeginTrans();
        write();
        WriteProgress();
        _database.Commit();
        (_log as DurableStream)?.AwaitConfirmed(confirmed + 1);

        // Whether LiteDB has synced by itself is not left to it.
        Sync(_log);
        Sync(_data);
        _mark?.TryWrite(_writes);
    }

    private static void Sync(Stream stream)
    {
        if (stream is DurableStream durable)
        {
            durable.Sync();
        }
        else
        {
            stream.Flush();
        }
    }

    private void Write(StateChange change, bool keepMap)
    {
        switch (change.Kind)
        {
            case StateChangeKind.MapPut when keepMap:
                Put(change.Key, PlainJson.WriteValue(change.Value));
                break;
            case StateChangeKind.MapRemove when keepMap:
                if (_mapIds.Remove(change.Key, out var id))
                {
                    _database.GetCollection(Map).Delete(id);
                    Forget(id);
                }

                break;
            case StateChangeKind.Taken:
                AddTaken(BitConverter.GetBytes(TakenKeys.HashOf(change.Key)));
                break;
        }
    }

    private void AddTaken(byte[] hash) =>
        _database.GetCollection(Taken).Insert(new BsonDocument { ["_id"] = ++_lastTaken, ["h"] = hash, ["c"] = CheckOf("", hash) });

    private void Put(string key, byte[] value)
    {
        if (!_mapIds.TryGetValue(key, out var id))
        {
            _mapIds[key] = id = ++_lastId;
        }

        _forms.Add(_codec.PresentForm);
        if (!_codec.Seals)
        {
            _database.GetCollection(Map).Upsert(new BsonDocument { ["_id"] = id, ["k"] = key, ["v"] = value, ["c"] = Noted(id, CheckOf(key, value)) });
            return;
        }

        // A script's keys may be patients' numbers: key and value are one piece, and the entry has no key of its own.
        var text = Encoding.UTF8.GetBytes(key);
        var entry = new byte[sizeof(int) + text.Length + value.Length];
        BitConverter.TryWriteBytes(entry, text.Length);
        text.CopyTo(entry, sizeof(int));
        value.CopyTo(entry, sizeof(int) + text.Length);
        var piece = _codec.Seal(new ContentPlace(ContentKind.MapEntry, id), entry).ToArray();
        _database.GetCollection(Map).Upsert(new BsonDocument { ["_id"] = id, ["k"] = "", ["v"] = piece, ["c"] = Noted(id, CheckOf("", piece)) });
    }

    private BsonDocument Document(long id, string name, string json)
    {
        _forms.Add(_codec.PresentForm);
        var text = Encoding.UTF8.GetBytes(json);
        var stored = _codec.Write(new ContentPlace(ContentKind.Document, id, Name: name), text).ToArray();
        return new BsonDocument { ["_id"] = id, ["n"] = name, ["j"] = _codec.Seals ? new BsonValue(stored) : new BsonValue(json), ["c"] = Noted(id, CheckOf(name, stored)) };
    }

    private void DropOldestTaken()
    {
        var keep = _lastTaken - TakenKeys.Most;
        if (keep - _firstTaken > LedgerSlack)
        {
            _database.GetCollection(Taken).DeleteMany(Query.LT("_id", keep));
            _firstTaken = keep;
        }
    }

    private void WriteSequence(long sequence) => _sequence = sequence;

    // With each transaction: how many writes there were, and what the entries are together, so that a lost entry is noticed as well as a changed one.
    private void WriteProgress()
    {
        _writes++;
        var total = Total();
        _database.GetCollection(Progress).Upsert(new BsonDocument { ["_id"] = 1L, ["s"] = _sequence, ["w"] = _writes, ["t"] = total, ["c"] = CheckOf("", ProgressBytes(_sequence, _writes, total)) });
    }

    private long Total() => unchecked(_total + _lastTaken);

    private long Noted(long id, long check)
    {
        Forget(id);
        _checks[id] = check;
        _total = unchecked(_total + ((id * 31) + check));
        return check;
    }

    private void Forget(long id)
    {
        if (_checks.Remove(id, out var check))
        {
            _total = unchecked(_total - ((id * 31) + check));
        }
    }

    private static byte[] ProgressBytes(long sequence, long writes, long total) => [.. BitConverter.GetBytes(sequence), .. BitConverter.GetBytes(writes), .. BitConverter.GetBytes(total)];

    // Without somebody who takes the content, reading it is the check.
    private void Load(IStateContent? content)
    {
        long? total = null;
        if (_database.GetCollection(Progress).FindById(1L) is { } progress)
        {
            AppliedSequence = _sequence = progress["s"].AsInt64;
            _writes = progress["w"].IsNull ? 0 : progress["w"].AsInt64;
            total = progress["t"].IsNull ? null : progress["t"].AsInt64;
            MustFit(progress, "", total is { } sum ? ProgressBytes(_sequence, _writes, sum) : BitConverter.GetBytes(_sequence));
        }

        foreach (var entry in _database.GetCollection(Map).FindAll())
        {
            var id = entry["_id"].AsInt64;
            MustFit(entry, entry["k"].AsString, entry["v"].AsBinary);
            Noted(id, entry["c"].AsInt64);
            _lastId = Math.Max(_lastId, id);
            if (MayOpen(entry["v"].AsBinary, isCheck: content is null))
            {
                var (key, value) = ReadEntry(id, entry);
                var read = PlainJson.ReadValue(value);
                _mapIds[key] = id;
                content?.Map(key, read);
            }
        }

        foreach (var entry in _database.GetCollection(Documents).FindAll())
        {
            var id = entry["_id"].AsInt64;
            _documentIds[entry["n"].AsString] = id;
            _lastId = Math.Max(_lastId, id);
            var stored = entry["j"].IsBinary ? entry["j"].AsBinary : Encoding.UTF8.GetBytes(entry["j"].AsString);
            MustFit(entry, entry["n"].AsString, stored);
            Noted(id, entry["c"].AsInt64);
            if (MayOpen(stored, isCheck: content is null))
            {
                var json = _codec.ReadText(new ContentPlace(ContentKind.Document, id, Name: entry["n"].AsString), stored);
                content?.Document(entry["n"].AsString, json);
            }
        }

        foreach (var entry in _database.GetCollection(Taken).FindAll())
        {
            var id = entry["_id"].AsInt64;
            if (_lastTaken != 0 && id != _lastTaken + 1)
            {
                throw new InvalidDataException("entries of the ledger are missing");
            }

            _lastTaken = id;
            _firstTaken = _firstTaken == 0 ? id : _firstTaken;
            MustFit(entry, "", entry["h"].AsBinary);
            var hash = BitConverter.ToUInt128(entry["h"].AsBinary);
            content?.Taken(hash);
        }

        if (total is { } expected && expected != Total())
        {
            throw new InvalidDataException("entries are missing, or entries that were changed or removed are back");
        }
    }

    private (string Key, byte[] Value) ReadEntry(long id, BsonDocument entry)
    {
        var stored = entry["v"].AsBinary;
        if (ContentCodec.FormOf(stored) == ContentCodec.PlainForm)
        {
            return (entry["k"].AsString, stored);
        }

        var content = _codec.Open(new ContentPlace(ContentKind.MapEntry, id), stored);
        var length = BitConverter.ToInt32(content);
        return (Encoding.UTF8.GetString(content, sizeof(int), length), content[(sizeof(int) + length)..]);
    }

    // A key that is missing is no damage: nothing may be set aside or rebuilt because of it, and a check passes over what needs it.
    private bool MayOpen(byte[] stored, bool isCheck)
    {
        var form = ContentCodec.FormOf(stored);
        _forms.Add(form);
        if (_codec.CanOpen(form))
        {
            return true;
        }

        return isCheck ? false : throw _codec.Keys.Missing(_codec.Channel, "its state", form);
    }

    // LiteDB takes what it reads for true; the check makes a flipped bit an error, and an error makes a rebuild.
    private static long CheckOf(string name, ReadOnlySpan<byte> value)
    {
        var check = new RowCheck();
        check.Add(Encoding.UTF8.GetBytes(name));
        check.Add(value);
        return check.Value;
    }

    private static void MustFit(BsonDocument entry, string name, byte[] value)
    {
        if (entry["c"].AsInt64 != CheckOf(name, value))
        {
            throw new InvalidDataException("an entry's checksum does not fit");
        }
    }
}

/// <summary>Takes what a state file holds when it is opened.</summary>
internal interface IStateContent
{
    /// <summary>An entry of the map.</summary>
    void Map(string key, object? value);

    /// <summary>A document.</summary>
    void Document(string name, string json);

    /// <summary>A once-key's hash, in the order in which they were taken.</summary>
    void Taken(UInt128 hash);
}
