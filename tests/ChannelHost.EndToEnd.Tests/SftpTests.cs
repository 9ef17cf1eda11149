using System.Diagnostics;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Testing.Network;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>Whole hosts and a real sshd.</summary>
public sealed class SftpTests : IDisposable
{
    private const string Channel = "clinic/results";
    private const string Transform = "msg['MSH']['MSH.6']['MSH.6.1'] = 'LAB';\nchannelMap.put('mrn', msg['PID']['PID.3']['PID.3.1'].toString());\n";

    private readonly HostFolder _one = new();
    private readonly HostFolder _two = new();

    public SftpTests() => Assert.SkipWhen(OpenSshServer.Missing is not null, OpenSshServer.Missing ?? "");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Inbox => _one.Files("in");

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [Fact]
    [Trait("Row", "F42")]
    [Trait("Row", "F45")]
    public async Task TwoHostsOnOneFolderOneKilledAgainAndAgain_EachFileIsTakenOnce()
    {
        const int Kills = 3;
        var dropped = 0;
        await using var server = await OpenSshServer.StartAsync(cancellationToken: Token);
        foreach (var folder in new[] { _one, _two })
        {
            folder.WriteChannel(Channel, $"source: {{ {Source(server, 2)}, filesPerLook: 20 }}\n");
        }

        await using var first = await RunningHost.StartAsync(_one, Token);
        var second = await RunningHost.StartAsync(_two, Token);
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                // Which of the two takes how many is luck: files come until the second has had its share, so it is killed at work.
                var before = (await second.MessagesAsync(Channel, Token)).Count;
                await second.UntilAsync(
                    "20 files further",
                    async () =>
                    {
                        await DropAsync(30, from: dropped);
                        dropped += 30;
                        return (await second.MessagesAsync(Channel, Token)).Count >= before + 20;
                    },
                    Token,
                    TimeSpan.FromMinutes(1));
                await second.KillAsync(Token);
                await second.DisposeAsync();
                second = await RunningHost.StartAsync(_two, Token);
            }

            await first.UntilAsync("done with the folder", () => Task.FromResult(!Directory.EnumerateFileSystemEntries(Inbox).Any()), Token, TimeSpan.FromMinutes(2));

            var byFirst = (await first.MessagesAsync(Channel, Token)).Select(message => message.ControlId).ToList();
            var bySecond = (await second.MessagesAsync(Channel, Token)).Select(message => message.ControlId).ToList();
            TestContext.Current.TestOutputHelper?.WriteLine($"{byFirst.Count} files by one host, {bySecond.Count} by the one that was killed {Kills} times");
            Assert.Equal(dropped, byFirst.Concat(bySecond).Distinct().Count());
            Assert.Equal(dropped, byFirst.Count + bySecond.Count);
        }
        finally
        {
            await second.DisposeAsync();
        }
    }

    [Fact]
    public async Task FileFromServer_IsTransformedAndStandsOnTheServerAgain()
    {
        await using var server = await OpenSshServer.StartAsync(cancellationToken: Token);
        var outbox = _one.Files("out");
        _one.WriteChannel(
            Channel,
            $$"""
            source: { {{Source(server, 2)}}, after: move, moveTo: {{_one.Files("done")}} }
            transform: transform.js
            destinations:
              - { name: lab, type: sftp, {{Login(server)}}, folder: {{outbox}}, file: "ward/${controlId}.hl7" }

            """,
            ("transform.js", Transform));
        await using var host = await RunningHost.StartAsync(_one, Token);

        await DropAsync(3, from: 0);
        await host.UntilAsync("through with three files", () => Task.FromResult(Directory.GetFiles(_one.Files("done")).Length == 3), Token);

        Assert.Equal(["F00000.hl7", "F00001.hl7", "F00002.hl7"], Directory.GetFiles(Path.Combine(outbox, "ward")).Select(Path.GetFileName).Order());
        Assert.Contains("|LAB|", await File.ReadAllTextAsync(Path.Combine(outbox, "ward", "F00001.hl7"), Token), StringComparison.Ordinal);
    }

    /// <summary>A measurement: <c>-method '*SftpTests.FilesTakenTransformedAndDelivered*' -explicit only</c> on a Release build.</summary>
    [Theory(Explicit = true)]
    [InlineData("files", 2)]
    [InlineData("files", 4)]
    [InlineData("sftp", 2)]
    public async Task FilesTakenTransformedAndDelivered(string destination, int sessions)
    {
        const int Files = 6_000;
        await using var server = await OpenSshServer.StartAsync(cancellationToken: Token);
        var outbox = _one.Files("out");
        var login = destination == "sftp" ? Login(server) + "," : "";
        _one.WriteChannel(
            Channel,
            $$"""
            source: { {{Source(server, sessions)}} }
            transform: transform.js
            destinations:
              - { name: next, type: {{destination}}, {{login}} folder: {{outbox}}, file: "${controlId}.hl7", queue: { mode: always } }

            """,
            ("transform.js", Transform));
        await DropAsync(Files, from: 0, size: 2_048);
        var watch = Stopwatch.StartNew();
        await using var host = await RunningHost.StartAsync(_one, Token);
        await host.UntilAsync("warm", () => Task.FromResult(Directory.EnumerateFiles(outbox).Count() >= 500), Token, TimeSpan.FromMinutes(3));
        var warm = Directory.EnumerateFiles(outbox, "*.hl7").Count();
        watch.Restart();
        await host.UntilAsync("done", () => Task.FromResult(Directory.EnumerateFiles(outbox, "F*.hl7").Count() == Files), Token, TimeSpan.FromMinutes(5));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{sessions} sessions to {destination}: {(Files - warm) / watch.Elapsed.TotalSeconds:0} files/s of 2 KB taken, stored, transformed and delivered");
    }

    private static string Login(OpenSshServer server) =>
        $"connect: \"{server.Address}\", user: {server.User}, keys: [{{ file: {server.KeyFile} }}], hostKeys: {{ fingerprints: [\"{server.Fingerprint()}\"] }}";

    private string Source(OpenSshServer server, int sessions) =>
        $"type: sftp, dataType: hl7v2, {Login(server)}, folder: {Inbox}, interval: 100ms, stableFor: 0s, sessions: {sessions}";

    private async Task DropAsync(int count, int from, int size = 0)
    {
        for (var number = from; number < from + count; number++)
        {
            var temporary = Path.Combine(Inbox, $".{number}.tmp");
            var content = Some.Adt($"F{number:D5}", number);
            if (size > content.Length)
            {
                content = [.. content, .. "NTE|9||"u8, .. Enumerable.Repeat((byte)'x', size - content.Length - 8), (byte)'\r'];
            }

            await File.WriteAllBytesAsync(temporary, content, Token);
            File.Move(temporary, Path.Combine(Inbox, $"{number:D5}.hl7"));
        }
    }
}
