using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.Messages.Texts;

namespace ChannelHost.Storage.Messages.Reading;

/// <summary>Walks from the newest message to the oldest along what <see cref="SearchDriver"/> has chosen.</summary>
internal sealed class SearchWalk(MessageReader reader, SearchTerms terms)
{
    // So many ids are walked over before the time is looked at again.
    private const long LargestStep = 1L << 14;

    private readonly SqliteDatabase _database = reader.Database;

    /// <summary>The candidates within the query's times and pages.</summary>
    internal IEnumerable<Candidate> Candidates(SearchDriver driver, TextIndexes? texts)
    {
        var (low, high) = TimeBounds(terms.Query.BeforeId > 0 ? terms.Query.BeforeId : long.MaxValue);
        if (low >= high)
        {
            return [];
        }

        if (!driver.IsByBlocks)
        {
            return Merge([.. driver.Statements.Select(sql => Ids(sql, low, high).GetEnumerator())]);
        }

        return terms.HasText && texts is not null ? ByText(texts, low, high) : ByBlocks(low, high);
    }

    /// <summary>The blocks that may hold what is meant, newest first, as ranges of ids; neighbours together.</summary>
    internal IEnumerable<(long Low, long High)> Ranges(long low, long high)
    {
        var sql = BlockList();
        using var blocks = terms.Bind(_database.Prepare(sql), sql);
        blocks.Bind(1, low >> BlockIndex.Bits).Bind(2, (high - 1) >> BlockIndex.Bits);
        long from = 0;
        long to = 0;
        while (blocks.Step())
        {
            var start = blocks.Integer(0) << BlockIndex.Bits;
            var end = start + (1 << BlockIndex.Bits);
            if (end == from && to - start <= LargestStep)
            {
                from = start;
                continue;
            }

            if (to > 0)
            {
                yield return (Math.Max(from, low), Math.Min(to, high));
            }

            (from, to) = (start, end);
        }

        if (to > 0)
        {
            yield return (Math.Max(from, low), Math.Min(to, high));
        }
    }

    private IEnumerable<Candidate> ByBlocks(long low, long high)
    {
        var sql = SearchDriver.BlockStatement(terms);
        foreach (var (from, to) in Ranges(low, high))
        {
            foreach (var id in Ids(sql, from, to))
            {
                yield return new Candidate(id);
            }

            yield return new Candidate(from, IsProgress: true);
        }
    }

    // Where a part of the messages has an index of its text, that names the candidates; why a message failed is in no index of texts.
    private IEnumerable<Candidate> ByText(TextIndexes texts, long low, long high)
    {
        foreach (var (from, to, found) in texts.Find(terms.Query.Text!, low, Math.Min(high, reader.LastId() + 1)))
        {
            var candidates = found is null
                ? ByBlocks(from, to)
                : Merge([found.GetEnumerator(), Ids("SELECT m.id FROM messages m WHERE m.error IS NOT NULL AND m.id >= ?1 AND m.id < ?2 ORDER BY m.id DESC", from, to).GetEnumerator()]);
            foreach (var candidate in candidates)
            {
                yield return candidate;
            }

            yield return new Candidate(from, IsProgress: true);
        }
    }

    private IEnumerable<long> Ids(string sql, long low, long high)
    {
        using var ids = terms.Bind(_database.Prepare(sql), sql);
        ids.Bind(1, low).Bind(2, high);
        while (ids.Step())
        {
            yield return ids.Integer(0);
        }
    }

    // Ids follow time nearly, not exactly: clocks are set, and imported messages come late. The blocks know.
    private (long Low, long High) TimeBounds(long high)
    {
        if (terms.Query.From is null && terms.Query.To is null)
        {
            return (0, high);
        }

        const string sql = "SELECT MIN(id), MAX(id), COUNT(*) FROM blocks WHERE last_at > ?9 AND first_at < ?10";
        using var bounds = _database.Prepare(sql);
        bounds.Bind(9, terms.Query.From?.UtcTicks ?? 0).Bind(10, terms.Query.To?.UtcTicks ?? long.MaxValue);
        return bounds.Step() && bounds.Integer(2) > 0
            ? (bounds.Integer(0) << BlockIndex.Bits, Math.Min(high, (bounds.Integer(1) + 1) << BlockIndex.Bits))
            : (0, 0);
    }

    private string BlockList()
    {
        var sql = "SELECT b.id FROM blocks b WHERE b.id >= ?1 AND b.id <= ?2";
        sql += terms.Query.From is null ? "" : " AND b.last_at > ?9";
        sql += terms.Query.To is null ? "" : " AND b.first_at < ?10";
        if (terms.SourceStatus is { } source && BlockIndex.Holds(StatusCounts.Source, source))
        {
            sql += $" AND EXISTS (SELECT 1 FROM block_places p WHERE p.connector = {StatusCounts.Source} AND p.status = {(int)source} AND p.block = b.id)";
        }

        if (terms.Destination is { } destination)
        {
            var status = terms.DestinationStatus is { } wanted && BlockIndex.Holds(destination, wanted) ? (int)wanted : BlockIndex.AnyStatus;
            sql += $" AND EXISTS (SELECT 1 FROM block_places p WHERE p.connector = {destination} AND p.status = {status} AND p.block = b.id)";
        }
        else if (terms.DestinationStatus is { } anywhere && BlockIndex.Holds(1, anywhere))
        {
            var all = string.Join(',', reader.Names.All(NameKind.Destination).Select(name => name.Number).Order());
            sql += $" AND EXISTS (SELECT 1 FROM block_places p WHERE p.connector IN ({all}) AND p.status = {(int)anywhere} AND p.block = b.id)";
        }

        return sql + " ORDER BY b.id DESC";
    }

    private static IEnumerable<Candidate> Merge(IEnumerator<long>[] sources)
    {
        try
        {
            var last = long.MaxValue;
            var running = sources.Where(source => source.MoveNext()).ToList();
            while (running.Count > 0)
            {
                var next = running[0];
                foreach (var source in running)
                {
                    next = source.Current > next.Current ? source : next;
                }

                if (next.Current < last)
                {
                    last = next.Current;
                    yield return new Candidate(last);
                }

                if (!next.MoveNext())
                {
                    running.Remove(next);
                }
            }
        }
        finally
        {
            foreach (var source in sources)
            {
                source.Dispose();
            }
        }
    }
}
