namespace ChannelHost.Engine.Destinations;

/// <summary>A queued message that is being delivered. Guarded by its <see cref="QueueControl"/>, but for what says otherwise.</summary>
internal sealed class QueueHand(long messageId)
{
    private readonly Lock _sync = new();
    private CancellationTokenSource? _skipped;
    private TaskCompletionSource<bool>? _done;
    private volatile string? _skipReason;

    /// <summary>The message.</summary>
    public long MessageId => messageId;

    /// <summary>Why it is to be given up; null when it is not.</summary>
    public string? SkipReason => _skipReason;

    /// <summary>Asks for it to be given up. The task says whether it was; false: it was delivered meanwhile.</summary>
    public Task<bool> Skip(string why)
    {
        lock (_sync)
        {
            _skipReason = why;

            // Not here: whoever waits would go on within this call.
            _ = _skipped?.CancelAsync();
        }

        _done ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _done.Task;
    }

    /// <summary>Cancelled when somebody gives up on the message, or the other token is. Made when something is to be waited for: most messages wait for nothing. By whoever has it in hand.</summary>
    public CancellationToken SkippedOr(CancellationToken other)
    {
        lock (_sync)
        {
            if (_skipped is null)
            {
                _skipped = CancellationTokenSource.CreateLinkedTokenSource(other);
                if (_skipReason is not null)
                {
                    _skipped.Cancel();
                }
            }

            return _skipped.Token;
        }
    }

    /// <summary>It is through; null when the queue was stopped first.</summary>
    public void Done(bool? wasSkipped)
    {
        _ = wasSkipped is { } skipped ? _done?.TrySetResult(skipped) : _done?.TrySetCanceled();
        Release();
    }

    /// <summary>It is in nobody's hands any more.</summary>
    public void Release()
    {
        lock (_sync)
        {
            _skipped?.Dispose();
            _skipped = null;
        }
    }
}
