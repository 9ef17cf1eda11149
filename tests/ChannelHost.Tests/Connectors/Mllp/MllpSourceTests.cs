using System.Net;
using System.Net.Sockets;
using System.Text;
using ChannelHost.Connectors.Mllp;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;
using Wire = ChannelHost.Testing.Network.Mllp;

namespace ChannelHost.Tests.Connectors.Mllp;

public sealed class MllpSourceTests : SourceConnectorContract
{
    private readonly List<Socket> _senders = [];
    private MllpSource? _source;
    private Socket? _lastSender;

    private MllpSourceOptions Options { get; set; } = new() { Listen = "127.0.0.1:0" };

    private MllpSource Mllp => _source ??= new MllpSource(Options, Bench.Context);

    private protected override ISource Source => Mllp;

    private protected override async Task DeliverAsync(string content)
    {
        try
        {
            _lastSender = await ConnectAsync();
            await _lastSender.SendAsync(Wire.Frame(content), Token);
        }
        catch (SocketException)
        {
            // Nobody listens any more.
        }
        catch (ObjectDisposedException)
        {
            // Likewise: the source knows no address.
        }
    }

    private protected override async Task<bool> WasConfirmedAsync() => await Wire.ReadTextAsync(_lastSender!, Token) is not null;

    [Fact]
    [Trait("Row", "F26")]
    public async Task OneByteASegment_AndHundredFramesInOne_AnsweredInOrder()
    {
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();

        foreach (var one in Wire.Frame("slow"))
        {
            await sender.SendAsync(new[] { one }, Token);
        }

        Assert.Equal("ACK 1", await Wire.ReadTextAsync(sender, Token));
        await sender.SendAsync(Enumerable.Range(0, 100).SelectMany(i => Wire.Frame($"m{i}")).ToArray(), Token);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal($"ACK {i + 2}", await Wire.ReadTextAsync(sender, Token));
        }

