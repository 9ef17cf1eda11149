using System.Collections.Concurrent;
using System.Text;

namespace ChannelHost.Tests.Engine.Support;

/// <summary>Collects what it is sent and answers as the test says.</summary>
internal sealed class CollectingDestination : IDestination
{
    private readonly ConcurrentQueue<Attempted> _attempts = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Decides each attempt; by default everything is confirmed.</summary>
    public Func<OutgoingMessage, CancellationToken, ValueTask<Response>> Answer { get; set; } = (_, _) => ValueTask.FromResult(Response.Sent("collected"));

    /// <summary>All attempts so far, also those that failed.</summary>
    public IReadOnlyList<Attempted> Attempts => [.. _attempts];

    /// <summary>The contents that were confirmed, in order.</summary>
    public IReadOnlyList<string> Sent => [.. _attempts.Where(attempt => attempt.Response?.Status == MessageStatus.Sent).Select(attempt => attempt.Text)];

    public bool IsStopped { get; private set; }

    /// <summary>What happens at its start; by default nothing.</summary>
    public Func<Task> Starting { get; set; } = () => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Starting();

    public async ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var attempt = new Attempted(message.MessageId, Encoding.UTF8.GetString(message.Content.Span), message.Attempt, message.IsReattempt);
        _attempts.Enqueue(attempt);
        _first.TrySetResult();
        var response = await Answer(message, cancellationToken);
        attempt.Response = response;
        _arrived.Release();
        return response;
    }

    /// <summary>Waits until the first message is here, answered or not.</summary>
    public Task WaitForArrivalAsync(CancellationToken cancellationToken) => _first.Task.WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);

    /// <summary>Waits until so many attempts have been answered.</summary>
    public async Task WaitForAsync(int attempts, CancellationToken cancellationToken)
    {
        for (var count = 0; count < attempts; count++)
        {
            Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(20), cancellationToken), $"only {count} of {attempts} attempts were made");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        IsStopped = true;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

internal sealed record Attempted(long MessageId, string Text, int Attempt, bool IsReattempt)
{
    public Response? Response { get; set; }
}
