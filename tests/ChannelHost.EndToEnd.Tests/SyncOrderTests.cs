using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>The running host under strace: what it wrote, synced and answered, in that order.</summary>
public sealed partial class SyncOrderTests
{
    private const string Channel = "clinic/registration";

    [Fact]
    [Trait("Row", "F02")]
    public Task EveryPositiveAnswer_ComesAfterASyncOfItsMessage() => RunAsync(connections: 16, messages: 100);

    // scripts/faults.sh F02
    [Theory(Explicit = true)]
    [Trait("Row", "F02")]
    [InlineData(1)]
    [InlineData(16)]
    public Task EachOfAThousandPositiveAnswers_ComesAfterASyncOfItsMessage(int connections) => RunAsync(connections, messages: 1_000);

    private static async Task RunAsync(int connections, int messages)
    {
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "strace"))), "needs strace to see the order of system calls");
        var token = TestContext.Current.CancellationToken;
        using var folder = new HostFolder();
        var (listen, next) = (HostFolder.FreePort(), HostFolder.FreePort());
        await using var receiver = new MllpReceiver(next);
        folder.WriteChannel(Channel, $$"""
            source: { type: mllp, listen: 127.0.0.1:{{listen}} }
            destinations:
              - { name: next, type: mllp, connect: 127.0.0.1:{{next}}, queue: { mode: always } }

            """);
        var sender = new LedgerSender(listen, seed: 5, prefix: "T");
        var trace = Path.Combine(folder.Root, "trace");
        await using (var host = await RunningHost.StartAsync(folder, token))
        {
            using var strace = await AttachAsync(host.ProcessId, trace, token);
            await sender.SendAsync(messages, connections, token);
            Assert.Equal(0, await host.TerminateAsync(token));
            await strace.WaitForExitAsync(token);
        }

        var order = new CallOrder(Path.Combine(folder.Data, "channels", "clinic", "registration", "messages.db-wal"));
        await foreach (var line in File.ReadLinesAsync(trace, token))
        {
            order.Read(line);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{connections} sender(s): {order.Answers} answers, {order.Syncs} syncs, {order.Uncovered.Count} answers without a sync that covers them");
        Assert.Empty(sender.Refused);
        Assert.Equal(messages, order.Answers);
        Assert.Empty(order.Uncovered);
        Assert.True(order.Syncs > 0, "no sync was seen: the trace proves nothing");
    }

    private static async Task<Process> AttachAsync(int process, string trace, CancellationToken token)
    {
        var strace = Process.Start(new ProcessStartInfo("strace", ["-f", "-y", "-s", "66000", "-o", trace, "-e", "trace=fsync,fdatasync,pwrite64,sendto,sendmsg,write", "-p", process.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardError = true,
        })!;
        var said = await strace.StandardError.ReadLineAsync(token);
        Assert.SkipUnless(said?.Contains("attached", StringComparison.Ordinal) == true, $"strace may not attach here: {said}");
        _ = strace.StandardError.ReadToEndAsync(CancellationToken.None);
        return strace;
    }

    /// <summary>
    /// What a trace says, line by line: a message is covered when a sync of the log that began after it was written there has ended well. A call that others interrupt
    /// stands there twice, at its beginning and at its end.
    /// </summary>
    private sealed partial class CallOrder(string log)
    {
        private readonly Dictionary<string, string[]> _writing = [];
        private readonly Dictionary<string, HashSet<string>> _syncing = [];
        private readonly HashSet<string> _written = [];
        private readonly HashSet<string> _covered = [];

        public int Answers { get; private set; }

        public int Syncs { get; private set; }

        public List<string> Uncovered { get; } = [];

        public void Read(string line)
        {
            var thread = line[..line.IndexOf(' ', StringComparison.Ordinal)];
            if (line.Contains("pwrite64(", StringComparison.Ordinal) && line.Contains(log, StringComparison.Ordinal))
            {
                _writing[thread] = [.. ControlId().Matches(line).Select(match => match.Value)];
                EndWrite(thread, line);
            }
            else if (line.Contains("pwrite64 resumed", StringComparison.Ordinal))
            {
                EndWrite(thread, line);
            }
            else if (SyncBegins().IsMatch(line) && line.Contains(log, StringComparison.Ordinal))
            {
                _syncing[thread] = [.. _written];
                EndSync(thread, line);
            }
            else if (SyncResumes().IsMatch(line))
            {
                EndSync(thread, line);
            }
            else if (Answer().Match(line) is { Success: true } answer)
            {
                Answers++;
                if (!_covered.Contains(answer.Groups[1].Value))
                {
                    Uncovered.Add(answer.Groups[1].Value);
                }
            }
        }

        private void EndWrite(string thread, string line)
        {
            if (!line.Contains("<unfinished", StringComparison.Ordinal) && _writing.Remove(thread, out var ids))
            {
                _written.UnionWith(ids);
            }
        }

        private void EndSync(string thread, string line)
        {
            if (!line.Contains("<unfinished", StringComparison.Ordinal) && _syncing.Remove(thread, out var ids) && line.EndsWith("= 0", StringComparison.Ordinal))
            {
                Syncs++;
                _covered.UnionWith(ids);
            }
        }

        [GeneratedRegex(@"T\d{6}")]
        private static partial Regex ControlId();

        [GeneratedRegex(@"\b(fsync|fdatasync)\(")]
        private static partial Regex SyncBegins();

        [GeneratedRegex(@"\b(fsync|fdatasync) resumed")]
        private static partial Regex SyncResumes();

        // To a socket: the partner's answers are written to files, too.
        [GeneratedRegex(@"\b(?:sendto|sendmsg|write)\(\d+<(?:socket|TCP).*MSA\|[AC]A\|(T\d{6})")]
        private static partial Regex Answer();
    }
}
