namespace ChannelHost.Engine.Destinations;

/// <content>The side that takes: one task, which alone reads from the store.</content>
internal sealed partial class LaneQueue
{
    private const int Page = 200;
    private const int LinePage = 32;

    /// <summary>So many of the messages read last are known by id: longer than that nobody is between a commit and <see cref="Enqueue"/>.</summary>
    private const int MostSeen = 4_000;

    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    private readonly HashSet<long> _seen = [];
    private readonly Queue<long> _seenInOrder = new();

    // What went to the store only since the last page was begun, without its content.
    private readonly List<QueueEntry> _meanwhile = [];

    // True while messages may wait in the store that were not read. A restart begins so.
    private bool _behind = true;
    private Task? _newestOverflow;
    private long _cursor;

    private bool HasRoom => _count + Page <= WindowMessages && _bytes < WindowBytes;

    /// <summary>The next message that may go; its line is in hand until <see cref="Done"/> or <see cref="Park"/>. Called by one task.</summary>
    public async ValueTask<(KeyLine Line, QueueEntry Entry)> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task arrival;
            TimeSpan? wait = null;
            bool readsPage;
            KeyLine? line;
            lock (_sync)
            {
                WakeDue();
                if (_ready.TryDequeue(out line) && TryTake(line, out var entry))
                {
                    return (line, entry);
                }

                readsPage = line is null && _behind && HasRoom && !IsFullHere;
                wait = NextDue() is { } due ? Until(due) : null;
                if (_arrival.Task.IsCompleted)
                {
                    _arrival = NewSignal();
                }

                arrival = _arrival.Task;
            }

            if (line is not null)
            {
                if (await ReadLineAsync(line, cancellationToken).ConfigureAwait(false) is { } read)
                {
                    return (line, read);
                }
            }
            else if (readsPage)
            {
                await ReadPageAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await SignalOrDueAsync(arrival, wait, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask SignalOrDueAsync(Task arrival, TimeSpan? wait, CancellationToken cancellationToken)
    {
        if (wait is not { } due)
        {
            await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        // Below a millisecond a delay would be none at all.
        var pause = due > TimeSpan.FromMilliseconds(1) ? due : TimeSpan.FromMilliseconds(1);
        await arrival.WaitAsync(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void WakeDue()
    {
        while (NextDue() is { } due && due <= time.GetTimestamp())
        {
            MakeDue(_due.Dequeue());
        }
    }

    /// <summary>Takes the first of a line into hand, when it is in memory. False when the store must be asked.</summary>
    private bool TryTake(KeyLine line, out QueueEntry entry)
    {
        line.IsReady = false;
        line.IsInHand = true;
        if (line.Again is { } again && again.TryPeek(out entry) && !entry.IsToBeRead)
        {
            again.Dequeue();
            return true;
        }

        if (line is { Parked: 0, HasAgain: false } && line.Waiting.TryPeek(out entry) && !entry.IsToBeRead)
        {
            line.Waiting.Dequeue();
            Forget(entry);
            return true;
        }

        entry = default;
        return false;
    }

    /// <summary>The first of a line, when its id is all that is known of it.</summary>
    private QueueEntry? NextToBeRead(KeyLine line)
    {
        lock (_sync)
        {
            if (line.HasAgain)
            {
                return line.Again!.Dequeue();
            }

            if (line.Parked != 0 || !line.Waiting.TryPeek(out var next) || !next.IsToBeRead)
            {
                return null;
            }

            Forget(line.Waiting.Dequeue());
            return next;
        }
    }

    /// <summary>The first of a line, from the store; null when there is none, and the line is gone or goes on by itself.</summary>
    private async ValueTask<QueueEntry?> ReadLineAsync(KeyLine line, CancellationToken cancellationToken)
    {
        if (NextToBeRead(line) is { } known)
        {
            await known.Committed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return await ReadOneAsync(line, known.Work.MessageId, known.Turn, cancellationToken).ConfigureAwait(false);
        }

        if (line.Parked is var parked and not 0)
        {
            if (!line.IsDue)
            {
                Done(line);
                return null;
            }

            var turn = line.ParkedTurn;
            lock (_sync)
            {
                _parked.Remove(parked);
                line.Parked = 0;
                line.IsDue = false;
            }

            return await ReadOneAsync(line, parked, turn, cancellationToken).ConfigureAwait(false);
        }

        if (line.IsApart)
        {
            await ReadApartAsync(line, cancellationToken).ConfigureAwait(false);
        }

        Done(line);
        return null;
    }

    /// <summary>A message whose row is all that is known of it; null when it does not wait any more.</summary>
    private async ValueTask<QueueEntry?> ReadOneAsync(KeyLine line, long messageId, long turn, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (store.ReadQueue(destination, messageId - 1, 1) is [{ } work] && work.MessageId == messageId)
                {
                    return new QueueEntry(work, Task.CompletedTask, turn);
                }

                // Somebody gave up on it.
                Done(line);
                return null;
            }
            catch (StoreException)
            {
                await Task.Delay(StorePause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask ReadApartAsync(KeyLine line, CancellationToken cancellationToken)
    {
        Task? newest;
        long limit;
        lock (_sync)
        {
            newest = line.Newest;
            limit = _assigned;
        }

        if (newest is { IsCompleted: false })
        {
            await newest.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }

        IReadOnlyList<DestinationWork> page;
        try
        {
            page = store.ReadQueue(destination, line.Last, LinePage, new QueueSlice(OnlyKey: line.Key));
        }
        catch (StoreException)
        {
            await Task.Delay(StorePause, time, cancellationToken).ConfigureAwait(false);
            return;
        }

        lock (_sync)
        {
            var isAny = false;
            foreach (var work in page.TakeWhile(work => work.MessageId <= limit))
            {
                isAny = true;
                See(work.MessageId);
                var entry = new QueueEntry(work, Task.CompletedTask);
                Remember(entry);
                line.Waiting.Enqueue(entry);
                line.Last = work.MessageId;
            }

            if (!isAny && ReferenceEquals(newest, line.Newest))
            {
                EndApart(line);
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
            after = _cursor;
            _meanwhile.Clear();
        }

        if (newest is { IsCompleted: false })
        {
            // Rows that are handed over but not committed cannot be read yet; what failed to commit is nobody's.
            await newest.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }

        // Asked before the page is read: what commits while it is read is not on it.
        isSettled = newest is null or { IsCompleted: true };
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
                See(work.MessageId);
                Place(new QueueEntry(work, Task.CompletedTask));
            }

            PlaceMeanwhile();

            // Nothing left in the store, and nothing was handed over past the window since: the window is whole again.
            if (page.Count == 0 && isSettled && ReferenceEquals(newest, _newestOverflow))
            {
                _behind = false;
                _newestOverflow = null;
            }
        }

        _firstLook.TrySetResult();
    }

    /// <summary>What was handed over while the page was read, and comes before its end, but is not on it: it was not committed yet, and is not found there later.</summary>
    private void PlaceMeanwhile()
    {
        foreach (var entry in _meanwhile)
        {
            if (entry.Work.MessageId <= _cursor && !_seen.Contains(entry.Work.MessageId))
            {
                Place(entry);
            }
        }

        _meanwhile.Clear();
    }

    private void See(long messageId)
    {
        if (_seen.Add(messageId))
        {
            _seenInOrder.Enqueue(messageId);
            if (_seenInOrder.Count > MostSeen)
            {
                _seen.Remove(_seenInOrder.Dequeue());
            }
        }
    }
}
