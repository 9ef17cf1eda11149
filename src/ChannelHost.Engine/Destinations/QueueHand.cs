namespace ChannelHost.Engine.Destinations;

/// <summary>A queued message that is being delivered. Guarded by its <see cref="QueueControl"/>.</summary>
internal sealed class QueueHand(long messageId)
{
    private TaskCompletionSource<bool>? _done;
    private volatile string? _skipReason;

    /// <summary>The message.</summary>
    public long MessageId => messageId;

    /// <summary>Why it is to be given up; null when it is not.</summary>
    public string? SkipReason => _skipReason;

    /// <summary>Asks for it to be given up. The task says whether it was; false: it was delivered meanwhile.</summary>
    public Task<bool> Skip(string why)
    {
        _skipReason = why;
        _done ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _done.Task;
    }

    /// <summary>It is through; null when the queue was stopped first.</summary>
    public void Done(bool? wasSkipped) => _ = wasSkipped is { } skipped ? _done?.TrySetResult(skipped) : _done?.TrySetCanceled();
}
