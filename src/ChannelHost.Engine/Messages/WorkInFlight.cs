namespace ChannelHost.Engine.Messages;

/// <summary>Counts the messages that are on their way, so that a redeploy and a stop can wait for them.</summary>
internal sealed class WorkInFlight
{
    private readonly Lock _sync = new();
    private int _count;
    private TaskCompletionSource? _empty;

    /// <summary>True when nothing is on its way.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_sync)
            {
                return _count == 0;
            }
        }
    }

    /// <summary>True when one message is on its way, and no other.</summary>
    public bool IsOne => Volatile.Read(ref _count) == 1;

    /// <summary>A message begins.</summary>
    public void Enter()
    {
        lock (_sync)
        {
            _count++;
        }
    }

    /// <summary>A message is through.</summary>
    public void Exit()
    {
        lock (_sync)
        {
            if (--_count == 0)
            {
                _empty?.TrySetResult();
                _empty = null;
            }
        }
    }

    /// <summary>Completes when no message is on its way.</summary>
    public Task WhenEmptyAsync(CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            if (_count == 0)
            {
                return Task.CompletedTask;
            }

            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task.WaitAsync(cancellationToken);
        }
    }
}
