using System.Threading.Tasks.Sources;

namespace ChannelHost.Storage.Messages.Writing;

/// <summary>Something a caller handed to the writer. It is its own task, so that a message costs one object on its way to the disk.</summary>
internal abstract class StoreWork
{
    /// <summary>About how many bytes it writes; groups are bounded by it.</summary>
    internal virtual long Size => 256;

    /// <summary>The bytes of attachments.</summary>
    protected static long SizeOf(IReadOnlyList<Attachment> attachments)
    {
        var size = 0L;
        for (var index = 0; index < attachments.Count; index++)
        {
            size += 256 + attachments[index].Content.Length;
        }

        return size;
    }

    /// <summary>Work of callers that a limit may turn away; what follows from messages already taken in is never turned away.</summary>
    internal virtual bool IsIntake => false;

    /// <summary>Writes into the running transaction. May run again when the transaction had to be taken back because of another entry.</summary>
    internal abstract void Execute(MessageTables tables);

    /// <summary>The commit is on stable storage.</summary>
    internal abstract void Complete();

    /// <summary>The same, said on the thread of the very caller who waits: where nobody else can wait for it, what follows goes on right here.</summary>
    internal virtual void CompleteHere() => Complete();

    /// <summary>Nothing of it is stored.</summary>
    internal abstract void Fail(Exception reason);
}

/// <summary>Work with a result.</summary>
internal abstract class StoreWork<T> : StoreWork, IValueTaskSource<T>
{
    // Callers go on in the thread pool: on the writer's thread they would hold up the next commit.
    private ManualResetValueTaskSourceCore<T> _source = new() { RunContinuationsAsynchronously = true };

    /// <summary>The result of the last execution.</summary>
    protected T Result { get; set; } = default!;

    /// <summary>Completes with the commit. Await it once.</summary>
    internal ValueTask<T> Task => new(this, _source.Version);

    /// <summary>
    /// For callers that block until it is done, said before it is handed over: they are woken by the writer itself. Were that left to the thread pool,
    /// a pool whose threads all wait here could not wake any of them.
    /// </summary>
    internal void WakeDirectly() => _source.RunContinuationsAsynchronously = false;

    /// <summary>As <see cref="WakeDirectly"/>, when it turns out that the caller's thread is the one that completes it.</summary>
    protected void CompleteDirectly()
    {
        WakeDirectly();
        Complete();
    }

    internal override void Complete() => _source.SetResult(Result);

    internal override void Fail(Exception reason) => _source.SetException(reason);

    T IValueTaskSource<T>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
