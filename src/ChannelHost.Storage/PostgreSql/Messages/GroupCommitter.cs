using System.Diagnostics;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.PostgreSql.Schema;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// Brings groups into the database over all that can happen to the server and the way to it. A group is stored once or not at all: when a connection
/// breaks before the answer to a commit came, the next one tells from the number of commits whether it was applied. All but <see cref="Fault"/>,
/// <see cref="IsLost"/> and <see cref="Stop"/> belongs to the writer's thread.
/// </summary>
internal sealed partial class GroupCommitter : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly string _channel;
    private readonly PgDatabase _database;
    private readonly PgText _text;
    private readonly NameTable _names;
    private readonly StatusCounts _counts;
    private readonly IdSequence _ids;
    private readonly ChannelOwnership _ownership;
    private readonly ContentCodec _codec;
    private readonly GroupStatements _statements;
    private readonly KnownMessages _known = new();
    private readonly MessageGroup _group;
    private readonly GroupNeeds _needs = new();
    private readonly JoinedStatement _drops = new();
    private readonly JoinedStatement _writes = new();
    private readonly StoreMeter _meter;
    private readonly ILogger _logger;
    private readonly ManualResetEventSlim _stopping = new();
    private bool _mustTakeBack;
    private int _brokenProcess;
    private long _sentCeiling;
    private long? _failingSince;
    private long _usedAt;
    private volatile string? _fault;

    internal GroupCommitter(
        string channel, PgDatabase database, PgText text, NameTable names, StatusCounts counts, IdSequence ids, ChannelOwnership ownership, ContentCodec codec, bool keepContent, StoreMeter meter, ILogger logger)
    {
        _channel = channel;
        _database = database;
        _text = text;
        _names = names;
        _counts = counts;
        _ids = ids;
        _ownership = ownership;
        _codec = codec;
        _statements = new GroupStatements(ownership.Tables, codec);
        _group = new MessageGroup(names, counts, _known, ownership.Leaving, keepContent);
        _meter = meter;
        _logger = logger;
    }

    /// <summary>Why nothing can be stored now; null while it can.</summary>
    internal string? Fault => _fault;

    /// <summary>True: another host has the channel, and nothing will ever be stored here again.</summary>
    internal bool IsLost => _ownership.IsLost;

    internal ChannelTables Tables => _ownership.Tables;

    /// <summary>Called with what to say when those who wait behind a commit of unknown outcome have waited long enough.</summary>
    internal Action<StoreException>? OutOfPatience { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        try
        {
            _ownership.Dispose();
        }
        catch (IOException failure)
        {
            Log.MarkNotSynced(_logger, failure, _channel);
        }
    }

    /// <summary>Nobody waits any more for a server that is gone.</summary>
    internal void Stop() => _stopping.Set();

    /// <summary>Stores entries together and completes them; those that cannot be stored fail, the others are stored without them.</summary>
    internal void Commit(IReadOnlyList<GroupEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var waiting = entries.ToList();
        while (waiting.Count > 0)
        {
            if (IsLost)
            {
                Fail(waiting, _fault is { } fault ? new StoreException(fault) : _text.TakenOver());
                return;
            }

            var isSent = false;
            try
            {
                using var connection = Connect();
                Prepare(connection, waiting);
                if (waiting.Count == 0)
                {
                    TakeBackInMemory();
                    return;
                }

                var ceiling = _sentCeiling = _ids.CeilingToWrite();
                if (_ownership.MakeRoom(connection, ceiling) is { } postponed)
                {
                    Log.NoRoomYet(_logger, postponed, _channel, _database.Place);
                }

                var startedAt = Stopwatch.GetTimestamp();
                _brokenProcess = connection.ProcessID;
                Send(connection, waiting, ceiling, out isSent);
                _brokenProcess = 0;
                _meter.Committed(startedAt);
                Committed(waiting, ceiling);
                return;
            }
            catch (Exception failure)
            {
                if (GivesUp(failure, waiting, isSent))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Fails entries that are not stored.</summary>
    internal void Fail(IEnumerable<GroupEntry> entries, Exception reason)
    {
        TakeBackInMemory();
        var told = _text.Failed(reason);
        foreach (var entry in entries)
        {
            entry.Fail(told);
        }
    }

    /// <summary>A rest or an ordinary stop leaves no gap in the numbering.</summary>
    internal void WriteExactCeiling()
    {
        if (_fault is not null || IsLost || _ids.Last == _ownership.IdCeiling)
        {
            return;
        }

        try
        {
            using var connection = Connect();
            var last = _ids.Uncover();
            connection.Run(GroupStatements.Fence, _ownership.Fence(last, _ownership.StateSequence));
            _ownership.Committed(last, _ownership.StateSequence);
            _ids.Raise(last);
        }
        catch (Exception failure) when (PgFailure.IsOfDatabase(failure) || failure is StoreException)
        {
            // There is a gap then; whether the commit was applied is found out before the next one.
            _mustTakeBack = true;
            Log.NotClosed(_logger, failure, _channel, _database.Place);
        }
    }

    // True when the entries are done with; false when they are to be tried again.
    private bool GivesUp(Exception failure, List<GroupEntry> waiting, bool isSent)
    {
        if (failure is PostgresException { SqlState: PgFailure.TakenOver })
        {
            SetFault(_text.TakenOver());
            Fail(waiting, _ownership.Lose());
            return true;
        }

        if (isSent && !PgFailure.IsSurelyUndone(failure))
        {
            SetFault(_text.Failed(failure), failure);
            return Resolve(waiting);
        }

        TakeBackInMemory();
        if (failure is StoreException { IsPermanent: true })
        {
            // It is this entry; the database has nothing.
            Fail(waiting, failure);
            return true;
        }

        if (failure is StoreException || !PgFailure.IsOfDatabase(failure))
        {
            SetFault(_text.Failed(failure), failure);
            Fail(waiting, failure);
            return true;
        }

        if (PgFailure.ConcernsOneEntry(failure))
        {
            FailOneOf(waiting, failure);
            return true;
        }

        NoteFailure(failure);
        if (failure is PostgresException { SqlState: { } state } && state.StartsWith("42", StringComparison.Ordinal)
            || Stopwatch.GetElapsedTime(_failingSince!.Value) > _database.Times.Patience
            || _stopping.Wait(_database.Times.RetryAfter))
        {
            Fail(waiting, failure);
            return true;
        }

        return false;
    }

    // One of them the server does not take: halves are tried until it stands alone.
    private void FailOneOf(List<GroupEntry> entries, Exception failure)
    {
        if (entries.Count == 1)
        {
            entries[0].Fail(_text.Entry(failure));
            return;
        }

        Commit(entries[..(entries.Count / 2)]);
        Commit(entries[(entries.Count / 2)..]);
    }

    private NpgsqlConnection Connect()
    {
        var connection = _database.OpenWriter();
        try
        {
            if (_ownership.Commits > 0 && !_mustTakeBack && Stopwatch.GetElapsedTime(_usedAt) > Rest)
            {
                // A connection that lay idle may be dead, which is better known before a commit is sent on it.
                connection.Number("SELECT 1");
            }

            if (_mustTakeBack)
            {
                if (_ownership.TakeBack(connection, _brokenProcess))
                {
                    // A commit without entries (a ceiling) whose answer was lost.
                    _ownership.Committed(_ownership.IdCeiling, _ownership.StateSequence);
                }

                _mustTakeBack = false;
                _brokenProcess = 0;
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Reads what must be known and puts the group together; entries that cannot be stored are failed and taken out.
    private void Prepare(NpgsqlConnection connection, List<GroupEntry> entries)
    {
        _group.Begin(_ownership.StateSequence);
        _needs.Clear();
        entries.ForEach(entry => entry.Announce(_needs));
        if (!_needs.IsEmpty)
        {
            PgRows.Load(connection, Tables, _codec, _needs, _known, _group);
        }

        entries.RemoveAll(entry =>
        {
            try
            {
                entry.Execute(_group);
                return false;
            }
            catch (Exception failure) when (!PgFailure.IsOfDatabase(failure))
            {
                entry.Fail(_text.Entry(failure));
                return true;
            }
        });
    }

    private void Send(NpgsqlConnection connection, List<GroupEntry> entries, long ceiling, out bool isSent)
    {
        isSent = false;
        var fence = _ownership.Fence(ceiling, _group.StateSequence);
        _drops.Clear();
        _writes.Clear();
        if (entries is [IAloneEntry alone])
        {
            using var transaction = connection.BeginTransaction();
            connection.Run(GroupStatements.Fence, fence);
            alone.Execute(connection, _group);
            _statements.Add(_drops, _writes, _group);
            if (!_drops.IsEmpty)
            {
                _drops.Run(connection, "SELECT 1");
            }

            if (!_writes.IsEmpty)
            {
                _writes.Run(connection, "SELECT 1");
            }

            isSent = true;
            transaction.Commit();
            _known.Clear();
            return;
        }

        _statements.Add(_drops, _writes, _group);
        if (_drops.IsEmpty)
        {
            // One exchange, one statement, one transaction.
            isSent = true;
            _writes.Run(connection, GroupStatements.Fence, fence);
            return;
        }

        using (var transaction = connection.BeginTransaction())
        {
            _drops.Run(connection, GroupStatements.Fence, fence);
            if (!_writes.IsEmpty)
            {
                _writes.Run(connection, "SELECT 1");
            }

            isSent = true;
            transaction.Commit();
        }
    }

    private void Committed(List<GroupEntry> entries, long ceiling)
    {
        _ownership.Committed(ceiling, _group.StateSequence);
        _ids.Raise(ceiling);
        _counts.Committed();
        _names.Committed();
        foreach (var (id, message) in _group.Messages)
        {
            if (message.IsRemoved)
            {
                _known.Remove(id);
            }
            else
            {
                _known.Put(id, message.Known());
            }
        }

        _failingSince = null;
        _usedAt = Stopwatch.GetTimestamp();
        if (_fault is not null)
        {
            _fault = null;
            Log.WorksAgain(_logger, _channel, _database.Place);
        }

        foreach (var entry in entries)
        {
            entry.Complete();
        }
    }

    // The answer to a commit did not come. Its callers wait until the server says what became of it, however long that takes: told anything else,
    // a sender would send again what is stored already. True when it was applied or the store is being closed.
    private bool Resolve(List<GroupEntry> entries)
    {
        var process = _brokenProcess;
        while (true)
        {
            _database.DropIdle();
            try
            {
                using var connection = _database.OpenWriter();
                var isApplied = _ownership.TakeBack(connection, process);
                (_mustTakeBack, _brokenProcess) = (false, 0);
                Log.Resolved(_logger, _channel, _database.Place, isApplied ? "was applied" : "was not applied and is sent again");
                if (!isApplied)
                {
                    TakeBackInMemory();
                    return false;
                }

                Committed(entries, _sentCeiling);
                return true;
            }
            catch (StoreException lost)
            {
                SetFault(lost);
                Fail(entries, lost);
                return true;
            }
            catch (Exception failure) when (PgFailure.IsOfDatabase(failure))
            {
                NoteFailure(failure);
                if (_stopping.Wait(_database.Times.RetryAfter))
                {
                    Fail(entries, _text.Unknown());
                    return true;
                }

                if (Stopwatch.GetElapsedTime(_failingSince!.Value) > _database.Times.Patience)
                {
                    OutOfPatience?.Invoke(_text.Failed(failure));
                }
            }
        }
    }

    private void TakeBackInMemory()
    {
        _counts.RolledBack();
        _names.RolledBack();
    }

    private void NoteFailure(Exception failure)
    {
        _failingSince ??= Stopwatch.GetTimestamp();
        if (failure is not PostgresException { Severity: "ERROR" })
        {
            _mustTakeBack = true;
            _database.DropIdle();
        }

        SetFault(_text.Failed(failure), failure);
    }

    private void SetFault(StoreException reason, Exception? failure = null)
    {
        if (_fault is null)
        {
            Log.Failed(_logger, failure ?? reason, _channel, _database.Place);
        }

        _fault = reason.Message;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Channel {Channel}: {Place} cannot be written")]
        internal static partial void Failed(ILogger logger, Exception failure, string channel, string place);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: {Place}: the answer to a commit did not come; it {Outcome}")]
        internal static partial void Resolved(ILogger logger, string channel, string place, string outcome);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: {Place}: the last id could not be written; the next start leaves a gap in the numbering")]
        internal static partial void NotClosed(ILogger logger, Exception failure, string channel, string place);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: {Place}: the next partition could not be made yet; the present one has room, and it is tried again")]
        internal static partial void NoRoomYet(ILogger logger, Exception failure, string channel, string place);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: the mark of the last commit may not be on the disk; after a power cut commits that are missing would not be noticed")]
        internal static partial void MarkNotSynced(ILogger logger, Exception failure, string channel);

        [LoggerMessage(Level = LogLevel.Information, Message = "Channel {Channel}: {Place} can be written again")]
        internal static partial void WorksAgain(ILogger logger, string channel, string place);
    }
}
