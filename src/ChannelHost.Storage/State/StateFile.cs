using System.Text;
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
    private readonly Dictionary<string, long> _mapIds = [];
    private readonly Dictionary<string, long> _documentIds = [];
    private long _lastId;
    private long _firstTaken;
    private long _lastTaken;

    private StateFile(Stream data, Stream log)
    {
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

    internal static string LogPath(string path) => path + "-log";

    /// <summary>Opens the file, or makes it, and hands out what it holds.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; damage that LiteDB runs into may come as other exceptions.</exception>
    internal static StateFile Open(string path, IStateContent content)
    {
        if (!File.Exists(path))
        {
            Create(path);
        }
        else if (new FileInfo(path).Length == 0)
        {
            throw new InvalidDataException("the file is empty");
        }

        return Open(DurableStream.Open(path), DurableStream.Open(LogPath(path)), content);
    }

    /// <summary>Opens what two streams hold.</summary>
    internal static StateFile Open(Stream data, Stream log, IStateContent content)
    {
        var file = new StateFile(data, log);
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

    // Made whole under another name: an empty file under this one is damage, never a beginning.
    private static void Create(string path)
    {
        var building = path + ".new";
        File.Delete(building);
        File.Delete(LogPath(building));
        File.Delete(LogPath(path));
        var file = new StateFile(DurableStream.Open(building), DurableStream.Open(LogPath(building)));
        file.Rewind(0);
        file.Dispose();
        File.Delete(LogPath(building));
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
        InTransaction(() => _database.GetCollection(Documents).Upsert(new BsonDocument { ["_id"] = id, ["n"] = name, ["j"] = json, ["c"] = CheckOf(name, Encoding.UTF8.GetBytes(json)) }));
        if (isNew)
        {
            _documentIds[name] = _lastId = id;
        }
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
            _data.Flush();
            _log.Flush();
        }
        finally
        {
            _data.Dispose();
            _log.Dispose();
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
        }
    }

    private void InTransaction(Action write)
    {
        _database.BeginTrans();
        write();
        _database.Commit();

        // Whether LiteDB has synced by itself is not left to it.
        _log.Flush();
        _data.Flush();
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
                }

                break;
            case StateChangeKind.Taken:
                var hash = BitConverter.GetBytes(TakenKeys.HashOf(change.Key));
                _database.GetCollection(Taken).Insert(new BsonDocument { ["_id"] = ++_lastTaken, ["h"] = hash, ["c"] = CheckOf("", hash) });
                break;
        }
    }

    private void Put(string key, byte[] value)
    {
        if (!_mapIds.TryGetValue(key, out var id))
        {
            _mapIds[key] = id = ++_lastId;
        }

        _database.GetCollection(Map).Upsert(new BsonDocument { ["_id"] = id, ["k"] = key, ["v"] = value, ["c"] = CheckOf(key, value) });
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

    private void WriteSequence(long sequence) =>
        _database.GetCollection(Progress).Upsert(new BsonDocument { ["_id"] = 1L, ["s"] = sequence, ["c"] = CheckOf("", BitConverter.GetBytes(sequence)) });

    private void Load(IStateContent content)
    {
        if (_database.GetCollection(Progress).FindById(1L) is { } progress)
        {
            AppliedSequence = progress["s"].AsInt64;
            MustFit(progress, "", BitConverter.GetBytes(AppliedSequence));
        }

        foreach (var entry in _database.GetCollection(Map).FindAll())
        {
            var id = entry["_id"].AsInt64;
            _mapIds[entry["k"].AsString] = id;
            _lastId = Math.Max(_lastId, id);
            MustFit(entry, entry["k"].AsString, entry["v"].AsBinary);
            content.Map(entry["k"].AsString, PlainJson.ReadValue(entry["v"].AsBinary));
        }

        foreach (var entry in _database.GetCollection(Documents).FindAll())
        {
            var id = entry["_id"].AsInt64;
            _documentIds[entry["n"].AsString] = id;
            _lastId = Math.Max(_lastId, id);
            MustFit(entry, entry["n"].AsString, Encoding.UTF8.GetBytes(entry["j"].AsString));
            content.Document(entry["n"].AsString, entry["j"].AsString);
        }

        foreach (var entry in _database.GetCollection(Taken).FindAll())
        {
            _lastTaken = entry["_id"].AsInt64;
            _firstTaken = _firstTaken == 0 ? _lastTaken : _firstTaken;
            MustFit(entry, "", entry["h"].AsBinary);
            content.Taken(BitConverter.ToUInt128(entry["h"].AsBinary));
        }
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
