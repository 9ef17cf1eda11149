using System.Diagnostics;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.PostgreSql.Schema;
using Npgsql;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// The right of one opened store to write a channel. Whoever opens the channel takes the next epoch, and each commit checks its own: a host that was
/// paused while another took over can never commit again. After a broken connection the same store takes its channel back under a new epoch,
/// so nothing that the old connection still carries can be committed behind it. What was acknowledged is marked in the data folder, so a database that was
/// put back, or a standby that lagged, is noticed by a host that starts, too. Used by the writer's thread only.
/// </summary>
internal sealed class ChannelOwnership : IDisposable
{
    // A partition that is not needed yet must not hold intake up for long.
    private const string ShortWait = "SET LOCAL lock_timeout = 500";

    private readonly string _channel;
    private readonly PgDatabase _database;
    private readonly PgText _text;
    private readonly string _owner;
    private readonly string _marked;
    private CommitMark? _mark;
    private long _epoch;
    private PgPartition _last = null!;
    private long? _triedAt;

    private ChannelOwnership(string channel, PgDatabase database, PgText text, string dataFolder)
    {
        _channel = channel;
        _database = database;
        _text = text;
        _owner = $"{OwnerOf(dataFolder)}{Environment.ProcessId} {Guid.NewGuid():n}";
        _marked = Path.Combine(ChannelFolder.Make(dataFolder, channel), "postgresql");
    }

    internal ChannelTables Tables { get; private set; } = null!;

    /// <summary>Where nothing may be written any more.</summary>
    internal LeavingIds Leaving { get; private set; } = null!;

    /// <summary>The number of the last commit.</summary>
    internal long Commits { get; private set; }

    internal long IdCeiling { get; private set; }

    /// <summary>The sequence of the last recorded state changes.</summary>
    internal long StateSequence { get; private set; }

    /// <summary>The forms that contents of the channel may have, as it was opened.</summary>
    internal List<string> Forms { get; private set; } = [];

    /// <summary>True when a host on the same data folder had the channel last: what that folder holds of it is still true.</summary>
    internal bool WasOurs { get; private set; }

    /// <summary>True: another host has the channel.</summary>
    internal bool IsLost { get; private set; }

    /// <summary>Opens the channel, which is made when it is not there, and takes it from whoever had it.</summary>
    /// <exception cref="StoreException">Commits that a host on this data folder acknowledged are missing.</exception>
    internal static ChannelOwnership Open(PgStorePlace place, PgDatabase database, PgText text, NameTable names, StatusCounts counts)
    {
        var (channel, dataFolder) = (place.Channel, place.DataFolder);
        var ownership = new ChannelOwnership(channel, database, text, dataFolder);
        var marked = CommitMark.Read(ownership._marked);
        using var connection = database.OpenWriter();

        // Before the channel is taken from whoever has it.
        StoredForms.RequireKeys(PgFormRows.Of(connection, channel), place.Codec, database.Place);
        using (var transaction = connection.BeginTransaction())
        {
            if (connection.Number("SELECT count(*) FROM channelhost.channels WHERE name = $1", channel) == 0)
            {
                // Two hosts that open it for the first time: the second waits here for the first.
                var made = connection.List(
                    row => row.GetInt32(0), "INSERT INTO channelhost.channels(name) VALUES ($1) ON CONFLICT (name) DO NOTHING RETURNING id", channel);
                made.ForEach(id => new ChannelTables(id).Create(connection));
            }

            ownership.WasOurs = IsOurs(connection, channel, dataFolder);
            var (id, epoch, commits, ceiling, sequence) = connection.List(
                row => (row.GetInt32(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)),
                """
                UPDATE channelhost.channels SET owner_epoch = owner_epoch + 1, owner = $2, owned_since = now() WHERE name = $1
                RETURNING id, owner_epoch, commits, id_ceiling, state_sequence
                """, channel, ownership._owner).Single();
            if (commits < marked)
            {
                // Before it is taken, or made.
                throw text.Lost(marked.Value, commits, CommitMark.PathFor(ownership._marked));
            }

            transaction.Commit();

            // Without the mark it may be another database than the one that was left.
            ownership.WasOurs &= marked is not null;
            ownership.Tables = new ChannelTables(id);
            (ownership._epoch, ownership.Commits, ownership.IdCeiling, ownership.StateSequence) = (epoch, commits, ceiling, sequence);
        }

        // From here on nobody else can change the channel.
        var forms = new PgFormRows(connection, ownership.Tables.Channel);
        ownership.Forms = StoredForms.Of(forms);
        StoredForms.LoadIndex(forms, place.Codec);
        foreach (var (number, kind, name) in connection.List(
            row => (row.GetInt32(0), row.GetInt16(1), row.GetString(2)), "SELECT id, kind, name FROM channelhost.names WHERE channel = $1", ownership.Tables.Channel))
        {
            names.Load(number, (NameKind)kind, name);
        }

        counts.Load(connection.List(
            row => (row.GetInt32(0), (MessageStatus)row.GetInt16(1), row.GetInt64(2)),
            "SELECT connector, status, n FROM channelhost.counts WHERE channel = $1", ownership.Tables.Channel));
        var partitions = ownership.Tables.Partitions(connection);
        ownership._last = partitions[^1];
        ownership.Leaving = new LeavingIds(partitions);
        ownership._mark = CommitMark.Open(ownership._marked);
        return ownership;
    }

