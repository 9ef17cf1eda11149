using System.Collections.Concurrent;
using System.Text;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages;

/// <summary>What a number in <c>names</c> stands for. The numbers are stored: never renumber.</summary>
internal enum NameKind
{
    Destination = 1,
    DataType = 2,
    Metadata = 3,
}

/// <summary>
/// Names that repeat in every row, stored once. A name keeps its number for life. The writer adds; readers look up numbers, which they can only
/// have from committed rows.
/// </summary>
internal sealed class NameTable
{
    // Destinations and the rest share one sequence of numbers; contents has room for this many.
    private const int Most = ContentSlot.MaximumDestination;

    private readonly ConcurrentDictionary<int, string> _names = new();
    private readonly ConcurrentDictionary<(NameKind Kind, string Name), int> _numbers = new();
    private readonly List<(NameKind Kind, string Name, int Number)> _uncommitted = [];
    private int _last;

    internal string NameOf(int number) =>
        _names.TryGetValue(number, out var name) ? name : throw new InvalidDataException($"the name with number {number} is missing");

    internal bool TryFind(NameKind kind, string name, out int number) => _numbers.TryGetValue((kind, name), out number);

    /// <summary>All names of a kind with their numbers.</summary>
    internal IEnumerable<(string Name, int Number)> All(NameKind kind) =>
        _numbers.Where(pair => pair.Key.Kind == kind).Select(pair => (pair.Key.Name, pair.Value));

    internal void Load(SqliteDatabase database)
    {
        // Nothing is cleared: names are never removed, and others may be looking up meanwhile.
        using var all = database.Prepare("SELECT id, kind, name, crc FROM names");
        while (all.Step())
        {
            if (!all.IsNull(3) && all.Integer(3) != CheckOf(all.Integer(0), all.Integer(1), all.Text(2) ?? ""))
            {
                throw new InvalidDataException($"the name with number {all.Integer(0)} is damaged: its checksum does not fit");
            }

            Remember((NameKind)all.Integer(1), all.Text(2)!, (int)all.Integer(0));
        }
    }

    /// <summary>Takes a name that is stored.</summary>
    internal void Load(int number, NameKind kind, string name) => Remember(kind, name, number);

    /// <summary>The number of a name, which is made when it is new; writer only.</summary>
    internal int NumberOf(NameKind kind, string name, SqliteStatement insert)
    {
        if (_numbers.TryGetValue((kind, name), out var known))
        {
            return known;
        }

        var number = Next(name);
        insert.Bind(1, number).Bind(2, (long)kind).Bind(3, name).Bind(4, CheckOf(number, (long)kind, name)).Run();
        RememberNew(kind, name, number);
        return number;
    }

    /// <summary>The number of a name; a new one gets one, stands in <see cref="Uncommitted"/> and is to be written with the commit; writer only.</summary>
    internal int NumberOf(NameKind kind, string name)
    {
        if (_numbers.TryGetValue((kind, name), out var known))
        {
            return known;
        }

        var number = Next(name);
        RememberNew(kind, name, number);
        return number;
    }

    /// <summary>Names that came with the running commit.</summary>
    internal IReadOnlyList<(NameKind Kind, string Name, int Number)> Uncommitted => _uncommitted;

    internal void Committed() => _uncommitted.Clear();

    internal void RolledBack()
    {
        foreach (var (kind, name, number) in _uncommitted)
        {
            _numbers.TryRemove((kind, name), out _);
            _names.TryRemove(number, out _);
            _last = Math.Min(_last, number - 1);
        }

        _uncommitted.Clear();
    }

    private int Next(string name) => _last < Most
        ? _last + 1
        : throw new StoreException($"the channel has used {Most} names of destinations, data types and metadata in its life, and cannot take '{name}' any more");

    private void RememberNew(NameKind kind, string name, int number)
    {
        _uncommitted.Add((kind, name, number));
        Remember(kind, name, number);
    }

    private static long CheckOf(long number, long kind, string name)
    {
        var check = new RowCheck();
        check.Add(number);
        check.Add(kind);
        check.Add(Encoding.UTF8.GetBytes(name));
        return check.Value;
    }

    private void Remember(NameKind kind, string name, int number)
    {
        _names[number] = name;
        _numbers[(kind, name)] = number;
        _last = Math.Max(_last, number);
    }
}
