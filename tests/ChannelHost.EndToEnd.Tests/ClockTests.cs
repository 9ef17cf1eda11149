using System.Globalization;
using System.Net;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Testing.Native;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>The time of day steps and drifts while messages flow. A library preloaded into the host moves that clock and no other.</summary>
public sealed class ClockTests
{
    private const string Channel = "clinic/registration";
    private const string Waiting = "clinic/waiting";
    private const int InQueue = 3;
    private static readonly TimeSpan[] Steps = [TimeSpan.FromHours(1), TimeSpan.FromHours(-1), TimeSpan.FromDays(1), TimeSpan.FromDays(-1)];

    [Fact]
    [Trait("Row", "F72")]
    public async Task ClockStepsAndDrifts_NothingIsPrunedWronglyOrSentInABurst()
    {
        Assert.SkipUnless(NativeShim.CanBuild, "needs gcc to build the library that steps the clock");
        var token = TestContext.Current.CancellationToken;
        using var folder = new HostFolder();
        var clock = new SteppedClock(folder);
        var (listen, next, waiting, down) = (HostFolder.FreePort(), HostFolder.FreePort(), HostFolder.FreePort(), HostFolder.FreePort());
        await using var receiver = new MllpReceiver(next);
        WriteChannel(folder, listen, next, "48h");
        folder.WriteChannel(Waiting, $$"""
            source: { type: mllp, listen: 127.0.0.1:{{waiting}}, acknowledge: on-receipt }
            destinations:
              - { name: down, type: mllp, connect: 127.0.0.1:{{down}}, queue: { mode: always, retry: { delay: 60s, maximum: 60s } } }
            store: { retention: 48h }

            """);
        var sender = new LedgerSender(listen, seed: 8, prefix: "C") { Pause = TimeSpan.FromMilliseconds(5) };
        await using var host = await RunningHost.StartAsync(folder, token);
        const int messages = 240;
        await new LedgerSender(waiting, seed: 9, prefix: "W").SendAsync(InQueue, 1, token);
        var sending = sender.SendAsync(messages, 2, token);
        for (var step = 0; step < Steps.Length; step++)
        {
            var goal = messages / 10 * (step + 1);
            await host.UntilAsync($"{goal} messages far", () => Task.FromResult(sender.ConfirmedCount >= goal), token);
            clock.Step(Steps[step]);

            // A changed store section starts the channel anew, and a start prunes: two days are kept, and nothing is older, whatever the step.
            await RedeployAsync(host, folder, listen, next, string.Create(CultureInfo.InvariantCulture, $"{49 + step}h"), token);
        }

        await clock.DriftAsync(TimeSpan.FromMilliseconds(20), times: 25, token);
        await sending;
        await host.UntilAsync("through with its queue", async () => (await host.MessagesAsync(Channel, token, "&status=queued&destination=next")).Count == 0, token);

        var stored = await host.MessagesAsync(Channel, token);
        var ledgers = new LedgerJoin(sender, receiver.Ledger, stored);
        var waited = (await host.MessagesAsync(Waiting, token)).SelectMany(message => message.Destinations).ToList();
        var attempts = waited.Sum(at => at.Attempts);
        var clashes = stored.Count - stored.Select(message => message.Id).Distinct().Count();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"4 steps and a drift over {messages} messages: {ledgers}; wrongly pruned {messages - stored.Count}, id clashes {clashes}, {attempts} attempts at a partner that is down, steps seen {clock.SeenBy(stored)}");

        Assert.Empty(sender.Refused);
        Assert.Equal((messages, 0), (stored.Count, clashes));
        Assert.Empty(ledgers.Lost);
        Assert.Empty(ledgers.Stuck);
        Assert.Empty(ledgers.Ghosts);
        Assert.Empty(ledgers.UnmarkedDuplicates);

        // In the order of their ids as they were received, although the times go back and forth; and the injector did its work.
        Assert.Equal(receiver.Ledger.Select(delivery => delivery.ControlId).Distinct(), stored.OrderBy(message => message.Id).Select(message => message.ControlId));
        Assert.Equal(Steps.Length, clock.SeenBy(stored));

        // One message at a time is tried, once a minute, by a clock that does not step.
        Assert.Equal(InQueue, waited.Count(at => at.Status == MessageStatus.Queued));
        Assert.InRange(attempts, 1, 12);

        // Three days on all of it is too old, and goes; what waits stays.
        clock.Step(TimeSpan.FromDays(3));
        await RedeployAsync(host, folder, listen, next, "47h", token);
        await host.UntilAsync("pruned", async () => await CountAsync(host, token) == 0, token);
        Assert.Equal(InQueue, (await host.MessagesAsync(Waiting, token)).Count);
        Assert.Equal(0, await host.TerminateAsync(token));
        var (code, output) = await folder.RunAsync(null, token, "verify", folder.Data);
        Assert.True(code == 0, output);
    }

    private static async Task RedeployAsync(RunningHost host, HostFolder folder, int listen, int next, string retention, CancellationToken token)
    {
        var before = (await host.ChannelAsync(Channel, token)).Version;
        WriteChannel(folder, listen, next, retention);
        await host.UntilAsync("redeployed", async () => (await host.ChannelAsync(Channel, token)).Version != before && await CountAsync(host, token) >= 0, token);
    }

    // A channel that starts anew has no store for a moment.
    private static async Task<int> CountAsync(RunningHost host, CancellationToken token)
    {
        try
        {
            return (await host.MessagesAsync(Channel, token)).Count;
        }
        catch (HttpRequestException failure) when (failure.StatusCode == HttpStatusCode.NotFound)
        {
            return -1;
        }
    }

    private static void WriteChannel(HostFolder folder, int listen, int next, string retention) => folder.WriteChannel(Channel, $$"""
        source: { type: mllp, listen: 127.0.0.1:{{listen}}, acknowledge: on-receipt }
        destinations:
          - { name: next, type: mllp, connect: 127.0.0.1:{{next}}, queue: { mode: always } }
        store: { retention: {{retention}} }

        """);

    /// <summary>The shift of the host's time of day, in a file that the library reads.</summary>
    private sealed class SteppedClock
    {
        private readonly string _file;
        private TimeSpan _shift;
        private readonly List<TimeSpan> _shifts = [];

        public SteppedClock(HostFolder folder)
        {
            _file = Path.Combine(folder.Root, "clock");
            Write();
            folder.Environment["LD_PRELOAD"] = NativeShim.ClockStep.Path;
            folder.Environment["CLOCKSTEP_FILE"] = _file;
        }

        public void Step(TimeSpan by)
        {
            _shift += by;
            _shifts.Add(_shift);
            Write();
        }

        public async Task DriftAsync(TimeSpan by, int times, CancellationToken cancellationToken)
        {
            for (var count = 0; count < times; count++)
            {
                _shift -= by;
                Write();
                await Task.Delay(by, TimeProvider.System, cancellationToken);
            }
        }

        /// <summary>After how many steps a message was received with that shift.</summary>
        public int SeenBy(IReadOnlyList<Server.Api.MessageView> stored)
        {
            var now = TimeProvider.System.GetUtcNow();
            return _shifts.Count(shift => stored.Any(message => (message.ReceivedAt - now - shift).Duration() < TimeSpan.FromMinutes(30)));
        }

        private void Write()
        {
            // In one step: half a number is another number.
            File.WriteAllText(_file + ".part", (_shift.Ticks * 100).ToString(CultureInfo.InvariantCulture));
            File.Move(_file + ".part", _file, overwrite: true);
        }
    }
}
