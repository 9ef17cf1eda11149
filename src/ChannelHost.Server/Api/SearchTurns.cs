using System.Threading.Channels;

namespace ChannelHost.Server.Api;

/// <summary>
/// A search holds a thread for up to two seconds, and the message path lives on the same ones: so few run at once over all channels, and the rest wait without a thread.
/// </summary>
internal sealed class SearchTurns
{
    /// <summary>So many search at once.</summary>
    internal const int Most = 4;

    /// <summary>So many may wait for their turn.</summary>
    internal const int MostWaiting = 64;

    private readonly Channel<int> _free = Channel.CreateBounded<int>(Most);
    private int _inside;

    /// <summary>With all places free.</summary>
    public SearchTurns()
    {
        for (var place = 0; place < Most; place++)
        {
            _free.Writer.TryWrite(place);
        }
    }

    /// <summary>Searches when it is this one's turn.</summary>
    /// <exception cref="StoreException">Too many wait, or the store cannot search.</exception>
    public async Task<T> RunAsync<T>(Func<T> search, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _inside) > Most + MostWaiting)
            {
                throw new StoreException($"{MostWaiting} searches wait already. Next: ask again in a moment");
            }

            var place = await _free.Reader.ReadAsync(cancellationToken);
            try
            {
                return search();
            }
            finally
            {
                _free.Writer.TryWrite(place);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }
}
