using ChannelHost.Server.Api;

namespace ChannelHost.Tests.Server.Api;

public sealed class SearchTurnsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AllPlacesTaken_OthersWaitWithoutAThreadAndTooManyAreRefused()
    {
        var turns = new SearchTurns();
        using var entered = new CountdownEvent(SearchTurns.Most);
        using var end = new ManualResetEventSlim();
        var running = Enumerable.Range(0, SearchTurns.Most).Select(number => Task.Factory.StartNew(
            () => turns.RunAsync(
                () =>
                {
                    entered.Signal();
                    end.Wait(Token);
                    return number;
                },
                Token),
            Token, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()).ToList();
        entered.Wait(Token);

        var waiting = Enumerable.Range(SearchTurns.Most, SearchTurns.MostWaiting).Select(number => turns.RunAsync(() => number, Token)).ToList();

        Assert.All(waiting, search => Assert.False(search.IsCompleted));
        await Assert.ThrowsAsync<StoreException>(() => turns.RunAsync(() => 0, Token));
        end.Set();
        Assert.Equal(Enumerable.Range(0, SearchTurns.Most + SearchTurns.MostWaiting), await Task.WhenAll(running.Concat(waiting)));
        Assert.Equal(1, await turns.RunAsync(() => 1, Token));
    }
}
