using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors;

/// <summary>What every source promises (<see cref="ISource"/>). A source's tests inherit it.</summary>
public abstract class SourceConnectorContract : IAsyncDisposable
{
    private protected Bench Bench { get; } = new();

    private protected static CancellationToken Cancelled => new(canceled: true);

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The source, ready to start.</summary>
    private protected abstract ISource Source { get; }

    /// <summary>Puts a message where the source takes it. Does not wait for the outcome, and does not mind when nobody takes it.</summary>
    private protected abstract Task DeliverAsync(string content);

    /// <summary>True when the sender of the last delivered message has been told that it was taken: answered positively, or its file removed.</summary>
    private protected abstract Task<bool> WasConfirmedAsync();

    [Fact]
    public async Task MessageDelivered_ReceiverGetsItsBytesAndSenderIsTold()
    {
        await Source.StartAsync(Bench.Receiver, Token);

        await DeliverAsync("MSH|^~\\&|é|\r\nPID|1\r");
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.Equal("MSH|^~\\&|é|\r\nPID|1\r", Bench.Receiver.Texts[0]);
        Assert.True(await WasConfirmedAsync());
    }

    [Fact]
    public async Task StoreCannotKeepIt_SenderIsNotTold()
    {
        Bench.Receiver.Answer = (_, _, _) => ValueTask.FromResult(CollectingReceiver.NotStored());
        await Source.StartAsync(Bench.Receiver, Token);

        await DeliverAsync("one");
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.False(await WasConfirmedAsync());
    }

    [Fact]
    public async Task ReceiverGivesUp_SenderIsNotTold()
    {
        Bench.Receiver.Answer = (_, _, _) => throw new OperationCanceledException();
        await Source.StartAsync(Bench.Receiver, Token);

        await DeliverAsync("one");
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.False(await WasConfirmedAsync());
    }

    [Fact]
    public async Task ReceiverFails_NextMessageIsTaken()
    {
        Bench.Receiver.Answer = (_, id, _) => id == 1 ? throw new InvalidOperationException("broken") : ValueTask.FromResult(CollectingReceiver.Stored(id));
        await Source.StartAsync(Bench.Receiver, Token);

        await DeliverAsync("one");
        await Bench.Receiver.WaitForAsync(1, Token);
        await DeliverAsync("two");
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.NotEmpty(Bench.Log.Events);
    }

    [Fact]
    public async Task StopWithMessageInFlight_WaitsForItsEnd()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Bench.Receiver.Answer = async (_, id, _) =>
        {
            await gate.Task;
            return CollectingReceiver.Stored(id);
        };
        await Source.StartAsync(Bench.Receiver, Token);
        await DeliverAsync("one");
        await Bench.Receiver.WaitForAsync(1, Token);

        var stopping = Source.StopAsync(Token);
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.True(await WasConfirmedAsync());
    }

    [Fact]
    [Trait("Row", "F71")]
    public async Task StopDeadlineOver_ReturnsThoughMessageHangs()
    {
        var never = new TaskCompletionSource<SourceResponse>();
        Bench.Receiver.Answer = (_, _, _) => new ValueTask<SourceResponse>(never.Task);
        await Source.StartAsync(Bench.Receiver, Token);
        await DeliverAsync("one");
        await Bench.Receiver.WaitForAsync(1, Token);

        await Source.StopAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(10), Token);

        never.SetException(new OperationCanceledException());
    }

    [Fact]
    public async Task Stopped_TakesNothingMore()
    {
        await Source.StartAsync(Bench.Receiver, Token);
        await Source.StopAsync(Token);

        await DeliverAsync("one");

        Assert.Empty(Bench.Receiver.Messages);
    }

    [Fact]
    public async Task NeverStarted_CanBeStoppedAndDisposed() => await Source.StopAsync(Token);

    public virtual async ValueTask DisposeAsync()
    {
        await Source.StopAsync(Cancelled);
        await Source.DisposeAsync();
        Bench.Dispose();
        GC.SuppressFinalize(this);
    }
}
