using System.Net;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Testing.Network;
using Line = ChannelHost.Testing.Network.Faults;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>Partners whose connection dies after a message was sent, or that never answer, seen from outside the host.</summary>
public sealed class PartnerFaultTests : IDisposable
{
    private const string Channel = "clinic/partner";

    private readonly HostFolder _folder = new();
    private readonly int _listen = HostFolder.FreePort();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "F08")]
    public async Task ConnectionDiesBeforeEachTwentiethAnswer_SentAgainAndMarkedAndOtherDestinationGoesOn()
    {
        const int Messages = 400;
        const int UntilCut = 19;
        var (next, copy) = (HostFolder.FreePort(), HostFolder.FreePort());
        await using var receiver = new MllpReceiver(next);
        await using var other = new MllpReceiver(copy);

        // Control ids have the same length, so do the answers: each connection dies when its twentieth answer is on its way.
        var answer = MllpReceiver.AnswerLength("D000000");
        await using var proxy = new FaultyProxy(
            new IPEndPoint(IPAddress.Loopback, next),
            connection => (Line.None, new Line { CutAfter = UntilCut * answer, Cut = connection % 2 == 0 ? Cut.Fin : Cut.Rst }));
        _folder.WriteChannel(Channel, $$"""
            source: { type: mllp, listen: 127.0.0.1:{{_listen}} }
            destinations:
              - { name: next, type: mllp, connect: "{{proxy.EndPoint}}", queue: { mode: always, retry: { delay: 20ms, maximum: 50ms } } }
              - { name: copy, type: mllp, connect: 127.0.0.1:{{copy}}, queue: { mode: always } }

            """);
        await using var host = await RunningHost.StartAsync(_folder, Token);
        var sender = new LedgerSender(_listen, seed: 8, prefix: "D");
        await sender.SendAsync(Messages, 4, Token);
        await host.UntilAsync("through with its queues", async () => (await host.ChannelAsync(Channel, Token)).Destinations.All(destination => destination.Queued == 0), Token);

        var stored = await host.MessagesAsync(Channel, Token);
        var counters = new Counters([sender], receiver.Ledger, [.. stored.Select(message => message with { Destinations = [.. message.Destinations.Where(delivery => delivery.Name == "next")] })]);
        TestContext.Current.TestOutputHelper?.WriteLine($"{proxy.Cuts} cuts: {counters}");
        counters.AssertHeld(proxy.Cuts, expected: (Messages / (UntilCut + 1)) - 1, mostDuplicates: proxy.Cuts);
        Assert.Equal(Messages, other.Count);
        Assert.All(stored.SelectMany(message => message.Destinations).Where(delivery => delivery.Name == "copy"), delivery => Assert.False(delivery.IsReattempt));
    }

    [Fact]
    [Trait("Row", "F09")]
    public async Task PartnerNeverAnswers_OtherChannelKeepsItsPaceAndNothingIsCalledSent()
    {
        var next = HostFolder.FreePort();
        await using var receiver = new MllpReceiver(next);
        receiver.HoldAnswers();
        _folder.WriteChannel(Channel, $$"""
            source: { type: mllp, listen: 127.0.0.1:{{_listen}} }
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:{{next}}, answerTimeout: 1s, queue: { mode: always, retry: { delay: 50ms, maximum: 100ms } } }

            """);
        var control = new ControlChannel(_folder);
        control.Write();
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await control.MeasureAsync(TimeSpan.FromSeconds(1), Token);
        var before = await control.MeasureAsync(TimeSpan.FromSeconds(2), Token);

        var sender = new LedgerSender(_listen, seed: 9, prefix: "N");
        var sending = sender.SendAsync(200, 8, Token);
        var during = await control.MeasureAsync(TimeSpan.FromSeconds(3), Token);
        await sending;
        var held = await host.MessagesAsync(Channel, Token);
        await host.UntilAsync("trying once more", () => Task.FromResult(receiver.Count >= 2), Token);
        receiver.Answer();
        await host.UntilAsync("through with its queue", async () => (await host.ChannelAsync(Channel, Token)).Destinations[0].Queued == 0, Token);

        Assert.All(held, message => Assert.NotEqual(MessageStatus.Sent, Assert.Single(message.Destinations).Status));
        during.AssertAsBefore(before);
        var counters = new Counters([sender], receiver.Ledger, await host.MessagesAsync(Channel, Token));
        TestContext.Current.TestOutputHelper?.WriteLine($"{counters}");
        counters.AssertHeld(receiver.Count - 200, expected: 1, mostDuplicates: 60);
    }
}
