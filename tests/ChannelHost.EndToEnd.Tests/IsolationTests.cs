using System.Diagnostics;
using ChannelHost.Connectors.Mllp;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>A fault of one channel costs the others nothing but the processor it burns.</summary>
public sealed class IsolationTests : IDisposable
{
    private const int Loops = 6;

    private readonly HostFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "F60")]
    public async Task SixScriptsThatNeverEnd_AreStoppedAndAnotherChannelGoesOn()
    {
        var control = HostFolder.FreePort();
        var ports = Enumerable.Range(0, Loops).Select(_ => HostFolder.FreePort()).ToList();
        _folder.WriteChannel("test/control", $"source: {{ type: mllp, listen: 127.0.0.1:{control} }}\n");
        for (var loop = 0; loop < Loops; loop++)
        {
            _folder.WriteChannel(
                $"test/loop{loop}", $"source: {{ type: mllp, listen: 127.0.0.1:{ports[loop]} }}\ntransform: loop.js\nscripts: {{ time: 3s }}\n", ("loop.js", "while (true) {}\n"));
        }

        await using var host = await RunningHost.StartAsync(_folder, Token);
        var started = Stopwatch.GetTimestamp();
        var stopped = ports.Select((port, loop) => AnswerAsync(port, $"L{loop}")).ToList();
        var slowest = TimeSpan.Zero;
        var count = 0;
        while (stopped.Exists(answer => !answer.IsCompleted))
        {
            var sent = Stopwatch.GetTimestamp();
            Assert.Contains("MSA|AA", await AnswerAsync(control, $"C{count++}"), StringComparison.Ordinal);
            var elapsed = Stopwatch.GetElapsedTime(sent);
            slowest = elapsed > slowest ? elapsed : slowest;
        }

        // Six endless loops share the processor with the control channel; what must not happen is that it waits for them to end.
        Assert.True(slowest < TimeSpan.FromSeconds(1.5), $"the control channel waited {slowest.TotalSeconds:0.0} s");
        Assert.True(count > 50, $"the control channel took only {count} messages");
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
        foreach (var answer in stopped)
        {
            Assert.Matches(@"MSA\|AE\|L\d[\s\S]*time in test/loop\d/loop\.js:1:", await answer);
        }
    }

    private static async Task<string> AnswerAsync(int port, string controlId)
    {
        await using var client = await MllpClient.ConnectAsync("127.0.0.1", port, new MllpClientOptions(), Token);
        var answer = await client.ExchangeAsync(Some.Adt(controlId, 1), Token);
        return System.Text.Encoding.UTF8.GetString(answer.Span);
    }
}
