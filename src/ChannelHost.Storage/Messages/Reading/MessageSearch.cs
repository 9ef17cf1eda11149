using System.Diagnostics;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.Messages.Texts;

namespace ChannelHost.Storage.Messages.Reading;

/// <summary>Finds messages, newest first: walks along the index that narrows most and looks at each candidate, until the page is full or the time is up.</summary>
internal static class MessageSearch
{
    /// <summary>The most messages of a page.</summary>
    internal const int Most = 1_000;

    // Looking at the clock costs little beside looking at a message, but not nothing.
    private const int BetweenLooks = 32;

    /// <summary>Finds a page of messages.</summary>
    /// <param name="reader">Reads.</param>
    /// <param name="query">What to find.</param>
    /// <param name="countOf">How many messages have a status at a connector.</param>
    /// <param name="texts">Indexes of texts; null where there are none.</param>
    /// <param name="limit">Ends the page after this time, however much is found.</param>
    internal static MessageSearchPage Find(MessageReader reader, MessageQuery query, Func<int, MessageStatus, long> countOf, TextIndexes? texts, TimeSpan limit)
    {
        if (SearchTerms.Of(query, reader.Names, reader.Codec) is not { } terms)
        {
            return new MessageSearchPage([], 0);
        }

        var began = Stopwatch.GetTimestamp();
        var count = Math.Clamp(query.Count, 1, Most);
        var found = new List<MessageSummary>(Math.Min(count, 64));
        var looks = 0;
        var sql = terms.CheckStatement();
        using var check = terms.Bind(reader.Database.Prepare(sql), sql);
        var driver = SearchDriver.Of(terms, reader.Names, countOf);
        foreach (var candidate in new SearchWalk(reader, terms).Candidates(driver, texts))
        {
            if (!candidate.IsProgress && Matches(reader, terms, check, candidate.Id) && MessageViews.Summary(reader, candidate.Id) is { } summary)
            {
                found.Add(summary);
                if (found.Count == count)
                {
                    return new MessageSearchPage(found, candidate.Id);
                }
            }

            if ((candidate.IsProgress || ++looks % BetweenLooks == 0) && limit < Stopwatch.GetElapsedTime(began))
            {
                return new MessageSearchPage(found, Math.Max(candidate.Id, 1));
            }
        }

        return new MessageSearchPage(found, 0);
    }

    private static bool Matches(MessageReader reader, SearchTerms terms, SqliteStatement check, long id)
    {
        check.Bind(1, id);
        try
        {
            return check.Step() && (!terms.HasText || check.Bytes(0).IndexOf(terms.Text) >= 0 || reader.ContainsRaw(id, terms.Text));
        }
        finally
        {
            check.Reset();
        }
    }
}
