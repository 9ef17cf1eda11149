using System.Globalization;
using ChannelHost.Tests.Engine.Support;

namespace ChannelHost.Tests.Engine;

public sealed class QueueTests
{
    [Fact]
    public async Task Always_TheSenderDoesNotWaitForTheDestination()
    {
        await using var engine = new EngineFixture();
        var held = new TaskCompletionSource();
        var destination = new CollectingDestination
        {
            Answer = async (_, token) =>
            {
                await held.Task.WaitAsync(token);
                return Response.Sent("late");
            },
        };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination, QueueMode.Always)));

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Contains("MSA|AA|C1", EngineFixture.Text(response), StringComparison.Ordinal);
        held.SetResult();
        await engine.StoredAsync(response.MessageId, summary => summary.Destinations is [{ Status: MessageStatus.Sent, Attempts: 1 }]);
    }

    [Fact]
    public async Task DestinationIsDown_QueuedMessagesArriveInOrderWhenItIsBack()
    {
        await using var engine = new EngineFixture();
        var isUp = false;
        var destination = new CollectingDestination
        {
            Answer = (_, _) => ValueTask.FromResult(Volatile.Read(ref isUp) ? Response.Sent("ok") : Response.TryAgain("refused")),
        };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination, QueueMode.Always)));
        for (var number = 0; number < 20; number++)
        {
            await engine.SendAsync(EngineFixture.Adt($"C{number}"));
        }

        await destination.WaitForAsync(3, EngineFixture.Token);
        Volatile.Write(ref isUp, true);
        await engine.StoredAsync(20, summary => summary.Destinations is [{ Status: MessageStatus.Sent }]);

        Assert.Equal(Enumerable.Range(0, 20).Select(number => EngineFixture.Adt($"C{number}")), destination.Sent);
    }

    [Fact]
    public async Task Never_AFailureIsFinal()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination { Answer = (_, _) => ValueTask.FromResult(Response.TryAgain("refused")) };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination)));

        var response = await engine.SendAsync(EngineFixture.Adt("C1"));

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Single(destination.Attempts);
        await engine.StoredAsync(response.MessageId, summary => summary.Destinations is [{ Status: MessageStatus.Error, Error: "refused" }]);
    }

    [Fact]
    public async Task OnFailure_TheFailedOneAndThoseBehindItKeepTheirOrder()
    {
        await using var engine = new EngineFixture();
        var failures = 2;
        var destination = new CollectingDestination
        {
            Answer = (_, _) => ValueTask.FromResult(Interlocked.Decrement(ref failures) >= 0 ? Response.TryAgain("refused") : Response.Sent("ok")),
        };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination, QueueMode.OnFailure)));

        for (var number = 0; number < 10; number++)
        {
            await engine.SendAsync(EngineFixture.Adt($"C{number}"));
        }

        await engine.StoredAsync(10, summary => summary.Destinations is [{ Status: MessageStatus.Sent }]);
        Assert.Equal(Enumerable.Range(0, 10).Select(number => EngineFixture.Adt($"C{number}")), destination.Sent);
    }

    [Fact]
    [Trait("Row", "F14")]
    public async Task PoisonMessage_EndsInErrorAfterItsAttemptsAndTheRestArrives()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination
        {
            Answer = (message, _) => ValueTask.FromResult(message.MessageId == 50 ? Response.TryAgain("will not have it") : Response.Sent("ok")),
        };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination, QueueMode.Always, attempts: 3)));

        for (var number = 1; number <= 100; number++)
        {
            await engine.SendAsync(EngineFixture.Adt(number.ToString(CultureInfo.InvariantCulture)));
        }

        await engine.StoredAsync(100, summary => summary.Destinations is [{ Status: MessageStatus.Sent }]);
        var poison = await engine.StoredAsync(50, summary => summary.Destinations is [{ Status: MessageStatus.Error }]);
        Assert.Equal(3, poison.Destinations[0].Attempts);
        Assert.Contains("will not have it", poison.Destinations[0].Error, StringComparison.Ordinal);
        Assert.Equal(99, destination.Sent.Count);
    }

    [Fact]
    public async Task MoreThanTheWindowHolds_AllArriveInOrder()
    {
        const int Count = 2_500;
        await using var engine = new EngineFixture();
        var held = new TaskCompletionSource();
        var destination = new CollectingDestination
        {
            Answer = async (_, token) =>
            {
                await held.Task.WaitAsync(token);
                return Response.Sent("ok");
            },
        };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination, QueueMode.Always)));
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), EngineFixture.Token, async (number, _) => await engine.SendAsync(EngineFixture.Adt($"C{number}")));

        held.SetResult();
        await destination.WaitForAsync(Count, EngineFixture.Token);

        Assert.Equal(Enumerable.Range(1, Count).Select(id => (long)id), destination.Attempts.Select(attempt => attempt.MessageId));
    }

    [Fact]
    public async Task SeveralThreads_QueuesStillGetMessagesInTheOrderOfIds()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination();
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination, QueueMode.Always)) with
        {
            Threads = 4,
            Transformer = EngineFixture.Script("for (var i = 0, s = 0; i < (messageId % 7) * 300; i++) { s += i; }"),
        });

        await Parallel.ForEachAsync(Enumerable.Range(0, 300), EngineFixture.Token, async (number, _) => await engine.SendAsync(EngineFixture.Adt($"C{number}")));
        await destination.WaitForAsync(300, EngineFixture.Token);

        Assert.Equal(Enumerable.Range(1, 300).Select(id => (long)id), destination.Attempts.Select(attempt => attempt.MessageId));
    }

    [Fact]
    [Trait("Row", "F09")]
    public async Task DestinationNeverAnswers_StopKeepsItsDeadline()
    {
        await using var engine = new EngineFixture();
        var destination = new CollectingDestination
        {
            Answer = async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return Response.Sent("never");
            },
        };
        await engine.DeployAsync(engine.Channel(engine.Destination("one", destination, QueueMode.Always)));
        await engine.SendAsync(EngineFixture.Adt("C1"));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await engine.Engine.StopAsync(deadline.Token);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }
}
