namespace ChannelHost.Connectors.Http;

/// <summary>The requests that a source works on, so that stopping can wait for their answers.</summary>
internal sealed class RequestsInFlight : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private bool _isClosed;

    public RequestsInFlight() => Cut = _cut.Token;

    /// <summary>Cancelled when requests are to be given up.</summary>
    public CancellationToken Cut { get; }

    /// <summary>A request begins; false when none may any more.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            _count += _isClosed ? 0 : 1;
            return !_isClosed;
        }
    }

    /// <summary>A request is through.</summary>
    public void Exit()
    {
        lock (_gate)
        {
            if (--_count == 0 && _isClosed)
            {
                _empty.TrySetResult();
            }
        }
    }

    /// <summary>No more requests; waits for those inside until the token is cancelled, then gives them up. True when all got their answer.</summary>
    public async Task<bool> CloseAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _isClosed = true;
            if (_count == 0)
            {
                _empty.TrySetResult();
            }
        }

        await _empty.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_empty.Task.IsCompleted)
        {
            return true;
        }

        await _cut.CancelAsync();
        return false;
    }

    public void Dispose() => _cut.Dispose();
}
