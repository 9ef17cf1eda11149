using System.Net;
using System.Net.Sockets;
using ChannelHost.Connectors.Http;
using ChannelHost.Connectors.Mllp;
using ChannelHost.Tests.Connectors.Http;
using ChannelHost.Tests.Connectors.Support;
using Wire = ChannelHost.Testing.Network.Mllp;

namespace ChannelHost.Tests.Connectors;

/// <summary>What connectors hold in memory while somebody sends without end: measured with nothing beside it.</summary>
[Collection(Alone.Name)]
public sealed class MemoryTests : IDisposable
{
    private readonly Bench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [Trait("Row", "S23")]
    public async Task HttpRequestThatUnpacksToMuch_413(string coding)
    {
        var bomb = HttpSourceFaultTests.Pack(coding, new byte[200 * 1024 * 1024]);
        await using var http = new HttpSourceFixture(_bench);
        await http.StartAsync();
        var before = GC.GetTotalAllocatedBytes();

        using var response = await http.PostAsync(bomb, coding);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Empty(_bench.Receiver.Messages);
        Assert.Equal(1, _bench.Figures.Limit("decompression"));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 160L * 1024 * 1024);
    }

    [Fact]
    [Trait("Row", "F57")]
    public async Task HttpAnswerThatUnpacksToMuch_IsNotSent()
    {
        var bomb = HttpSourceFaultTests.Pack("gzip", new byte[400 * 1024 * 1024]);
        await using var peer = new HttpPeer(_ => HttpDestinationTests.Packed(bomb));
        await using var destination = new HttpDestination(new HttpDestinationOptions { Url = Template.Parse($"http://127.0.0.1:{peer.Port}/in") }, _bench.Context);
        await destination.StartAsync(Token);
        var before = GC.GetTotalAllocatedBytes();

        var response = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.True(response.IsUncertain);
        Assert.Equal(1, _bench.Figures.Limit("answer-size"));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 100L * 1024 * 1024);
    }

    [Fact]
    [Trait("Row", "F31")]
    public async Task EndlessFrame_IsClosedAtTheLimitWithoutHoldingMuchMoreThanIt()
    {
        await using var source = new MllpSource(new MllpSourceOptions { Listen = "127.0.0.1:0", MaximumFrame = ByteSize.Megabytes(20) }, _bench.Context);
        await source.StartAsync(_bench.Receiver, Token);
        using var sender = await Wire.ConnectAsync(source.LocalEndPoint!, Token);
        var piece = new byte[256 * 1024];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = 0L;

        await sender.SendAsync(new byte[] { 0x0B }, Token);
        try
        {
            for (var sent = 0; sent < 1024; sent++)
            {
                await sender.SendAsync(piece, Token);
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false) - before);
            }
        }
        catch (SocketException)
        {
            // Closed at the limit, as it should be.
        }

        await Bench.UntilAsync(() => _bench.Figures.Limit("frame-size") == 1 && _bench.Figures.Open == 0, "closed at the limit");
        Assert.True(peak < 2 * ByteSize.Megabytes(20).Bytes, $"{peak} bytes at the peak");
    }
}
