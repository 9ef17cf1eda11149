using System.Net;
using System.Net.Sockets;
using System.Text;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>Senders whose answer is lost send again: what they sent is forwarded once, and nothing else is dropped.</summary>
public sealed class DuplicateTests : IDisposable
{
    private const string Channel = "clinic/a";
    private const int Messages = 60;

    private readonly HostFolder _folder = new();
    private readonly int _listen = HostFolder.FreePort();
    private readonly int _next = HostFolder.FreePort();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "F07")]
    public async Task AnswersAreLostAndTheHostIsKilled_EachMessageIsForwardedOnce()
    {
        _folder.WriteChannel(Channel, $$"""
            source: { type: mllp, listen: 127.0.0.1:{{_listen}}, duplicates: { action: drop } }
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:{{_next}}, queue: { mode: always, retry: { delay: 50ms, maximum: 100ms } } }

            """);
        await using var receiver = new MllpReceiver(_next);
        var lost = 0;
        await using (var host = await RunningHost.StartAsync(_folder, Token))
        {
            // Every other answer is never read; its message is sent again at once on a new connection, so both are often on their way together.
            await Parallel.ForEachAsync(Enumerable.Range(0, Messages), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (number, _) =>
            {
                if (number % 2 == 0)
                {
                    await SendAsync(Message(number), readsAnswer: false);
                    Interlocked.Increment(ref lost);
                }

                Assert.Contains($"MSA|AA|L{number:D4}", await SendAsync(Message(number), readsAnswer: true), StringComparison.Ordinal);
            });
            await host.UntilAsync("through", async () => (await host.ChannelAsync(Channel, Token)).Destinations[0].Queued == 0, Token);
            await host.KillAsync(Token);
        }

        await using var second = await RunningHost.StartAsync(_folder, Token);
        for (var number = 0; number < Messages; number++)
        {
            Assert.Contains($"MSA|AA|L{number:D4}", await SendAsync(Message(number), readsAnswer: true), StringComparison.Ordinal);
        }

        var other = Some.Adt("L0000", 4711);
        Assert.Contains("MSA|AA|L0000", await SendAsync(other, readsAnswer: true), StringComparison.Ordinal);
        await second.UntilAsync("through", async () => (await second.ChannelAsync(Channel, Token)).Destinations[0].Queued == 0, Token);

        // What the kill left open may be delivered once more, marked; nothing else is.
        var stored = await second.MessagesAsync(Channel, Token);
        var reattempts = stored.Count(message => message.Destinations.Any(delivery => delivery.IsReattempt));
        Assert.Equal(Messages / 2, lost);
        Assert.Equal(Messages + 1, receiver.Ledger.Select(delivery => (delivery.ControlId, delivery.Hash)).Distinct().Count());
        Assert.InRange(receiver.Count, Messages + 1, Messages + 1 + reattempts);
        Assert.Equal(Messages + 1, stored.Count(message => message.Destinations.Count == 1));
        var copies = stored.Where(message => message.Status == MessageStatus.Filtered).ToList();
        Assert.InRange(copies.Count, Messages, Messages + lost);
        var control = stored.ToDictionary(message => message.Id, message => message.ControlId);
        Assert.All(copies, copy => Assert.Equal(copy.ControlId, control[copy.DuplicateOf!.Value]));
        TestContext.Current.SendDiagnosticMessage("{0} answers lost, {1} copies, {2} deliveries of {3} messages", lost, copies.Count, receiver.Count, Messages + 1);
    }

    private static byte[] Message(int number) => Some.Adt($"L{number:D4}", number);

    private async Task<string> SendAsync(byte[] message, bool readsAnswer)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _listen, Token);
        var stream = client.GetStream();
        await stream.WriteAsync((byte[])[0x0b, .. message, 0x1c, 0x0d], Token);
        if (!readsAnswer)
        {
            // The message arrives whole; the answer finds nobody.
            client.Client.Shutdown(SocketShutdown.Send);
            return "";
        }

        var answer = new List<byte>();
        var buffer = new byte[4096];
        while (!answer.Contains(0x1c) && await stream.ReadAsync(buffer, Token) is > 0 and var count)
        {
            answer.AddRange(buffer.AsSpan(0, count));
        }

        return Encoding.UTF8.GetString([.. answer]);
    }
}
