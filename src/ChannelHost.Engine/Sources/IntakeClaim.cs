using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Sources;

/// <summary>
/// The place of one message among its copies: as long as it is held, no other copy of the message is taken in. Held until the message is stored and answered, so that
/// whoever waited finds in the store what became of it.
/// </summary>
/// <param name="watch">Where it is given back.</param>
/// <param name="mark">What makes two messages the same.</param>
/// <param name="description">Of the message, which had to be looked at for its mark.</param>
internal sealed class IntakeClaim(DuplicateWatch watch, IntakeMark mark, MessageDescription description) : IDisposable
{
    // Made when the first one waits: nearly no message has a copy beside it. Guarded by the watch.
    private TaskCompletionSource? _released;

    public IntakeMark Mark => mark;

    public MessageDescription Description => description;

    /// <summary>What is known of earlier copies.</summary>
    public EarlierCopy Earlier { get; set; } = null!;

    public bool IsDropped => Earlier.IsDropped;

    /// <summary>Completes when the place is free. To be asked under the watch's lock.</summary>
    public Task WhenReleased() => (_released ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Dispose()
    {
        watch.Release(this);
        _released?.TrySetResult();
    }
}

/// <summary>What makes two messages the same: the control id, or the hash of the content.</summary>
internal readonly record struct IntakeMark(string? ControlId, UInt128 Content);