        Assert.Equal(["slow", .. Enumerable.Range(0, 100).Select(i => $"m{i}")], Bench.Receiver.Texts);
        Assert.Equal(0, Bench.Figures.JunkBytes);
    }

    [Theory]
    [Trait("Row", "F07")]
    [InlineData(Cut.Fin)]
    [InlineData(Cut.Rst)]
    public async Task AnswerLostOnTheWay_ResendOnANewConnectionIsHandedOverToo(Cut cut)
    {
        await Source.StartAsync(Bench.Receiver, Token);
        await using var proxy = new FaultyProxy(Mllp.LocalEndPoint!, number => (Faults.None, number == 1 ? new Faults { CutAfter = 0, Cut = cut } : Faults.None));

        using var first = await Wire.ConnectAsync(proxy.EndPoint, Token);
        await Wire.SendAsync(first, Wire.Frame("same id"), Token);
        Assert.Null(await Wire.ReadTextAsync(first, Token));
        using var second = await Wire.ConnectAsync(proxy.EndPoint, Token);
        await Wire.SendAsync(second, Wire.Frame("same id"), Token);

        Assert.Equal("ACK 2", await Wire.ReadTextAsync(second, Token));
        Assert.Equal(1, proxy.Cuts);
        Assert.Equal(["same id", "same id"], Bench.Receiver.Texts);
    }

    [Theory]
    [Trait("Row", "F27")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CutAtEveryOffset_NothingIsStoredAndNothingLeftOpen(bool reset)
    {
        await Source.StartAsync(Bench.Receiver, Token);
        var frame = Wire.Frame("MSH|^~\\&|A|B\rPID|1\r");

        for (var offset = 0; offset < frame.Length; offset++)
        {
            var sender = await ConnectAsync();
            if (offset > 0)
            {
                await sender.SendAsync(frame.AsMemory(0, offset), Token);
            }

            sender.LingerState = new LingerOption(reset, 0);
            sender.Dispose();
        }

        await Bench.UntilAsync(() => Bench.Figures.Opened == frame.Length && Bench.Figures.Open == 0, "all connections are closed again");
        Assert.Empty(Bench.Receiver.Messages);
    }

    [Fact]
    [Trait("Row", "F28")]
    public async Task SenderEndsItsSide_PendingFramesAreAnswered()
    {
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();

        await sender.SendAsync(Enumerable.Range(0, 20).SelectMany(i => Wire.Frame($"m{i}")).ToArray(), Token);
        sender.Shutdown(SocketShutdown.Send);

        for (var i = 1; i <= 20; i++)
        {
            Assert.Equal($"ACK {i}", await Wire.ReadTextAsync(sender, Token));
        }

        Assert.Null(await Wire.ReadTextAsync(sender, Token));
    }

    [Fact]
    [Trait("Row", "F29")]
    public async Task EndBlockNeverSent_ReceiveTimeoutClosesAndSaysWhy()
    {
        Options = Options with { ReceiveTimeout = TimeSpan.FromMilliseconds(200) };
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();

        await sender.SendAsync(new byte[] { 0x0B, 0x41, 0x42, 0x1C }, Token);

        Assert.Null(await Wire.ReadTextAsync(sender, Token));
        Assert.Equal(1, Bench.Figures.Limit("receive-timeout"));
        Assert.Equal(1, Bench.Log.Count("end block (0x1C 0x0D) did not come"));
        await DeliverAsync("next");
        await Bench.Receiver.WaitForAsync(1, Token);
        Assert.Equal(["next"], Bench.Receiver.Texts);
    }

    [Theory]
    [Trait("Row", "F29")]
    [InlineData((int)StartInsideFrame.Close, "")]
    [InlineData((int)StartInsideFrame.NewFrame, "two")]
    [InlineData((int)StartInsideFrame.Content, "one\x0Btwo")]
    public async Task StartBlockInsideFrame_IsTakenAsTheSettingSays(int choice, string expected)
    {
        Options = Options with { StartInsideFrame = (StartInsideFrame)choice };
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();

        await Wire.SendAsync(sender, [.. "\x0Bone"u8, .. Wire.Frame("two")], Token);
        sender.Shutdown(SocketShutdown.Send);
        var answer = await Wire.ReadTextAsync(sender, Token);

        Assert.Equal(expected, string.Concat(Bench.Receiver.Texts));
        Assert.Equal(expected.Length > 0, answer is not null);
    }

    [Fact]
    [Trait("Row", "F30")]
    public async Task JunkAroundFrames_CountedReportedAndNeverStored()
    {
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();

        await Wire.SendAsync(sender, [.. "HELLO"u8, .. Wire.Frame("a\x1C" + "b"), 0x0D, 0x0A, .. Wire.Frame(""), 0x1C, 0x0D, .. Wire.Frame("c")], Token);
        sender.Shutdown(SocketShutdown.Send);

        Assert.Equal("ACK 1", await Wire.ReadTextAsync(sender, Token));
        Assert.Equal("ACK 2", await Wire.ReadTextAsync(sender, Token));
        Assert.Null(await Wire.ReadTextAsync(sender, Token));
        Assert.Equal(["a\x1C" + "b", "c"], Bench.Receiver.Texts);
        await Bench.UntilAsync(() => Bench.Figures.Open == 0, "the connection is closed");
        Assert.Equal(5 + 2 + 3 + 2, Bench.Figures.JunkBytes);
        Assert.Equal(1, Bench.Log.Count("outside of any message"));
        Assert.DoesNotContain("HELLO", Bench.Log.Everything, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F31")]
    public async Task FrameTooLarge_GetsNegativeAnswerAndIsClosed()
    {
        Options = Options with { MaximumFrame = new ByteSize(1000) };
        Bench.Receiver.Refusal = "NAK"u8.ToArray();
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();

        await sender.SendAsync(Wire.Frame("MSH|^~\\&|" + new string('x', 100_000)), Token);

        Assert.Equal("NAK", await Wire.ReadTextAsync(sender, Token));
        Assert.Null(await Wire.ReadTextAsync(sender, Token));
        Assert.StartsWith("MSH|^~\\&|", Encoding.Latin1.GetString(Assert.Single(Bench.Receiver.Refused).Content), StringComparison.Ordinal);
        Assert.Equal(1, Bench.Figures.Limit("frame-size"));
        Assert.Empty(Bench.Receiver.Messages);
    }

    [Fact]
    [Trait("Row", "F32")]
    public async Task OneByteNowAndThen_DoesNotExtendTheDeadline()
    {
        Options = Options with { ReceiveTimeout = TimeSpan.FromMilliseconds(400) };
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();
        await sender.SendAsync(new byte[] { 0x0B }, Token);

        var closed = Wire.ReadTextAsync(sender, Token);
        try
        {
            while (!closed.IsCompleted)
            {
                await sender.SendAsync(new byte[] { 0x41 }, Token);
                await Task.WhenAny(closed, Task.Delay(50, Token));
            }
        }
        catch (SocketException)
        {
            // Closed while we wrote.
        }

        Assert.Null(await closed);
        Assert.Equal(1, Bench.Figures.Limit("receive-timeout"));
    }

    [Fact]
    [Trait("Row", "F32")]
    public async Task Idle_IsClosedAfterIdleTimeout()
    {
        Options = Options with { IdleTimeout = TimeSpan.FromMilliseconds(200) };
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();

        Assert.Null(await Wire.ReadTextAsync(sender, Token));
        Assert.Equal(1, Bench.Figures.Limit("idle"));
    }

    [Fact]
    [Trait("Row", "F32")]
    public async Task SenderDoesNotTakeItsAnswer_IsClosed()
    {
        Options = Options with { ReceiveTimeout = TimeSpan.FromMilliseconds(300) };
        var large = new byte[32 * 1024 * 1024];
        Bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(new SourceResponse(id, true, MessageStatus.Sent, large, null));
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();

        await sender.SendAsync(Wire.Frame("one"), Token);

        await Bench.UntilAsync(() => Bench.Figures.Opened == 1 && Bench.Figures.Open == 0, "the connection is closed");
        Assert.Equal(1, Bench.Figures.Limit("receive-timeout"));
    }

    [Fact]
    [Trait("Row", "F33")]
    public async Task ConnectionLimit_RefusalsLeaveNothingBehindAndOthersAreServed()
    {
        Options = Options with { Connections = 2 };
        await Source.StartAsync(Bench.Receiver, Token);
        var first = await ConnectAsync();
        var second = await ConnectAsync();
        await Bench.UntilAsync(() => Bench.Figures.Open == 2, "two are in");

        for (var i = 0; i < 1000; i++)
        {
            using var refused = await Wire.ConnectAsync(Mllp.LocalEndPoint!, Token);
            Assert.Null(await Wire.ReadTextAsync(refused, Token));
        }

        await first.SendAsync(Wire.Frame("still here"), Token);
        Assert.Equal("ACK 1", await Wire.ReadTextAsync(first, Token));
        Assert.Equal(2, Bench.Figures.Open);
        Assert.Equal(1000, Bench.Figures.Limit("connections"));
        Assert.InRange(Bench.Log.Count("turned away"), 1, 3);
        second.Dispose();
        await Bench.UntilAsync(() => Bench.Figures.Open == 1, "the place is free again");
        var third = await ConnectAsync();
        await third.SendAsync(Wire.Frame("in"), Token);
        Assert.Equal("ACK 2", await Wire.ReadTextAsync(third, Token));
    }

    [Fact]
    [Trait("Row", "F33")]
    public async Task ResetStorm_LeavesNoConnectionBehind()
    {
        await Source.StartAsync(Bench.Receiver, Token);

        for (var i = 0; i < 2000; i++)
        {
            using var sender = await Wire.ConnectAsync(Mllp.LocalEndPoint!, Token);
            sender.LingerState = new LingerOption(true, 0);
        }

        await Bench.UntilAsync(() => Bench.Figures.Open == 0, "all are gone");
        await DeliverAsync("after the storm");
        await Bench.Receiver.WaitForAsync(1, Token);
    }

    [Fact]
    [Trait("Row", "F37")]
    public async Task AnyBytes_ArriveUnchanged()
    {
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();
        byte[][] bodies =
        [
            [0xEF, 0xBB, 0xBF, .. "MSH|"u8], [0xC3, 0x28], [0xFF, 0xFE, 0x4D, 0x00], [0x00], "MSH|\xE9"u8.ToArray(), Encoding.Unicode.GetBytes("MSH|^~\\&|\u00e9\r"), [0x1C], [0x0D], [0xFF],
            [.. Enumerable.Range(0, 256).Where(b => b != 0x0B).Select(b => (byte)b)],
        ];

        foreach (var body in bodies)
        {
            await sender.SendAsync(Wire.Frame(body), Token);
            Assert.NotNull(await Wire.ReadTextAsync(sender, Token));
        }

        Assert.All(bodies.Zip(Bench.Receiver.Messages), pair => Assert.Equal(pair.First, pair.Second.Content.ToArray()));
    }

    [Fact]
    public async Task SourceMap_NamesBothEnds()
    {
        await Source.StartAsync(Bench.Receiver, Token);

        await DeliverAsync("one");
        await Bench.Receiver.WaitForAsync(1, Token);

        var map = Bench.Receiver.Messages[0].SourceMap;
        Assert.Equal("127.0.0.1", map["localAddress"]);
        Assert.Equal((double)Mllp.LocalEndPoint!.Port, map["localPort"]);
        Assert.Equal("127.0.0.1", map["remoteAddress"]);
        Assert.Equal((double)((IPEndPoint)_lastSender!.LocalEndPoint!).Port, map["remotePort"]);
    }

    [Fact]
    public async Task StoreFull_NegativeAnswerIsCarriedBackAndConnectionStays()
    {
        Bench.Receiver.Answer = (_, _, _) => ValueTask.FromResult(CollectingReceiver.NotStored("AE"u8.ToArray()));
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            await sender.SendAsync(Wire.Frame("one"), Token);
            Assert.Equal("AE", await Wire.ReadTextAsync(sender, Token));
        }
    }

    [Fact]
    public async Task ChannelAnswersNothing_NothingIsWrittenAndConnectionStays()
    {
        Bench.Receiver.Answer = (_, id, _) => ValueTask.FromResult(
            id == 1 ? new SourceResponse(id, true, MessageStatus.Sent, null, null) : CollectingReceiver.Stored(id));
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();

        await sender.SendAsync(Wire.Frame("silent"), Token);
        await sender.SendAsync(Wire.Frame("answered"), Token);

        Assert.Equal("ACK 2", await Wire.ReadTextAsync(sender, Token));
    }

    [Fact]
    public async Task FramesWhileOneIsProcessed_Wait()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Bench.Receiver.Answer = async (_, id, _) =>
        {
            await gate.Task;
            return CollectingReceiver.Stored(id);
        };
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();

        await Wire.SendAsync(sender, [.. Wire.Frame("one"), .. Wire.Frame("two")], Token);
        await Bench.Receiver.WaitForAsync(1, Token);
        Assert.Single(Bench.Receiver.Messages);
        gate.SetResult();

        Assert.Equal("ACK 1", await Wire.ReadTextAsync(sender, Token));
        Assert.Equal("ACK 2", await Wire.ReadTextAsync(sender, Token));
    }

    [Fact]
    public async Task PortTaken_IsSaidInWords()
    {
        await Source.StartAsync(Bench.Receiver, Token);
        await using var second = new MllpSource(new MllpSourceOptions { Listen = $"127.0.0.1:{Mllp.LocalEndPoint!.Port}" }, Bench.Context);

        var e = await Assert.ThrowsAsync<ConnectorException>(() => second.StartAsync(Bench.Receiver, Token));

        Assert.Contains(Mllp.LocalEndPoint.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), e.Message, StringComparison.Ordinal);
        Assert.Contains("taken by another process", e.Message, StringComparison.Ordinal);
        Assert.Contains("tries again", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PortFreeAgainAfterStop_ListensAtOnce()
    {
        await Source.StartAsync(Bench.Receiver, Token);
        var port = Mllp.LocalEndPoint!.Port;
        await DeliverAsync("one");
        await Bench.Receiver.WaitForAsync(1, Token);
        await Source.StopAsync(Token);

        await using var again = new MllpSource(new MllpSourceOptions { Listen = $"127.0.0.1:{port}" }, Bench.Context);
        await again.StartAsync(Bench.Receiver, Token);

        Assert.Equal(port, again.LocalEndPoint!.Port);
        await again.StopAsync(Token);
    }

    [Fact]
    public async Task OptionsChanged_ConnectionsStayAndNewLimitsHold()
    {
        Bench.Receiver.Refusal = "NAK"u8.ToArray();
        await Source.StartAsync(Bench.Receiver, Token);
        var sender = await ConnectAsync();
        await sender.SendAsync(Wire.Frame(new string('x', 2000)), Token);
        Assert.Equal("ACK 1", await Wire.ReadTextAsync(sender, Token));

        Assert.True(await Source.TryChangeOptionsAsync(Options with { MaximumFrame = new ByteSize(1024) }, Token));

        await sender.SendAsync(Wire.Frame("small"), Token);
        Assert.Equal("ACK 2", await Wire.ReadTextAsync(sender, Token));
        await sender.SendAsync(Wire.Frame(new string('x', 2000)), Token);
        Assert.Equal("NAK", await Wire.ReadTextAsync(sender, Token));
    }

    [Fact]
    public async Task ListenChanged_IsNotTakenOver()
    {
        await Source.StartAsync(Bench.Receiver, Token);

        Assert.False(await Source.TryChangeOptionsAsync(Options with { Listen = "127.0.0.1:1" }, Token));
        Assert.False(await Source.TryChangeOptionsAsync(Options with { Tls = new() { Certificate = "x" } }, Token));
    }

    [Fact]
    public async Task Stop_IdleConnectionsAreClosed()
    {
        await Source.StartAsync(Bench.Receiver, Token);
        var idle = await ConnectAsync();
        var begun = await ConnectAsync();
        await begun.SendAsync(new byte[] { 0x0B, 0x41 }, Token);
        await Bench.UntilAsync(() => Bench.Figures.Open == 2, "both are in");

        await Source.StopAsync(Token).WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.Null(await Wire.ReadTextAsync(idle, Token));
        Assert.Null(await Wire.ReadTextAsync(begun, Token));
        Assert.Equal(0, Bench.Figures.Open);
        Assert.Empty(Bench.Receiver.Messages);
    }

    public override async ValueTask DisposeAsync()
    {
        _senders.ForEach(sender => sender.Dispose());
        await base.DisposeAsync();
    }

    private async Task<Socket> ConnectAsync()
    {
        var sender = await Wire.ConnectAsync(Mllp.LocalEndPoint!, Token);
        _senders.Add(sender);
        return sender;
    }
}
