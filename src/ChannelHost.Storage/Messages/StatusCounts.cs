using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>
/// How many messages stand where. Changes of a group are summed up in memory and written with the group; what callers see moves only when the
/// group is committed.
/// </summary>
internal sealed class StatusCounts
{
    /// <summary>The number under which the source is counted.</summary>
    internal const int Source = 0;

    // Room for more than there are: a status past it would be counted at the next connector.
    private const int Statuses = 16;
    private readonly Lock _gate = new();
    private readonly List<int> _touched = [];
    private readonly List<(int At, long Change)> _written = [];
    private long[] _committed = new long[Statuses * 4];
    private long[] _changes = new long[Statuses * 4];

    internal void Load(SqliteDatabase database)
    {
        var found = new List<(int, MessageStatus, long)>();
        using var all = database.Prepare("SELECT connector, status, n FROM counts");
        while (all.Step())
        {
            found.Add(((int)all.Integer(0), (MessageStatus)all.Integer(1), all.Integer(2)));
        }

        Load(found);
    }

    /// <summary>Takes what is stored in place of what is known.</summary>
    internal void Load(IEnumerable<(int Connector, MessageStatus Status, long Count)> stored)
    {
        lock (_gate)
        {
            Array.Clear(_committed);
            foreach (var (connector, status, count) in stored)
            {
                var at = Place(connector, status);
                _committed[at] = count;
            }
        }
    }

    /// <summary>Notes a change of the running transaction; writer only.</summary>
    internal void Add(int connector, MessageStatus status, int change)
    {
        var at = Place(connector, status);
        if (_changes[at] == 0)
        {
            _touched.Add(at);
        }

        _changes[at] += change;
    }

    internal void Move(int connector, MessageStatus from, MessageStatus to)
    {
        if (from != to)
        {
            Add(connector, from, -1);
            Add(connector, to, 1);
        }
    }

    /// <summary>Writes the changes into the running transaction.</summary>
    internal void Write(SqliteStatement upsert) => Write((connector, status, change) => upsert.Bind(1, connector).Bind(2, status).Bind(3, change).Run());

    /// <summary>Hands the changes of the running transaction to whoever writes them: connector, status, change.</summary>
    internal void Write(Action<int, int, long> write)
    {
        foreach (var at in _touched)
        {
            // A place may stand here twice when it went back to zero in between; the second time there is nothing left to write.
            if (_changes[at] != 0)
            {
                write(at / Statuses, at % Statuses, _changes[at]);
                _written.Add((at, _changes[at]));
                _changes[at] = 0;
            }
        }

        _touched.Clear();
    }

    internal void Committed()
    {
        lock (_gate)
        {
            foreach (var (at, change) in _written)
            {
                _committed[at] += change;
            }

            _written.Clear();
        }
    }

    internal void RolledBack()
    {
        _written.Clear();
        foreach (var at in _touched)
        {
            _changes[at] = 0;
        }

        _touched.Clear();
    }

    /// <summary>Everything that is not zero.</summary>
    internal IReadOnlyList<(int Connector, MessageStatus Status, long Count)> Snapshot()
    {
        var result = new List<(int, MessageStatus, long)>();
        lock (_gate)
        {
            for (var at = 0; at < _committed.Length; at++)
            {
                if (_committed[at] != 0)
                {
                    result.Add((at / Statuses, (MessageStatus)(at % Statuses), _committed[at]));
                }
            }
        }

        return result;
    }

    internal long Of(int connector, MessageStatus status)
    {
        lock (_gate)
        {
            var at = connector * Statuses + (int)status;
            return at < _committed.Length ? _committed[at] : 0;
        }
    }

    private int Place(int connector, MessageStatus status)
    {
        var at = connector * Statuses + (int)status;
        if (at >= _committed.Length)
        {
            lock (_gate)
            {
                var length = Math.Max(at + Statuses, _committed.Length * 2);
                Array.Resize(ref _committed, length);
                Array.Resize(ref _changes, length);
            }
        }

        return at;
    }
}
