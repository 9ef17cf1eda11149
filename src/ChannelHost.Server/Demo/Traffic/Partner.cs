using System.Threading.Channels;

namespace ChannelHost.Server.Demo.Traffic;

/// <summary>
/// One partner: keeps what it wants to send in a short queue and sends it in order, one at a time; what nobody answered is sent again after a pause.
/// When its queue is full, what is new is left out and counted.
/// </summary>
internal sealed class Partner(ILineSender sender, TrafficFigures figures, TimeProvider time) : IAsyncDisposable
{
    private const int QueueLength = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<TrafficItem> _queue = Channel.CreateBounded<TrafficItem>(QueueLength);

    /// <summary>Takes something to send.</summary>
    public void Give(TrafficItem item)
    {
        if (!_queue.Writer.TryWrite(item))
        {
            figures.LeftOut();
        }
    }

    /// <summary>Sends until cancelled: what is being sent then still gets its answer, within the time that <paramref name="abort"/> leaves.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stop))
            {
                while (!stop.IsCancellationRequested && _queue.Reader.TryRead(out var item))
                {
                    await SendAsync(item, stop, abort);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => sender.DisposeAsync();

    private async Task SendAsync(TrafficItem item, CancellationToken stop, CancellationToken abort)
    {
        while (true)
        {
            var answer = await sender.SendAsync(item, abort);
            figures.Answered(answer);
            if (answer != LineAnswer.None)
            {
                return;
            }

            await Task.Delay(Pause, time, stop);
        }
    }
}
