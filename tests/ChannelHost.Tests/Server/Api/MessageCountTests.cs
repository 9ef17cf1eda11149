using ChannelHost.Server.Api;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Server.Api;

public sealed class MessageCountTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task AllWasLookedThrough_TheCountIsExact()
    {
        var pages = 0;

        var count = await MessageCount.OfAsync(new MessageQuery(), page =>
        {
            Assert.Equal(pages == 0 ? 0 : 10 - pages, page.BeforeId);
            return Task.FromResult(Page(5, ++pages == 3 ? 0 : 10 - pages));
        }, _time);

        Assert.Equal(new CountView(15, IsExact: true), count);
    }

    [Fact]
    public async Task SlowSearch_IsEndedAndSaid()
    {
        var count = await MessageCount.OfAsync(new MessageQuery(), page =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(Page(1, page.BeforeId == 0 ? 1_000_000 : page.BeforeId - 1));
        }, _time);

        Assert.Equal((5L, false), (count.Count, count.IsExact));
        Assert.Contains("10 s", count.Note, StringComparison.Ordinal);
    }

    private static MessageSearchPage Page(int messages, long before) =>
        new([.. Enumerable.Range(0, messages).Select(_ => new MessageSummary { Id = 1, ReceivedAt = default, Status = MessageStatus.Sent, DataType = "raw", Size = 1, Destinations = [] })], before);
}
