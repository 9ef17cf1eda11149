using ChannelHost.Storage.PostgreSql.Schema;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>
/// Ranges of ids whose partition is being removed, or is removed although its tables may still be there: for the writer there is no message in them, so
/// nothing can be changed that would be dropped with its table. May be used from all threads.
/// </summary>
internal sealed class LeavingIds
{
    private readonly Lock _gate = new();
    private (long First, long End)[] _ranges;

    /// <summary>Begins with the ranges between the partitions that are there.</summary>
    internal LeavingIds(IEnumerable<PgPartition> present) => _ranges = [.. Gaps(present)];

    /// <summary>The ranges of ids below and between partitions, from the lowest to the highest.</summary>
    internal static List<(long First, long End)> Gaps(IEnumerable<PgPartition> present)
    {
        var gaps = new List<(long, long)>();
        long next = 1;
        foreach (var partition in present.OrderBy(partition => partition.FirstId))
        {
            if (partition.FirstId > next)
            {
                gaps.Add((next, partition.FirstId));
            }

            next = partition.EndId;
        }

        return gaps;
    }

    internal bool Contains(long id)
    {
        foreach (var (first, end) in Volatile.Read(ref _ranges))
        {
            if (id >= first && id < end)
            {
                return true;
            }
        }

        return false;
    }

    internal void Add(PgPartition partition)
    {
        lock (_gate)
        {
            Volatile.Write(ref _ranges, [.. _ranges.Where(range => range.First != partition.FirstId), (partition.FirstId, partition.EndId)]);
        }
    }

    /// <summary>The partition stays after all.</summary>
    internal void Remove(PgPartition partition)
    {
        lock (_gate)
        {
            Volatile.Write(ref _ranges, [.. _ranges.Where(range => range.First != partition.FirstId)]);
        }
    }
}
