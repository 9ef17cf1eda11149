using System.Diagnostics;
using System.Globalization;
using ChannelHost.Connectors.Mllp;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>
/// A channel that has nothing to do with the fault, and a sender that sends to it at an even pace: its rate and its 99th percentile during the fault over those before it.
/// </summary>
internal sealed class ControlChannel(HostFolder folder)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    // A machine with two cores and other work on them has hiccups of its own: below this a higher percentile says nothing.
    private static readonly TimeSpan Hiccup = TimeSpan.FromMilliseconds(250);

    private readonly int _port = HostFolder.FreePort();
    private int _sent;

    /// <summary>Writes the channel's file.</summary>
    public void Write() => folder.WriteChannel("test/control", $"source: {{ type: mllp, listen: 127.0.0.1:{_port} }}\n");

    /// <summary>Sends for so long.</summary>
    public async Task<Reading> MeasureAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var latencies = new List<TimeSpan>();
        await using var client = await MllpClient.ConnectAsync("127.0.0.1", _port, new MllpClientOptions(), cancellationToken);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            var at = Stopwatch.GetTimestamp();
            var controlId = string.Create(CultureInfo.InvariantCulture, $"C{_sent++:D6}");
            var answer = await client.ExchangeAsync(Some.Adt(controlId, 1), cancellationToken);
            Assert.Contains($"MSA|AA|{controlId}", System.Text.Encoding.UTF8.GetString(answer.Span), StringComparison.Ordinal);
            var took = Stopwatch.GetElapsedTime(at);
            latencies.Add(took);
            if (took < Pace)
            {
                await Task.Delay(Pace - took, TimeProvider.System, cancellationToken);
            }
        }

        latencies.Sort();
        return new Reading(latencies.Count / Stopwatch.GetElapsedTime(started).TotalSeconds, latencies[(int)(latencies.Count * 0.99)]);
    }

    /// <summary>Messages a second, and the 99th percentile of the answers' times.</summary>
    internal sealed record Reading(double Rate, TimeSpan P99)
    {
        /// <summary>Fails when this reading, during a fault, shows that the fault did not stay where it was.</summary>
        public void AssertAsBefore(Reading before)
        {
            var told = string.Create(CultureInfo.InvariantCulture, $"COLLATERAL: {Rate:0}/s of {before.Rate:0}/s, p99 {P99.TotalMilliseconds:0} ms after {before.P99.TotalMilliseconds:0} ms");
            TestContext.Current.TestOutputHelper?.WriteLine(told);
            Assert.True((Rate >= 0.9 * before.Rate && P99 <= 2 * before.P99) || P99 <= Hiccup, told);
        }
    }
}
