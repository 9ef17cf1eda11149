namespace ChannelHost.Server.Api;

/// <summary>Counts what a query finds, page by page: others get their turn in between, and one that looks through everything ends.</summary>
internal static class MessageCount
{
    private const int MostCounted = 100_000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Counts for ten seconds or to 100,000 at most, and says when there may be more.</summary>
    public static async Task<CountView> OfAsync(MessageQuery query, Func<MessageQuery, Task<MessageSearchPage>> search, TimeProvider time)
    {
        var began = time.GetTimestamp();
        for (var count = 0L; ;)
        {
            var found = await search(query);
            count += found.Messages.Count;
            if (found.Before == 0)
            {
                return new CountView(count, IsExact: true);
            }

            if (count >= MostCounted)
            {
                return new CountView(count, IsExact: false, "counting ends at 100,000: there are at least so many");
            }

            if (time.GetElapsedTime(began) >= Longest)
            {
                return new CountView(count, IsExact: false, $"counting was ended after {Longest.TotalSeconds:0} s: there are at least so many. Narrow the query, by time for instance");
            }

            query = query with { BeforeId = found.Before };
        }
    }
}
