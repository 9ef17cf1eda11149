using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Pipeline;

namespace ChannelHost.Engine.Sources;

/// <summary>
/// The door of a channel: lets as many messages in at once as the channel has threads (one, by default: the order of arrival is the order of everything
/// after), and can be held while the version is swapped.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Neither the semaphore nor the source of the token holds a handle, and a late message must be able to leave after the channel is closed.")]
internal sealed class Intake(int threads)
{
    private readonly SemaphoreSlim _places = new(threads, threads);
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _ids = new();
    private Task _lastHandOver = Task.CompletedTask;
    private volatile bool _isClosed;
    private volatile MessagePipeline? _pipeline;

    /// <summary>The messages on their way.</summary>
    public WorkInFlight InFlight { get; } = new();

    /// <summary>The version that gets the next message.</summary>
    public MessagePipeline Pipeline
    {
        get => _pipeline ?? throw new InvalidOperationException("No version is deployed.");
        set => _pipeline = value;
    }

    /// <summary>True when messages are handed to the store one by one anyway.</summary>
    public bool IsSerial => threads == 1;

    /// <summary>Waits for a place.</summary>
    /// <exception cref="OperationCanceledException">The channel stops, or the sender went.</exception>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        if (!_places.Wait(0, CancellationToken.None))
        {
            await WaitForPlaceAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_isClosed)
        {
            _places.Release();
            throw new OperationCanceledException("The channel is stopping.");
        }

        InFlight.Enter();
    }

    /// <summary>Gives the place to the next message; this one is handed over.</summary>
    public void Leave() => _places.Release();

    /// <summary>Reserves an id and, where several messages are worked on at once, the turn for handing over in the order of ids.</summary>
    public (long Id, Task Before, TaskCompletionSource? HandedOver) Reserve(IMessageStore store)
    {
        if (IsSerial)
        {
            return (store.NextId(), Task.CompletedTask, null);
        }

        lock (_ids)
        {
            // The id first: when the store has none to give, nothing must wait for this message.
            var id = store.NextId();
            var before = _lastHandOver;
            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _lastHandOver = mine.Task;
            return (id, before, mine);
        }
    }

    /// <summary>Takes all places, so that nobody is inside; gives up waiting for those that are when the token is cancelled. Dispose to open again.</summary>
    public async ValueTask<IDisposable> HoldAsync(CancellationToken cancellationToken)
    {
        var taken = 0;
        try
        {
            for (; taken < threads; taken++)
            {
                await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Somebody inside takes longer than a swap may wait; the message finishes on the version it began with.
        }

        return new Opening(_places, taken);
    }

    /// <summary>Lets nobody in any more; those that wait for a place are sent away.</summary>
    public void Close()
    {
        _isClosed = true;
        _closing.Cancel();
    }

    /// <summary>Whoever is inside may be stuck behind a partner: a part of a batch has no sender whose patience ends, so closing must end its wait.</summary>
    private async ValueTask WaitForPlaceAsync(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            await _places.WaitAsync(_closing.Token).ConfigureAwait(false);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        await _places.WaitAsync(either.Token).ConfigureAwait(false);
    }

    private sealed class Opening(SemaphoreSlim places, int taken) : IDisposable
    {
        public void Dispose()
        {
            if (taken > 0)
            {
                places.Release(taken);
            }
        }
    }
}
