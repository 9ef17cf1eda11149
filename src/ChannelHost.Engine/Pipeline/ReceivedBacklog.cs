using System.Threading.Channels;
using ChannelHost.Engine.Messages;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Pipeline;

/// <summary>
/// Messages that were answered on receipt and wait for their scripts, in order: first those that the last process left behind, then the new ones.
/// Bounded in number and bytes: a source waits for its answer when too much waits here.
/// </summary>
internal sealed partial class ReceivedBacklog : IAsyncDisposable
{
    private const int MostMessages = 1_000;
    private const long MostBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    private readonly string _channel;
    private readonly IMessageStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<MessagePipeline> _pipeline;
    private readonly SemaphoreSlim _busy = new(1, 1);
    private readonly Channel<(ConnectorMessage Message, Task Committed)> _waiting = Channel.CreateUnbounded<(ConnectorMessage, Task)>();
    private readonly Lock _sync = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _worker = Task.CompletedTask;
    private long _bytes;
    private int _count;
    private bool _isThroughLeft;
    private bool _isStopped;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _done;

    /// <param name="channel">The channel's name.</param>
    /// <param name="store">Its store.</param>
    /// <param name="pipeline">The version that is to process the next message.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where events go.</param>
    public ReceivedBacklog(string channel, IMessageStore store, Func<MessagePipeline> pipeline, TimeProvider time, ILogger logger)
    {
        _channel = channel;
        _store = store;
        _pipeline = pipeline;
        _time = time;
        _logger = logger;
    }

    /// <summary>Starts processing; <paramref name="left"/> are the messages of the last process.</summary>
    public void Start(IAsyncEnumerable<ConnectorMessage> left) => _worker = Task.Run(() => RunAsync(left));

    /// <summary>Waits until one more message may be added. One caller at a time.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up, or the channel stopped.</exception>
    public Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            if (_count < MostMessages && _bytes < MostBytes)
            {
                return Task.CompletedTask;
            }

            if (_isStopped)
            {
                return Stopped();
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Adds a message that is on its way to the store. Call in the order of hand-over, when there is room.</summary>
    /// <param name="message">The message.</param>
    /// <param name="committed">Completes when it is on stable storage; when that fails, the message is dropped here too.</param>
    public void Add(ConnectorMessage message, Task committed)
    {
        lock (_sync)
        {
            _count++;
            _bytes += message.Content.Length;
        }

        _waiting.Writer.TryWrite((message, committed));
    }

    /// <summary>Completes when nothing waits here.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up, or the channel stopped.</exception>
    public Task WhenDoneAsync(CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            if (_isThroughLeft && _count == 0)
            {
                return Task.CompletedTask;
            }

            if (_isStopped)
            {
                return Stopped();
            }

            _done ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _done.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>As <see cref="WhenDoneAsync"/>, unless what follows waits here as well.</summary>
    public Task WhenDoneUnlessAsync(bool waitsHere, CancellationToken cancellationToken) => waitsHere ? Task.CompletedTask : WhenDoneAsync(cancellationToken);

    /// <summary>Holds processing, so that the version can be swapped, unless the token is cancelled first; dispose the result to go on.</summary>
    public async ValueTask<IDisposable> PauseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _busy.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new Resume(_busy);
        }
        catch (OperationCanceledException)
        {
            // The message in hand takes longer than a swap may wait; it finishes on the version it began with.
            return new Resume(null);
        }
    }

    /// <summary>Stops after the message in hand. What waits is in the store as Received and is processed at the next start.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        lock (_sync)
        {
            // Nobody works here any more: whoever comes to wait from now on would wait for ever.
            _isStopped = true;
            _room?.TrySetCanceled();
            _done?.TrySetCanceled();
        }

        await _worker.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static Task Stopped() => Task.FromCanceled(new CancellationToken(canceled: true));

    private async Task RunAsync(IAsyncEnumerable<ConnectorMessage> left)
    {
        try
        {
            await foreach (var message in left.WithCancellation(_stopping.Token).ConfigureAwait(false))
            {
                await ProcessGuardedAsync(message).ConfigureAwait(false);
            }

            ThroughLeft();
            await foreach (var (message, committed) in _waiting.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
            {
                await committed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (committed.IsCompletedSuccessfully)
                {
                    await ProcessGuardedAsync(message).ConfigureAwait(false);
                }

                MakeRoom(message.Content.Length);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped: the rest is in the store.
        }
    }

    private void ThroughLeft()
    {
        lock (_sync)
        {
            _isThroughLeft = true;
            Tell();
        }
    }

    private void Tell()
    {
        if (_isThroughLeft && _count == 0)
        {
            _done?.TrySetResult();
            _done = null;
        }
    }

    /// <summary>A message that cannot be processed stays Received in the store, is told of, and costs no other message anything.</summary>
    private async Task ProcessGuardedAsync(ConnectorMessage message)
    {
        try
        {
            await ProcessAsync(message).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Failed(_logger, _channel, message.Id, exception.GetType().Name, exception.StackTrace);
        }
    }

    private void MakeRoom(int bytes)
    {
        lock (_sync)
        {
            _count--;
            _bytes -= bytes;
            Tell();
            if (_count < MostMessages && _bytes < MostBytes)
            {
                _room?.TrySetResult();
                _room = null;
            }
        }
    }

    private async Task ProcessAsync(ConnectorMessage message)
    {
        await _busy.WaitAsync(_stopping.Token).ConfigureAwait(false);
        try
        {
            var pipeline = _pipeline();
            var prepared = pipeline.Prepare(message, _stopping.Token);
            while (true)
            {
                HandedOver handedOver;
                try
                {
                    handedOver = pipeline.HandOver(prepared, isStoredAlready: true);
                    await pipeline.CommittedAsync(handedOver).ConfigureAwait(false);
                }
                catch (StoreException exception) when (!exception.IsPermanent)
                {
                    // The message is kept as Received; its outcome is offered again until the store can take it.
                    Log.NotCompleted(_logger, _channel, message.Id, exception.Message);
                    await Task.Delay(StorePause, _time, _stopping.Token).ConfigureAwait(false);
                    continue;
                }

                await pipeline.DeliverAsync(handedOver, _stopping.Token).ConfigureAwait(false);
                return;
            }
        }
        finally
        {
            _busy.Release();
        }
    }

    private sealed class Resume(SemaphoreSlim? busy) : IDisposable
    {
        public void Dispose() => busy?.Release();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2202, Level = LogLevel.Error, Message = "{Channel}: the outcome of message {MessageId} could not be stored and is offered again every second: {Reason}")]
        public static partial void NotCompleted(ILogger logger, string channel, long messageId, string reason);

        [LoggerMessage(EventId = 2203, Level = LogLevel.Error, Message = "{Channel}: message {MessageId} could not be processed because of an unexpected {Failure}; it stays Received and is tried again at the next start\n{Trace}")]
        public static partial void Failed(ILogger logger, string channel, long messageId, string failure, string? trace);
    }
}
