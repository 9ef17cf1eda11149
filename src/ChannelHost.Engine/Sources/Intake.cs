using ChannelHost.Engine.Pipeline;

namespace ChannelHost.Engine.Sources;

/// <summary>
/// The door of a channel: lets as many messages in at once as the channel has threads (one, by default: the order of arrival is the order of everything
/// after), and can be held while the version is swapped.
/// </summary>
internal sealed class Intake(int threads) : IDisposable
{
    private readonly SemaphoreSlim _places = new(threads, threads);
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
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
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
            var before = _lastHandOver;
            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _lastHandOver = mine.Task;
            return (store.NextId(), before, mine);
        }
    }

    /// <summary>Takes all places, so that nobody is inside, and waits until what was inside is through or the token is cancelled. Dispose to open again.</summary>
    public async ValueTask<IDisposable> HoldAsync(CancellationToken cancellationToken)
    {
        for (var place = 0; place < threads; place++)
        {
            await _places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await InFlight.WhenEmptyAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new Opening(this);
    }

    /// <summary>Lets nobody in any more.</summary>
    public void Close() => _isClosed = true;

    public void Dispose() => _places.Dispose();

    private sealed class Opening(Intake intake) : IDisposable
    {
        public void Dispose() => intake.Open();
    }

    private void Open() => _places.Release(threads);
}
