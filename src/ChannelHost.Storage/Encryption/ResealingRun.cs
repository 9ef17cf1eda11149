namespace ChannelHost.Storage.Encryption;

/// <summary>How a walk over a store ended.</summary>
internal enum ResealingEnd
{
    /// <summary>Everything that can be rewritten is in the present form, and nothing else is written down as needed.</summary>
    Done,

    /// <summary>Another key came meanwhile: what was rewritten before that has the key in between, so it must be walked over again.</summary>
    Overtaken,

    /// <summary>Something else needs an old key for now: a batch under way, or the state file.</summary>
    NotYet,
}

/// <summary>The work that brings a store to the form that is written now, beside the traffic: one walk at a time, for every kind of store.</summary>
internal sealed class ResealingRun
{
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private bool _mustRunAgain;
    private volatile string? _fault;

    /// <summary>Why the last walk is not through; null when it is.</summary>
    internal string? Fault
    {
        set => _fault = value;
    }

    /// <summary>
    /// Begins, if it is needed. What is under way is walked over once more when it is through, because a key may have come behind it. It ends by itself; the next opening goes on.
    /// </summary>
    /// <param name="isDue">Whether something is in another form.</param>
    /// <param name="walk">One walk over the store.</param>
    /// <param name="failed">Told of a failure that ends it.</param>
    internal void Begin(Func<bool> isDue, Func<Task<ResealingEnd>> walk, Action<StoreException> failed)
    {
        lock (_gate)
        {
            if (!isDue())
            {
                return;
            }

            _mustRunAgain = _isRunning;
            if (!_isRunning)
            {
                _isRunning = true;
                _running = Task.Run(() => RunAsync(isDue, walk, failed));
            }
        }
    }

    /// <summary>Ends when nothing is being brought to another form any more. Gives why it ended before it was through; null when it did not.</summary>
    internal async Task<string?> EndedAsync(CancellationToken cancellationToken)
    {
        Task running;
        lock (_gate)
        {
            running = _running;
        }

        await running.WaitAsync(cancellationToken);
        return _fault;
    }

    private async Task RunAsync(Func<bool> isDue, Func<Task<ResealingEnd>> walk, Action<StoreException> failed)
    {
        try
        {
            do
            {
                _fault = null;
            }
            while (await walk() == ResealingEnd.Overtaken || MustRunAgain(isDue));
        }
        catch (OperationCanceledException)
        {
            // The store closes; the next opening begins anew, and finds less to do.
        }
        catch (StoreException failure)
        {
            failed(failure);
            _fault = failure.Message;
            lock (_gate)
            {
                _isRunning = false;
            }
        }
    }

    private bool MustRunAgain(Func<bool> isDue)
    {
        lock (_gate)
        {
            var again = _mustRunAgain && isDue();
            _mustRunAgain = false;
            return _isRunning = again;
        }
    }
}
