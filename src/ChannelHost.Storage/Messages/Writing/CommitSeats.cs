namespace ChannelHost.Storage.Messages.Writing;

/// <summary>
/// How many callers, over all stores, may be committing on their own threads at once. Those are threads of the pool, and a disk that stands still would hold them all:
/// health checks and other channels must go on.
/// </summary>
internal sealed class CommitSeats(int count)
{
    private int _free = count;

    /// <summary>Takes a seat; false when there is none.</summary>
    internal bool TryTake()
    {
        if (Interlocked.Decrement(ref _free) >= 0)
        {
            return true;
        }

        Interlocked.Increment(ref _free);
        return false;
    }

    /// <summary>Gives it back.</summary>
    internal void Leave() => Interlocked.Increment(ref _free);
}
