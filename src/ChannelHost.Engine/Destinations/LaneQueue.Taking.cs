namespace ChannelHost.Engine.Destinations;

/// <content>The side that takes: one task, which alone reads from the store.</content>
internal sealed partial class LaneQueue
{
    private const int Page = 200;
    private const int LinePage = 32;

    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    private readonly SeenMessages _seen = new();

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
            return await ReadOneAsync(line, known.Work.MessageId, known.Turn, cancellationToken).ConfigureAwait(false) is { } again
                ? again with { Work = again.Work with { IsUncertain = again.Work.IsUncertain || known.Work.IsUncertain } }
                : null;
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

        if (line.IsApart && await ReadApartAsync(line, cancellationToken).ConfigureAwait(false) is { } first)
        {
            return first;
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
                if (store.ReadQueued(destination, messageId) is { } work)
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

    /// <summary>Reads on in a line that is in the store, no more than there is room for. Gives the first, which goes at once; null when there is none, or another goes before.</summary>
    private async ValueTask<QueueEntry?> ReadApartAsync(KeyLine line, CancellationToken cancellationToken)
    {
        Task? newest;
        long limit;
        int room;
        lock (_sync)
        {
            newest = line.Newest;
            limit = _assigned;

            // However many lines come to this at once: where there is no room, each has only the one in hand.
            room = _bytes < WindowBytes ? Math.Clamp(WindowMessages - _count, 1, LinePage) : 1;
        }

        if (newest is { IsCompleted: false })
        {
            await newest.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }

        IReadOnlyList<DestinationWork> page;
        try
        {
            page = store.ReadQueue(destination, line.Last, room, new QueueSlice(OnlyKey: line.Key));
        }
        catch (StoreException)
        {
            await Task.Delay(StorePause, time, cancellationToken).ConfigureAwait(false);
            return null;
        }

        lock (_sync)
        {
            var isAny = false;
            QueueEntry? first = null;
            foreach (var work in page.TakeWhile(work => work.MessageId <= limit))
            {
                _seen.Add(work.MessageId);
                line.Last = work.MessageId;
                var entry = new QueueEntry(work, Task.CompletedTask);
                if (!isAny && line.Waiting.Count == 0 && !line.HasAgain)
                {
                    first = entry;
                }
                else
                {
                    Remember(entry);
                    line.Waiting.Enqueue(entry);
                }

                isAny = true;
            }

            if (!isAny && ReferenceEquals(newest, line.Newest))
            {
                EndApart(line);
            }

            return first;
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
            _seen.BeginPage();
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
                _seen.Add(work.MessageId);
                Place(new QueueEntry(work, Task.CompletedTask));
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
            }
        }

        _firstLook.TrySetResult();
    }
}
