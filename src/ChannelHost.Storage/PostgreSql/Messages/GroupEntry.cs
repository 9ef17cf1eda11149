namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>Something a caller handed to the writer.</summary>
internal abstract class GroupEntry
{
    /// <summary>About how many bytes it writes; groups are bounded by it.</summary>
    internal virtual long Size => 256;

    /// <summary>Work of callers that a limit may turn away; what follows from messages already taken in is never turned away.</summary>
    internal virtual bool IsIntake => false;

    /// <summary>True: it runs alone, in a transaction of its own.</summary>
    internal virtual bool IsAlone => false;

    /// <summary>Says what of the stored must be known before <see cref="Execute"/>.</summary>
    internal virtual void Announce(GroupNeeds needs)
    {
        // Most need nothing that is not at hand.
    }

    /// <summary>Adds what it changes to the group. Throws before it has changed anything. May run again when the group had to be put together anew.</summary>
    internal abstract void Execute(MessageGroup group);

    /// <summary>The commit is on stable storage.</summary>
    internal abstract void Complete();

    /// <summary>Nothing of it is stored.</summary>
    internal abstract void Fail(Exception reason);
}

/// <summary>An entry with a result.</summary>
internal abstract class GroupEntry<T> : GroupEntry
{
    // Callers go on in the thread pool: on the writer's thread they would hold up the next commit. Those that block are woken directly all the same.
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The result of the last execution.</summary>
    protected T Result { get; set; } = default!;

    /// <summary>Completes with the commit.</summary>
    internal Task<T> Task => _source.Task;

    internal override void Complete() => _source.TrySetResult(Result);

    internal override void Fail(Exception reason) => _source.TrySetException(reason);
}
