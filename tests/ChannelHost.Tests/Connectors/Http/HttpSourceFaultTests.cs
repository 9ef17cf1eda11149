using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Http;

/// <summary>Senders that leave, lie, dawdle or attack: no partial message, a status that says what was wrong, and the source goes on.</summary>
public sealed class HttpSourceFaultTests : IAsyncDisposable
{
    private readonly Bench _bench = new();
    private readonly HttpSourceFixture _http;

    public HttpSourceFaultTests() => _http = new HttpSourceFixture(_bench);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc")]
    [Trait("Row", "F52")]
    public async Task SenderLeavesMidBody_NothingIsTakenAndTheNextIs(string bytes)
    {
        await _http.StartAsync();
        await using (var stream = await _http.ConnectAsync())
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(bytes), Token);
        }

        using var next = await _http.PostAsync("whole"u8.ToArray());

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal(["whole"], _bench.Receiver.Texts);
    }

    [Fact]
    [Trait("Row", "F52")]
    public async Task SenderLeavesBeforeTheAnswer_MessageIsStoredAllTheSame()
    {
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Receiver.Answer = async (_, id, _) =>
        {
            await gone.Task;
            stored.SetResult();
            return CollectingReceiver.Stored(id);
        };
        await _http.StartAsync();
        await using (var stream = await _http.ConnectAsync())
        {
            await stream.WriteAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"u8.ToArray(), Token);
            await _bench.Receiver.WaitForAsync(1, Token);
        }

        gone.SetResult();
        await stored.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.Equal(["abc"], _bench.Receiver.Texts);
    }

    [Fact]
    [Trait("Row", "F52")]
    [Trait("Row", "S23")]
    public async Task ChunksWithoutEnd_413AtTheLimit()
    {
        await _http.StartAsync(_http.Options with { MaximumBody = new ByteSize(64 * 1024) });
        await using var stream = await _http.ConnectAsync();
        await stream.WriteAsync("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), Token);
        var reading = HttpSourceFixture.ReadAsync(stream, text => text.Contains("\r\n\r\n", StringComparison.Ordinal));
        var chunk = Encoding.ASCII.GetBytes($"1000\r\n{new string('a', 4096)}\r\n");
        while (!reading.IsCompleted)
        {
            try
            {
                await stream.WriteAsync(chunk, Token);
            }
            catch (IOException)
            {
                break;
            }
        }

        Assert.StartsWith("HTTP/1.1 413", await reading, StringComparison.Ordinal);
        Assert.Empty(_bench.Receiver.Messages);
        Assert.Equal(1, _bench.Figures.Limit("body-size"));
    }

    [Fact]
    [Trait("Row", "S23")]
    public async Task ClaimedLengthBeyondTheLimit_413WithoutReadingIt()
    {
        await _http.StartAsync(_http.Options with { MaximumBody = new ByteSize(1024 * 1024) });
        await using var stream = await _http.ConnectAsync();

        var answer = await HttpSourceFixture.ExchangeAsync(stream, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\nabc", text => text.Contains("\r\n\r\n", StringComparison.Ordinal));

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S23")]
    public async Task MoreLargeBodiesThanThereIsRoomFor_WaitAndSmallOnesPass()
    {
        var entered = new SemaphoreSlim(0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Receiver.Answer = async (message, id, _) =>
        {
            if (message.Content.Length > 1000)
            {
                entered.Release();
                await gate.Task;
            }

            return CollectingReceiver.Stored(id);
        };
        await _http.StartAsync(_http.Options with { MaximumBody = ByteSize.Megabytes(200) });

        // Room for one of 200 MB: the second large body is not read to its end before the first is through.
        var first = _http.PostAsync(new byte[4 * 1024 * 1024]);
        Assert.True(await entered.WaitAsync(TimeSpan.FromSeconds(20), Token));
        var second = _http.PostAsync(new byte[4 * 1024 * 1024]);
        using var small = await _http.PostAsync("small"u8.ToArray());
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        Assert.False(second.IsCompleted);
        Assert.Equal(2, _bench.Receiver.Messages.Count);
        gate.SetResult();

        using var one = await first;
        using var two = await second;
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (one.StatusCode, two.StatusCode));
        Assert.Equal(3, _bench.Receiver.Messages.Count);
    }

    [Fact]
    [Trait("Row", "S23")]
    public async Task LargeBodiesOfTwoChannels_ShareTheRoomOfTheHost()
    {
        var entered = new SemaphoreSlim(0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Receiver.Answer = async (message, id, _) =>
        {
            if (message.Content.Length > 1000)
            {
                entered.Release();
                await gate.Task;
            }

            return CollectingReceiver.Stored(id);
        };
        await _http.StartAsync(_http.Options with { MaximumBody = ByteSize.Megabytes(200), Path = "/one" });
        var other = await _http.StartAsync(_http.Options with { MaximumBody = ByteSize.Megabytes(200), Path = "/two" });
        var two = $"http://127.0.0.1:{other.LocalEndPoint!.Port}/two";

        var first = _http.Client.PostAsync(_http.Url("/one"), new ByteArrayContent(new byte[4 * 1024 * 1024]), Token);
        Assert.True(await entered.WaitAsync(TimeSpan.FromSeconds(20), Token));
        var second = _http.Client.PostAsync(two, new ByteArrayContent(new byte[4 * 1024 * 1024]), Token);
        for (var times = 0; times < 20; times++)
        {
            // Small ones pass all the while; each is a round trip in which the second could have come through.
            using var small = await _http.Client.PostAsync(two, new ByteArrayContent("small"u8.ToArray()), Token);
            Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        }

        Assert.False(await entered.WaitAsync(TimeSpan.FromMilliseconds(300), Token));
        gate.SetResult();

        using var one = await first;
        using var another = await second;
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (one.StatusCode, another.StatusCode));
    }

    [Fact]
    [Trait("Row", "F52")]
    public async Task BodyNotWholeInTime_408()
    {
        await _http.StartAsync(_http.Options with { ReceiveTimeout = TimeSpan.FromMilliseconds(300) });
        await using var stream = await _http.ConnectAsync();

        var answer = await HttpSourceFixture.ExchangeAsync(stream, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc", text => text.Contains("\r\n\r\n", StringComparison.Ordinal));

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Empty(_bench.Receiver.Messages);
        Assert.Equal(1, _bench.Figures.Limit("receive-timeout"));
    }

    [Fact]
    [Trait("Row", "F52")]
    [Trait("Row", "S23")]
    public async Task BodySlowerThanTheRate_408AfterTheGrace()
    {
        await _http.StartAsync(_http.Options with { MinimumRate = 1000 });
        await using var stream = await _http.ConnectAsync();
        var began = Stopwatch.GetTimestamp();

        var answer = await HttpSourceFixture.ExchangeAsync(stream, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc", text => text.Contains("\r\n\r\n", StringComparison.Ordinal));

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 3, 20);
        Assert.Equal(1, _bench.Figures.Limit("body-rate"));
    }

    [Fact]
    [Trait("Row", "S23")]
    public async Task HeadersThatNeverEnd_408()
    {
        await _http.StartAsync(_http.Options with { HeaderTimeout = TimeSpan.FromSeconds(1) });
        await using var stream = await _http.ConnectAsync();

        var answer = await HttpSourceFixture.ExchangeAsync(stream, "POST / HTTP/1.1\r\nHost: x\r\nX-A: ");

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        await Bench.UntilAsync(() => _bench.Figures.Limit("receive-timeout") == 1, "the limit was counted");
    }

    [Theory]
    [InlineData(100_000, 10)]
    [InlineData(3, 20_000)]
    [Trait("Row", "S23")]
    public async Task TooManyOrTooLargeHeaders_431(int count, int length)
    {
        await _http.StartAsync();
        await using var stream = await _http.ConnectAsync();
        var request = new StringBuilder("POST / HTTP/1.1\r\nHost: x\r\n");
        for (var header = 0; header < count; header++)
        {
            request.Append("X-").Append(header).Append(": ").Append('a', length).Append("\r\n");
        }

        var reading = HttpSourceFixture.ReadAsync(stream);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Append("\r\n").ToString()), Token);
        }
        catch (IOException)
        {
            // Closed before all of it was taken.
        }

        Assert.StartsWith("HTTP/1.1 431", await reading, StringComparison.Ordinal);
        await Bench.UntilAsync(() => _bench.Figures.Limit("header-size") == 1, "the limit was counted");
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd")]
    [InlineData("Content-Length: 3,3\r\n\r\nabc")]
    [InlineData("Content-Length : 3\r\n\r\nabc")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n")]
    [Trait("Row", "S23")]
    public async Task TwoReadingsOfWhereTheBodyEnds_400AndClosed(string rest)
    {
        await _http.StartAsync();
        await using var stream = await _http.ConnectAsync();

        var answer = await HttpSourceFixture.ExchangeAsync(stream, $"POST / HTTP/1.1\r\nHost: x\r\n{rest}POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nsmuggled");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Empty(_bench.Receiver.Messages);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task PackedBody_IsUnpacked(string coding)
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000)));
        await _http.StartAsync();

        using var response = await _http.PostAsync(Pack(coding, body), coding);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(body, _bench.Receiver.Messages[0].Content.ToArray());
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 4)]
    [InlineData("gzip", 9)]
    [InlineData("gzip", 100)]
    [InlineData("deflate", 1)]
    [InlineData("deflate", 100)]
    [InlineData("br", 1)]
    [InlineData("br", 100)]
    [Trait("Row", "F52")]
    public async Task PackedBodyThatEndsTooSoon_400AndNothingTaken(string coding, int missing)
    {
        var packed = Pack(coding, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000))));
        await _http.StartAsync();

        using var response = await _http.PostAsync(packed[..^missing], coding);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(_bench.Receiver.Messages);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, gzip")]
    public async Task UnknownCoding_415(string coding)
    {
        await _http.StartAsync();
        await using var stream = await _http.ConnectAsync();

        var answer = await HttpSourceFixture.ExchangeAsync(stream, $"POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: {coding}\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");

        Assert.StartsWith("HTTP/1.1 415", answer, StringComparison.Ordinal);
        Assert.Contains("Accept-Encoding: gzip, deflate, br", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotWhatTheCodingSays_400()
    {
        await _http.StartAsync();

        using var response = await _http.PostAsync("this is no gzip"u8.ToArray(), "gzip");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task MoreConnectionsThanAllowed_TheNewOneIsClosed()
    {
        await _http.StartAsync(_http.Options with { Connections = 1 });
        await using var first = await _http.ConnectAsync();
        var answer = await HttpSourceFixture.ExchangeAsync(first, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", text => text.EndsWith("ACK 1", StringComparison.Ordinal));

        await using var second = await _http.ConnectAsync();
        var nothing = await HttpSourceFixture.ReadAsync(second);

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal("", nothing);
        Assert.Equal(1, _bench.Figures.Limit("connections"));
    }

    [Fact]
    public async Task StoppedWhileABodyComes_ItIsTakenAndAnswered()
    {
        var source = await _http.StartAsync();
        await using var stream = await _http.ConnectAsync();
        await stream.WriteAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"u8.ToArray(), Token);
        Assert.StartsWith("HTTP/1.1 100", await HttpSourceFixture.ReadAsync(stream, text => text.Contains("\r\n\r\n", StringComparison.Ordinal)), StringComparison.Ordinal);

        var stopping = source.StopAsync(Token);
        Assert.False(stopping.IsCompleted);
        await stream.WriteAsync(new byte[100], Token);
        var answer = await HttpSourceFixture.ReadAsync(stream);
        await stopping;

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Single(_bench.Receiver.Messages);
    }

    internal static byte[] Pack(string coding, byte[] body)
    {
        using var packed = new MemoryStream();
        using (Stream packing = coding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            packing.Write(body);
        }

        return packed.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await _http.DisposeAsync();
        _bench.Dispose();
    }
}