    /// <summary>True when a host on this data folder has the channel, or had it last. The folder's lock says whether it still runs.</summary>
    internal static bool IsOurs(NpgsqlConnection connection, string channel, string dataFolder) =>
        connection.Number("SELECT count(*) FROM channelhost.channels WHERE name = $1 AND starts_with(owner, $2)", channel, OwnerOf(dataFolder)) > 0;

    /// <summary>The values of <see cref="GroupStatements.Fence"/> for the next commit.</summary>
    internal object[] Fence(long ceiling, long stateSequence) => [Tables.Channel, _epoch, Commits + 1, ceiling, stateSequence];

    /// <summary>The next commit is on stable storage.</summary>
    internal void Committed(long ceiling, long stateSequence)
    {
        Commits++;
        IdCeiling = ceiling;
        StateSequence = stateSequence;
        _mark?.TryWrite(Commits);
    }

    /// <summary>
    /// After a broken connection: ends what it may have left running, and takes a new epoch. Gives true when the commit after <see cref="Commits"/>, whose
    /// answer did not come, was applied.
    /// </summary>
    /// <param name="connection">A new connection.</param>
    /// <param name="brokenProcess">The server's process of the connection that broke; 0 for none.</param>
    /// <exception cref="StoreException">The channel belongs to another host, or commits that were acknowledged are missing.</exception>
    internal bool TakeBack(NpgsqlConnection connection, int brokenProcess)
    {
        if (brokenProcess != 0)
        {
            connection.Number(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid = $1 AND application_name = $2", brokenProcess, _database.Name);
        }

        // Waits until the transaction that may still run has ended either way: it holds this row.
        var found = connection.List(
            row => (Epoch: row.GetInt64(0), Commits: row.GetInt64(1)),
            "UPDATE channelhost.channels SET owner_epoch = owner_epoch + 1 WHERE id = $1 AND owner = $2 RETURNING owner_epoch, commits", Tables.Channel, _owner);
        if (found.Count == 0)
        {
            IsLost = true;
            throw _text.TakenOver();
        }

        _epoch = found[0].Epoch;
        if (found[0].Commits != Commits && found[0].Commits != Commits + 1)
        {
            IsLost = true;
            throw _text.Lost(Commits, found[0].Commits, CommitMark.PathFor(_marked));
        }

        _last = Tables.Partitions(connection)[^1];
        return found[0].Commits == Commits + 1;
    }

    /// <summary>The channel was found to belong to another host.</summary>
    internal StoreException Lose()
    {
        IsLost = true;
        return _text.TakenOver();
    }

    /// <summary>
    /// Makes the next partition when ids up to the ceiling need it, or soon will. While the present one has room, one that cannot be made is tried again
    /// now and then; gives why it could not when it was tried.
    /// </summary>
    internal PostgresException? MakeRoom(NpgsqlConnection connection, long ceiling)
    {
        while (ceiling >= _last.EndId - (_last.EndId - _last.FirstId) / 8)
        {
            var isNeeded = ceiling >= _last.EndId;
            if (!isNeeded && _triedAt is { } at && Stopwatch.GetElapsedTime(at) < _database.Times.PartitionAgain)
            {
                return null;
            }

            try
            {
                AddPartition(connection, isNeeded);
                _triedAt = null;
            }
            catch (PostgresException failure) when (!isNeeded && PgFailure.IsSurelyUndone(failure))
            {
                _triedAt = Stopwatch.GetTimestamp();
                return failure;
            }
        }

        return null;
    }

    /// <summary>Syncs the mark.</summary>
    public void Dispose()
    {
        try
        {
            _mark?.Sync();
        }
        finally
        {
            _mark?.Dispose();
        }
    }

    private void AddPartition(NpgsqlConnection connection, bool isNeeded)
    {
        var next = new PgPartition(_last.Number + 1, _last.EndId, _last.EndId + NextSize(connection));
        using (var transaction = connection.BeginTransaction())
        {
            if (!isNeeded)
            {
                connection.RunAll(ShortWait);
            }

            var isMine = connection.Number("SELECT count(*) FROM (SELECT 1 FROM channelhost.channels WHERE id = $1 AND owner_epoch = $2 FOR UPDATE) mine", Tables.Channel, _epoch) > 0;
            if (!isMine)
            {
                throw Lose();
            }

            Tables.AddPartition(connection, next);
            transaction.Commit();
        }

        _last = Tables.Partitions(connection)[^1];
    }

    // A partition for one to ten days: fewer than that, and there are too many tables; more, and little of it can be dropped as a whole.
    private long NextSize(NpgsqlConnection connection)
    {
        var size = _last.EndId - _last.FirstId;

        // By the server's clock, as the time was written.
        var took = TimeSpan.FromSeconds(connection.Number(
            "SELECT extract(epoch FROM now() - made_at)::bigint FROM channelhost.partitions WHERE channel = $1 AND number = $2", Tables.Channel, _last.Number));
        return took < TimeSpan.FromDays(1) ? Math.Min(size * 2, ChannelTables.LargestPartition)
            : took > TimeSpan.FromDays(10) ? Math.Max(size / 2, ChannelTables.SmallestPartition)
            : size;
    }

    private static string OwnerOf(string dataFolder) => $"{Environment.MachineName} {dataFolder} ";
}
