namespace ChannelHost.Engine.Destinations;

/// <summary>
/// What waits at one destination, in order. The newest messages are kept in a bounded window in memory as they are handed to the store; when more wait
/// than the window holds, the rest is read from the store page by page, so that memory stays flat however long the partner is away.
/// </summary>
/// <param name="destination">The destination's name.</param>
/// <param name="store">Where the messages are.</param>
/// <param name="time">The clock.</param>
internal sealed class DestinationQueue(string destination, IMessageStore store, TimeProvider time)
{
    private const int WindowMessages = 1_000;
    private const long WindowBytes = 32 * 1024 * 1024;
    private const int Page = 200;
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    private readonly Lock _sync = new();
    private readonly Queue<QueueEntry> _window = new();
    private TaskCompletionSource _arrival = NewArrival();
    private readonly TaskCompletionSource _firstLook = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<QueueEntry> _again = new();
    private long _windowBytes;

    // The highest id that was in the window: what is read from the store comes after it.
    private long _cursor;
    private readonly SeenMessages _seen = new();
    private bool _inHand;

    // The lane before this one may have delivered so many of the oldest messages without a record: those not read yet, and all that no attempt has told of in the store.
    private int _uncertain;
    private int _unsettled;
    private bool _isInHandUnsettled;

    // True while messages may wait in the store that the window does not hold. A restart begins so.
    private bool _behind = true;
    private Task? _newestOverflow;

    /// <summary>Completes when the store was asked once what waits; before, <see cref="IsEmpty"/> is only a guess.</summary>
    public Task FirstLook => _firstLook.Task;

