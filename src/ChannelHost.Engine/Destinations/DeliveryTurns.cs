namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Lets so many deliveries of a destination through at once, and never two of one order key. Who came first goes first: among all where one goes at a
/// time, among those of a key elsewhere.
/// </summary>
/// <param name="lanes">How many at once.</param>
/// <param name="keepsOrder">False: keys mean nothing here.</param>
internal sealed class DeliveryTurns(int lanes, bool keepsOrder)
{
    private readonly Lock _sync = new();

    // For each key that is let through, or waits for a free lane, those behind it.
    private readonly Dictionary<long, Queue<TaskCompletionSource>?> _keys = [];
    private readonly Queue<TaskCompletionSource> _ready = new();
    private int _busy;
    private int _waiting;
    private TaskCompletionSource? _closed;

    /// <summary>Takes a place in the line. The task completes when it is this delivery's turn; then <see cref="Release"/>.</summary>
    /// <param name="orderKey">Deliveries of the same key go one after the other; 0 for none.</param>
    public Task TakeAsync(long orderKey)
    {
        lock (_sync)
        {
            if (_closed is not null)
            {
                // Nobody is let through any more: whoever waits is cut off by its lane.
                return new TaskCompletionSource().Task;
            }

            var isBehind = false;
            Queue<TaskCompletionSource>? behind = null;
            if (keepsOrder && orderKey != 0 && !(isBehind = _keys.TryGetValue(orderKey, out behind)))
            {
                _keys.Add(orderKey, null);
            }

            if (!isBehind && _busy < lanes)
            {
                _busy++;
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting++;
            if (!isBehind)
            {
                _ready.Enqueue(turn);
                return turn.Task;
            }

            (behind ?? (_keys[orderKey] = new Queue<TaskCompletionSource>(2))!).Enqueue(turn);
            return turn.Task;
        }
    }

    /// <summary>Waits for a turn, but not behind a lane that was closed: whoever holds the turn last never gives it back.</summary>
    /// <param name="turn">The place in the line, from <see cref="TakeAsync"/>.</param>
    /// <param name="orderKey">As taken.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    /// <exception cref="OperationCanceledException">It was cut off; the place in the line is given up when it comes.</exception>
    public async ValueTask WaitAsync(Task turn, long orderKey, CancellationToken cancellationToken)
    {
        if (turn.IsCompleted)
        {
            return;
        }

        try
        {
            await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The place stays ours until it comes; those behind must not wait for it.
            _ = GiveUpAsync(turn, orderKey);
            throw;
        }
    }

    /// <summary>Leaves the line without delivering.</summary>
    public async Task GiveUpAsync(Task turn, long orderKey)
    {
        await turn.ConfigureAwait(false);
        Release(orderKey);
    }

    /// <summary>The delivery is through.</summary>
    /// <param name="orderKey">As taken.</param>
    public void Release(long orderKey)
    {
        lock (_sync)
        {
            if (keepsOrder && orderKey != 0)
            {
                if (_keys[orderKey] is { Count: > 0 } behind)
                {
                    _ready.Enqueue(behind.Dequeue());
                }
                else
                {
                    _keys.Remove(orderKey);
                }
            }

            if (_ready.TryDequeue(out var next))
            {
                _waiting--;
                next.TrySetResult();
                return;
            }

            _busy--;
            if (_busy == 0 && _waiting == 0)
            {
                _closed?.TrySetResult();
            }
        }
    }

    /// <summary>Lets nobody in any more. Completes when all who were in line are through.</summary>
    public Task CloseAsync()
    {
        lock (_sync)
        {
            _closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_busy == 0 && _waiting == 0)
            {
                _closed.TrySetResult();
            }

            return _closed.Task;
        }
    }
}
