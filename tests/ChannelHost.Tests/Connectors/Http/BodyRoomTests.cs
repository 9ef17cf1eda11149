using ChannelHost.Connectors.Http;

namespace ChannelHost.Tests.Connectors.Http;

public sealed class BodyRoomTests
{
    private const int Megabyte = 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Row", "S23")]
    public async Task SmallBodiesBeyondTheBudget_AreRefusedAtOnceUntilOneIsThrough()
    {
        var room = new BodyRoom(large: 8 * Megabyte, small: Megabyte);
        var first = room.Open(Megabyte);
        await first.TakeForAsync(600 * 1024, Token);
        using var second = room.Open(Megabyte);
        await second.TakeForAsync(400 * 1024, Token);

        // What is counted is the growth: not the whole length again at each step.
        await second.TakeForAsync(424 * 1024, Token);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(async () => await second.TakeForAsync(425 * 1024, Token));
        first.Dispose();
        await second.TakeForAsync(Megabyte, Token);

        Assert.Equal((503, "body-memory"), (refused.Status, refused.Limit));
    }

    [Fact]
    [Trait("Row", "S23")]
    public async Task LargeBodies_WaitInOrderAndOneThatGivesUpLetsTheNextPass()
    {
        var room = new BodyRoom(large: 8 * Megabyte, small: Megabyte);
        var first = room.Open(5 * Megabyte);
        await first.TakeForAsync(2 * Megabyte, Token);
        using var gone = new CancellationTokenSource();
        using var larger = room.Open(6 * Megabyte);
        using var behind = room.Open(3 * Megabyte);

        var waiting = larger.TakeForAsync(2 * Megabyte, gone.Token).AsTask();
        var next = behind.TakeForAsync(2 * Megabyte, Token).AsTask();
        Assert.False(next.IsCompleted);
        await gone.CancelAsync();

        await Assert.ThrowsAsync<RequestRefusedException>(() => waiting);
        await next.WaitAsync(TimeSpan.FromSeconds(20), Token);
        first.Dispose();
        using var all = room.Open(5 * Megabyte);
        await all.TakeForAsync(2 * Megabyte, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Fact]
    public async Task LargerThanAllTheRoom_TakesAllOfIt()
    {
        var room = new BodyRoom(large: 8 * Megabyte, small: Megabyte);
        using var ticket = room.Open(100 * Megabyte);

        await ticket.TakeForAsync(50 * Megabyte, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token);
    }
}
