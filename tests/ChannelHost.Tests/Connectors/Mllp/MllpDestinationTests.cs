using System.Net;
using System.Net.Sockets;
using System.Text;
using ChannelHost.Connectors.Mllp;
using ChannelHost.Testing.Network;
using ChannelHost.Tests.Connectors.Support;
using Wire = ChannelHost.Testing.Network.Mllp;

namespace ChannelHost.Tests.Connectors.Mllp;

public sealed class MllpDestinationTests : DestinationConnectorContract
{
    private readonly int _port = FreePort();
    private MllpDestination? _destination;
    private ScriptedPeer? _peer;

    private MllpDestinationOptions Options { get; set; } = new();

    private protected override IDestination Destination => _destination ??= new MllpDestination(Options with { Connect = $"127.0.0.1:{_port}" }, Bench.Context);

    private protected override IReadOnlyList<byte[]> Arrived => [.. _peer!.Received.Select(entry => entry.Content)];

    private protected override Task PartnerUpAsync()
    {
        _peer = new ScriptedPeer(port: _port);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task KeepOpen_OneConnectionForManyMessages()
    {
        await PeerAsync();

        await SendAsync("one");
        await SendAsync("two");

        Assert.Equal(1, _peer!.Accepted);
        Assert.Equal(1, Bench.Figures.Open);
    }

    [Fact]
    public async Task KeepOpenOff_OneConnectionEach()
    {
        Options = Options with { KeepOpen = false };
        await PeerAsync();

        await SendAsync("one");
        await SendAsync("two");

        Assert.Equal(2, _peer!.Accepted);
        Assert.Equal(0, Bench.Figures.Open);
    }

    [Fact]
    public async Task Answer_BecomesTheContent()
    {
        await PeerAsync(PeerAct.Say("MSH|ack"));

        var response = await SendAsync("one");

        Assert.Equal("MSH|ack", Encoding.Latin1.GetString(response.Content.Span));
    }

    [Fact]
    [Trait("Row", "F08")]
    public async Task CutAfterSending_IsUncertainAndSentOnANewConnection()
    {
        await PeerAsync(PeerAct.Close, PeerAct.Reset);

        var closed = await SendAsync("one");
        var reset = await SendAsync("one");
        var good = await SendAsync("one");

        Assert.All([closed, reset], response =>
        {
            Assert.Equal(MessageStatus.Queued, response.Status);
            Assert.True(response.IsUncertain);
            Assert.Contains($"127.0.0.1:{_port}", response.StatusMessage, StringComparison.Ordinal);
        });
        Assert.Equal(MessageStatus.Sent, good.Status);
        Assert.Equal([1, 2, 3], _peer!.Received.Select(entry => entry.Connection));
    }

    [Fact]
    [Trait("Row", "F09")]
    public async Task NoAnswer_TimesOutAndALateAnswerIsNeverTaken()
    {
        Options = Options with { AnswerTimeout = TimeSpan.FromMilliseconds(200) };
        var late = new TaskCompletionSource();
        await PeerAsync(PeerAct.AcceptAfter(late.Task));

        var silent = await SendAsync("MSH|^~\\&|||||||ADT|first");
        late.SetResult();
        var next = await SendAsync("MSH|^~\\&|||||||ADT|second");

        Assert.Equal(MessageStatus.Queued, silent.Status);
        Assert.True(silent.IsUncertain);
        Assert.Contains("did not answer within 0.2 s", silent.StatusMessage, StringComparison.Ordinal);
        Assert.Contains("second", Encoding.Latin1.GetString(next.Content.Span), StringComparison.Ordinal);
        Assert.Equal(2, _peer!.Accepted);
    }

    [Fact]
    [Trait("Row", "F10")]
    public async Task ValidatorDiscards_ConnectionIsClosed()
    {
        await PeerAsync(PeerAct.Say("MSA|AA|foreign"));
        var validator = new WantsAnswer("MSA|AA|mine");

        var response = await Destination.SendAsync(Bench.Outgoing("MSH|mine"u8.ToArray(), validator: validator), Token);
        await SendAsync("next");

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Equal([1, 2], _peer!.Received.Select(entry => entry.Connection));
    }

    [Theory]
    [Trait("Row", "F11")]
    [InlineData("", "cut the connection")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n<html/>", "no MLLP frame")]
    [InlineData("\x1C\r", "no MLLP frame")]
    [InlineData("\x0BMSA|AA", "cut the connection")]
    [InlineData("\x0BMSA|\x0BMSA|AA\x1C\r", "second answer")]
    public async Task AnswerIsNoFrame_IsUncertainAndNotSent(string bytes, string reason)
    {
        await PeerAsync(PeerAct.Bytes(Encoding.Latin1.GetBytes(bytes), thenClose: true));

        var response = await SendAsync("one");

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.True(response.IsUncertain);
        Assert.Contains(reason, response.StatusMessage, StringComparison.Ordinal);
        Assert.Equal(0, Bench.Figures.Open);
    }

    [Fact]
    [Trait("Row", "F11")]
    public async Task EmptyFrameAnswer_IsJudgedByTheValidator()
    {
        await PeerAsync(PeerAct.Say(""));

        var response = await Destination.SendAsync(Bench.Outgoing("MSH"u8.ToArray(), validator: new WantsAnswer("MSA")), Token);

        Assert.Equal(MessageStatus.Error, response.Status);
    }

    [Fact]
    public async Task AnswerTooLarge_IsNotReadOn()
    {
        Options = Options with { MaximumFrame = new ByteSize(1024) };
        await PeerAsync(PeerAct.Say(new string('x', 5000)));

        var response = await SendAsync("one");

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Contains("maximumFrame", response.StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F39")]
    public async Task PartnerClosedWhileIdle_ReconnectsAndSendsOnce()
    {
        await PeerAsync();
        for (var round = 1; round <= 20; round++)
        {
            Assert.Equal(MessageStatus.Sent, (await SendAsync($"m{round}")).Status);
            await _peer!.CloseConnectionsAsync();
        }

        Assert.Equal(20, _peer!.Accepted);
        Assert.Equal(Enumerable.Range(1, 20).Select(round => $"m{round}"), _peer.Texts);
    }

    [Fact]
    [Trait("Row", "F10")]
    public async Task UnaskedBytesWhileIdle_AreNeverTakenForAnAnswer()
    {
        await PeerAsync();
        await SendAsync("one");
        await _peer!.BlurtAsync(Wire.Frame("MSA|AA|unasked"), Token);
        await Task.Delay(50, Token);

        var response = await SendAsync("MSH|^~\\&|||||||ADT|two");

        Assert.Contains("two", Encoding.Latin1.GetString(response.Content.Span), StringComparison.Ordinal);
        Assert.Equal(2, _peer.Accepted);
    }

    [Fact]
    [Trait("Row", "F10")]
    public async Task SecondAnswerBehindTheFirst_ConnectionIsNotUsedAgain()
    {
        await PeerAsync(PeerAct.Bytes([.. Wire.Frame("MSA|AA|1"), .. Wire.Frame("MSA|AA|2")]));

        Assert.Equal("MSA|AA|1", Encoding.Latin1.GetString((await SendAsync("one")).Content.Span));
        await SendAsync("two");

        Assert.Equal(2, _peer!.Accepted);
    }

    [Fact]
    public async Task LineEndBehindTheAnswer_ConnectionIsUsedAgain()
    {
        await PeerAsync(PeerAct.Bytes([.. Wire.Frame("MSA|AA|1"), 0x0D, 0x0A]));

        await SendAsync("one");
        await SendAsync("two");

        Assert.Equal(1, _peer!.Accepted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MessageAsksForNoAnswer_IsSentWithoutOneAndTheNextGetsItsOwn(bool partnerAnswersAllTheSame)
    {
        await PeerAsync(partnerAnswersAllTheSame ? PeerAct.Accept : PeerAct.Bytes([]), PeerAct.Say("the second's own"));

        var first = await Destination.SendAsync(Bench.Outgoing("MSH|^~\\&|||||||ADT|one"u8.ToArray(), validator: new WantsNone()), Token);
        await Bench.UntilAsync(() => _peer!.Received.Count == 1, "the first has arrived");
        if (partnerAnswersAllTheSame)
        {
            // The answer that nobody asked for must be there before the next message is sent: it is what could be taken for the next one's.
            await Task.Delay(200, Token);
        }

        var second = await Destination.SendAsync(Bench.Outgoing("MSH|^~\\&|||||||ADT|two"u8.ToArray(), validator: new WantsAnswer("the second's own")), Token);

        Assert.Equal(MessageStatus.Sent, first.Status);
        Assert.Equal(MessageStatus.Sent, second.Status);
        Assert.Equal(partnerAnswersAllTheSame ? 2 : 1, _peer!.Accepted);
    }

    [Fact]
    public async Task AnswerNone_IsSentWithoutOneAndUnaskedAnswersAreDropped()
    {
        Options = Options with { Answer = MllpAnswer.None };
        await PeerAsync();

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(MessageStatus.Sent, (await SendAsync($"m{i}")).Status);
        }

        await Bench.UntilAsync(() => _peer!.Received.Count == 10, "all have arrived");
        Assert.Equal(1, _peer!.Accepted);
        await _peer.CloseConnectionsAsync();

        // Without an answer the end of a connection is noticed when the system tells, a moment later.
        for (var i = 0; i < 500 && _peer.Accepted < 2; i++)
        {
            await SendAsync("later");
            await Task.Delay(2, Token);
        }

        Assert.Equal(2, _peer.Accepted);
    }

    [Fact]
    [Trait("Row", "F09")]
    public async Task CancelledWhileWaiting_ThrowsAtOnceAndClosesTheConnection()
    {
        await PeerAsync(PeerAct.Hold);
        using var cancellation = new CancellationTokenSource();

        var sending = SendAsync("one", cancellation.Token).AsTask();
        await Bench.UntilAsync(() => _peer!.Received.Count == 1, "the partner has it");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(TimeSpan.FromSeconds(5), Token));
        Assert.Equal(0, Bench.Figures.Open);
        Assert.Equal(MessageStatus.Sent, (await SendAsync("two")).Status);
        Assert.Equal(2, _peer!.Accepted);
    }

    [Fact]
    [Trait("Row", "F71")]
    public async Task NobodyAcceptsConnections_TimesOutInWords()
    {
        // A full backlog: the system takes the connection up to a point and then leaves it hanging.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, _port));
        listener.Listen(0);
        var hanging = Enumerable.Range(0, 8).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        var attempts = hanging.ConvertAll(socket => socket.ConnectAsync(listener.LocalEndPoint!));
        Options = Options with { ConnectTimeout = TimeSpan.FromMilliseconds(300), AnswerTimeout = TimeSpan.FromMilliseconds(300) };
        await Destination.StartAsync(Token);

        var response = await SendAsync("one");

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.Contains("within 0.3 s", response.StatusMessage, StringComparison.Ordinal);
        hanging.ForEach(socket => socket.Dispose());
        await Task.WhenAll(attempts).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    [Trait("Row", "F58")]
    public async Task NameUnknown_IsTriedAgainAndSaid()
    {
        await using var destination = new MllpDestination(new MllpDestinationOptions { Connect = "no-such-host.invalid:6661" }, Bench.Context);
        await destination.StartAsync(Token);

        var response = await destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Queued, response.Status);
        Assert.False(response.IsUncertain);
        Assert.Contains("no-such-host.invalid", response.StatusMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\x1C\rb")]
    public async Task ContentThatCannotBeFramed_FailsBeforeAnythingIsSent(string content)
    {
        await PeerAsync();

        var response = await SendAsync(content);

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Equal(0, _peer!.Accepted);
    }

    [Theory]
    [Trait("Row", "F26")]
    [InlineData(1)]
    [InlineData(7)]
    public async Task AnswerInSlices_IsPutTogether(int slice)
    {
        _peer = new ScriptedPeer();
        await using var proxy = new FaultyProxy(_peer.EndPoint, _ => (new Faults { SliceBytes = slice }, new Faults { SliceBytes = slice }));
        await using var destination = new MllpDestination(new MllpDestinationOptions { Connect = proxy.EndPoint.ToString() }, Bench.Context);
        await destination.StartAsync(Token);

        var response = await destination.SendAsync(Bench.Outgoing("MSH|^~\\&|||||||ADT|id"u8.ToArray()), Token);

        Assert.Contains("MSA|AA|id", Encoding.Latin1.GetString(response.Content.Span), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Row", "F08")]
    [InlineData(Cut.Fin)]
    [InlineData(Cut.Rst)]
    public async Task CutAtEveryByteOfTheAnswer_NeverSentButUncertain(Cut cut)
    {
        var answer = Wire.Frame("MSH|^~\\&|PEER\rMSA|AA|id\r");
        _peer = new ScriptedPeer();
        await using var proxy = new FaultyProxy(_peer.EndPoint, number => (Faults.None, new Faults { CutAfter = number - 1, Cut = cut }));
        await using var destination = new MllpDestination(new MllpDestinationOptions { Connect = proxy.EndPoint.ToString(), KeepOpen = false }, Bench.Context);
        await destination.StartAsync(Token);

        for (var offset = 0; offset < answer.Length; offset++)
        {
            var response = await destination.SendAsync(Bench.Outgoing("MSH|^~\\&|||||||ADT|id"u8.ToArray()), Token);

            Assert.Equal(MessageStatus.Queued, response.Status);
            Assert.True(response.IsUncertain, $"offset {offset}: {response.StatusMessage}");
        }

        Assert.Equal(answer.Length, proxy.Cuts);
    }

    [Fact]
    public async Task LargeMessage_ArrivesWhole()
    {
        await PeerAsync();
        var content = new byte[3 * 1024 * 1024];
        Array.Fill(content, (byte)'x');

        Assert.Equal(MessageStatus.Sent, (await Destination.SendAsync(Bench.Outgoing(content), Token)).Status);

        Assert.Equal(content.Length, Assert.Single(Arrived).Length);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_peer is not null)
        {
            await _peer.DisposeAsync();
        }
    }

    private async Task PeerAsync(params PeerAct[] acts)
    {
        _peer = new ScriptedPeer(acts, port: _port);
        await Destination.StartAsync(Token);
    }

    private ValueTask<Response> SendAsync(string content, CancellationToken? token = null) =>
        Destination.SendAsync(Bench.Outgoing(Encoding.Latin1.GetBytes(content)), token ?? Token);

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private sealed class WantsNone : IResponseValidator
    {
        public bool ExpectsAnswer => false;

        public ResponseVerdict Judge(ReadOnlyMemory<byte> answer) => throw new InvalidOperationException("Nobody asked for an answer.");
    }

    private sealed class WantsAnswer(string wanted) : IResponseValidator
    {
        public ResponseVerdict Judge(ReadOnlyMemory<byte> answer) => Encoding.Latin1.GetString(answer.Span) == wanted
            ? new ResponseVerdict(Response.Sent("ok", answer), false)
            : new ResponseVerdict(Response.Failed("another answer", answer), true);
    }
}
