using System.Diagnostics;
using System.Globalization;
using System.Text;
using ChannelHost.Connectors.Mllp;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>A sender who sends at an even pace and looks at the clock: how many messages a second are answered positively, and how long an answer takes.</summary>
/// <param name="port">The channel's.</param>
/// <param name="connections">How many senders; each sends 50 messages a second at most.</param>
internal sealed class IntakeProbe(int port, int connections = 1)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private int _sent;

    /// <summary>How many messages were sent, and answered positively.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Sends for so long.</summary>
    public async Task<Reading> MeasureAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ends.CancelAfter(time);
        return await MeasureUntilAsync(ends.Token, cancellationToken);
    }

    /// <summary>Sends until it is told that it is enough.</summary>
    public async Task<Reading> MeasureUntilAsync(CancellationToken enough, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var senders = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => SendAsync(enough, cancellationToken), cancellationToken)));
        var latencies = senders.SelectMany(times => times).Order().ToList();
        return new Reading(latencies.Count / Stopwatch.GetElapsedTime(started).TotalSeconds, latencies[(int)(latencies.Count * 0.99)]);
    }

    private async Task<List<TimeSpan>> SendAsync(CancellationToken enough, CancellationToken cancellationToken)
    {
        var latencies = new List<TimeSpan>();
        await using var client = await MllpClient.ConnectAsync("127.0.0.1", port, new MllpClientOptions(), cancellationToken);
        while (!enough.IsCancellationRequested)
        {
            var at = Stopwatch.GetTimestamp();
            var controlId = string.Create(CultureInfo.InvariantCulture, $"C{Interlocked.Increment(ref _sent):D6}");
            var answer = await client.ExchangeAsync(Some.Adt(controlId, 1), cancellationToken);
            Assert.Contains($"MSA|AA|{controlId}", Encoding.UTF8.GetString(answer.Span), StringComparison.Ordinal);
            var took = Stopwatch.GetElapsedTime(at);
            latencies.Add(took);
            if (took < Pace)
            {
                await Task.Delay(Pace - took, TimeProvider.System, cancellationToken);
            }
        }

        return latencies;
    }

    /// <summary>Messages a second, and the 99th percentile of the answers' times.</summary>
    internal sealed record Reading(double Rate, TimeSpan P99)
    {
        // A machine with two cores and other work on them has hiccups of its own: below this a higher percentile says nothing.
        private static readonly TimeSpan Hiccup = TimeSpan.FromMilliseconds(250);

        /// <summary>Fails when this reading, during a fault, shows that the fault did not stay where it was.</summary>
        public void AssertAsBefore(Reading before)
        {
            var told = string.Create(CultureInfo.InvariantCulture, $"COLLATERAL: {Rate:0}/s of {before.Rate:0}/s, p99 {P99.TotalMilliseconds:0} ms after {before.P99.TotalMilliseconds:0} ms");
            TestContext.Current.TestOutputHelper?.WriteLine(told);
            Assert.True((Rate >= 0.9 * before.Rate && P99 <= 2 * before.P99) || P99 <= Hiccup, told);
        }
    }
}