    /// <summary>True when nothing waits and nothing is being delivered.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_sync)
            {
                return !_behind && !_inHand && _window.Count == 0 && _again.Count == 0;
            }
        }
    }

    /// <summary>Says, before the first message is taken, how many of the oldest the partner may have got already.</summary>
    public void BeginUncertain(int messages) => _uncertain = _unsettled = messages;

    /// <summary>How many of those are still marked in memory only: they were not through when the lane ended.</summary>
    public int Uncertain
    {
        get
        {
            lock (_sync)
            {
                return _unsettled;
            }
        }
    }

    /// <summary>Says that nothing waits in the store.</summary>
    public void BeginEmpty()
    {
        lock (_sync)
        {
            _behind = false;
        }

        _firstLook.TrySetResult();
    }

    /// <summary>Adds a message in the order in which messages are handed to the store.</summary>
    /// <param name="work">The message.</param>
    /// <param name="committed">Completes when its Queued status is on stable storage; when it fails, the message is not delivered.</param>
    public void Enqueue(DestinationWork work, Task committed)
    {
        lock (_sync)
        {
            if (_seen.Contains(work.MessageId))
            {
                // Its commit was through, and it was read from the store, before it came here.
                return;
            }

            if (work.MessageId > _cursor && (_behind || _window.Count >= WindowMessages || _windowBytes + work.Content.Length > WindowBytes))
            {
                _behind = true;
                _newestOverflow = _newestOverflow is { IsCompleted: false } earlier ? Task.WhenAll(earlier, committed) : committed;
                _seen.HandedOver(work, committed);
            }
            else
            {
                // Behind the place up to which the store was read it would not be found there.
                Place(new QueueEntry(work, committed));
            }

            _arrival.TrySetResult();
        }
    }

    /// <summary>The next message in order; it is in hand until <see cref="Done"/>.</summary>
    public async ValueTask<QueueEntry> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrival;
            Task? overflow;
            bool behind;
            QueueEntry? toBeRead = null;
            lock (_sync)
            {
                if (TryTake(out var entry))
                {
                    _inHand = true;
                    _isInHandUnsettled = entry.IsMarkedHere;
                    if (!entry.IsToBeRead)
                    {
                        return entry;
                    }

                    toBeRead = entry;
                }

                behind = _behind;
                if (behind && toBeRead is null)
                {
                    _seen.BeginPage();
                }

                overflow = _newestOverflow;
                if (_arrival.Task.IsCompleted)
                {
                    _arrival = NewArrival();
                }

                arrival = _arrival.Task;
            }

            if (toBeRead is { } known)
            {
                if (await ReadOneAsync(known, cancellationToken).ConfigureAwait(false) is { } read)
                {
                    return read;
                }

                Done();
                continue;
            }

            if (!behind)
            {
                await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (overflow is not null)
            {
                // Rows that are handed over but not committed cannot be read yet; what failed to commit is nobody's.
                await overflow.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            cancellationToken.ThrowIfCancellationRequested();
            await ReadPageAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a message that failed before, and is Queued again in the store, before those that wait. Its turn in their order has passed.</summary>
    /// <param name="work">The message.</param>
    /// <param name="turn">Tells this entry from others of the message: a page that is read from the store may hold it too.</param>
    public void Requeue(DestinationWork work, long turn)
    {
        lock (_sync)
        {
            _again.Enqueue(QueueEntry.ToBeRead(work, Task.CompletedTask, turn));
            _arrival.TrySetResult();
        }
    }

    /// <summary>Those that were queued again, in order.</summary>
    public List<long> UpcomingAgain(int most)
    {
        lock (_sync)
        {
            return [.. _again.Take(most).Select(entry => entry.Work.MessageId)];
        }
    }

    /// <summary>The message in hand is through.</summary>
    public void Done()
    {
        lock (_sync)
        {
            _inHand = false;
            _unsettled -= _isInHandUnsettled ? 1 : 0;
            _isInHandUnsettled = false;
        }
    }

    private bool TryTake(out QueueEntry entry)
    {
        if (_again.TryDequeue(out entry))
        {
            return true;
        }

        if (!_window.TryDequeue(out entry))
        {
            return false;
        }

        _windowBytes -= entry.Work.Content.Length;
        return true;
    }

    private void Place(QueueEntry entry)
    {
        _window.Enqueue(entry);
        _windowBytes += entry.Work.Content.Length;
        _cursor = Math.Max(_cursor, entry.Work.MessageId);
    }

    /// <summary>A message whose id is all that is known of it; null when it does not wait any more, or never came to wait.</summary>
    private async ValueTask<QueueEntry?> ReadOneAsync(QueueEntry known, CancellationToken cancellationToken)
    {
        await known.Committed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return store.ReadQueued(destination, known.Work.MessageId) is { } work
                    ? known with { Work = work with { IsUncertain = work.IsUncertain || known.Work.IsUncertain }, IsToBeRead = false }
                    : null;
            }
            catch (StoreException)
            {
                await Task.Delay(StorePause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask ReadPageAsync(CancellationToken cancellationToken)
    {
        Task? newest;
        bool isSettled;
        long after;
        lock (_sync)
        {
            newest = _newestOverflow;

            // Asked before the page is read: what commits while it is read is not on it.
            isSettled = newest is null or { IsCompleted: true };
            after = _cursor;
        }

        IReadOnlyList<DestinationWork> page;
        try
        {
            page = store.ReadQueue(destination, after, Page);
        }
        catch (StoreException)
        {
            // The store tells of its own fault; the queue goes on when it is mended.
            await Task.Delay(StorePause, time, cancellationToken).ConfigureAwait(false);
            return;
        }

        lock (_sync)
        {
            foreach (var work in page)
            {
                var isUncertain = _uncertain > 0;
                _uncertain -= isUncertain ? 1 : 0;
                _seen.Add(work.MessageId);
                Place(new QueueEntry(isUncertain ? work with { IsUncertain = true, Attempts = work.Attempts > 0 ? work.Attempts + 1 : 0 } : work, Task.CompletedTask) { IsMarkedHere = isUncertain });
            }

            foreach (var entry in _seen.TakeMissed(_cursor))
            {
                Place(entry);
            }

            // Nothing left in the store, and nothing was handed over past the window since: the window is whole again.
            if (page.Count == 0 && isSettled && ReferenceEquals(newest, _newestOverflow))
            {
                _behind = false;
                _newestOverflow = null;

                // Fewer wait than might have been delivered.
                _unsettled -= _uncertain;
                _uncertain = 0;
            }
        }

        _firstLook.TrySetResult();
    }

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
