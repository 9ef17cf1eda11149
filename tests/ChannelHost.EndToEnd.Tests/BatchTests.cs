using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Server.Api;
using ChannelHost.Testing.Network;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>Batches from outside: answered in one, and whole after a kill in their middle.</summary>
public sealed class BatchTests
{
    private const string Channel = "clinic/nightly";

    [Fact]
    [Trait("Row", "F36")]
    public async Task BatchOverMllpWithOneBadMessage_IsAnsweredInOneAndTheBadOneIsSeen()
    {
        using var folder = new HostFolder();
        var listen = HostFolder.FreePort();
        folder.WriteChannel(Channel, $$"""
            source: { type: mllp, listen: 127.0.0.1:{{listen}}, batch: {} }
            transform: transform.js
            destinations:
              - { name: copy, type: files, folder: {{folder.Files("out")}}, file: "${controlId}.hl7" }

            """, ("transform.js", "if (msg.get('MSH-10') === 'B2') throw new Error('this one is bad');\n"));
        await using var host = await RunningHost.StartAsync(folder, TestContext.Current.CancellationToken);
        byte[] batch = [.. "FHS|^~\\&|PMS|CLINIC\rBHS|^~\\&|PMS|CLINIC\r"u8, .. Some.Adt("B1"), .. Some.Adt("B2"), .. Some.Adt("B3"), .. "BTS|3\rFTS|1\r"u8];

        var answer = Encoding.UTF8.GetString(await AskAsync(listen, batch, TestContext.Current.CancellationToken));

        Assert.Matches("(?s)^FHS.*MSA\\|AA\\|B1.*MSA\\|AE\\|B2.*MSA\\|AA\\|B3.*FTS", answer);
        Assert.Equal(["B1.hl7", "B3.hl7"], Directory.EnumerateFiles(folder.Files("out")).Select(Path.GetFileName).Order());
        var parts = await host.MessagesAsync(Channel, TestContext.Current.CancellationToken, "&batch=1");
        Assert.Equal([MessageStatus.Transformed, MessageStatus.Error, MessageStatus.Transformed], parts.Select(part => part.Status));
        Assert.Contains("this one is bad", parts[1].Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hl7v2", 20_000)]
    [InlineData("delimited", 20_000)]
    [InlineData("hl7v2", 100_000, Explicit = true)]
    [InlineData("delimited", 100_000, Explicit = true)]
    [Trait("Row", "F36")]
    public async Task KilledInTheMiddleOfAFile_EveryPartIsThereOnce(string dataType, int parts)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(5));
        using var folder = new HostFolder();
        var inbox = folder.Files("in");
        folder.WriteChannel(Channel, $$"""
            source: { type: files, folder: {{inbox}}, stableFor: 0s, interval: 100ms, dataType: {{dataType}}, batch: {} }
            transform: transform.js

            """, ("transform.js", "channelMap.put('number', sourceMap.get('batchSequenceId'));\n"));
        var host = await RunningHost.StartAsync(folder, deadline.Token);
        try
        {
            WriteFile(Path.Combine(inbox, "night"), dataType, parts);
            for (var kill = 1; kill <= 3; kill++)
            {
                await UntilReceivedAsync(host, parts * kill / 5, deadline.Token);
                await host.KillAsync(deadline.Token);
                Assert.True(File.Exists(Path.Combine(inbox, "night")), "the kill came too late: the test proved nothing");
                await host.DisposeAsync();
                host = await RunningHost.StartAsync(folder, deadline.Token);
            }

            var started = Stopwatch.GetTimestamp();
            var before = await ReceivedAsync(host, deadline.Token);
            await host.UntilAsync("through with the file", () => Task.FromResult(!File.Exists(Path.Combine(inbox, "night"))), deadline.Token, TimeSpan.FromMinutes(3));
            var rate = (parts - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;

            var messages = await host.MessagesAsync(Channel, deadline.Token);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{parts} parts of {dataType}, 3 kills; {rate:0} parts/s stored after the last; peak memory {PeakMegabytes(host)} MB"));
            Assert.Equal(parts, messages.Count);
            if (dataType == "hl7v2")
            {
                Assert.Equal(Enumerable.Range(1, parts).Select(Name), messages.Select(message => message.ControlId).Reverse());
            }

            // Rows have no control id: a few are looked at, from the first to the last.
            foreach (var number in new[] { 1, 2, parts / 5, parts / 2, parts - 1, parts })
            {
                var content = await host.Http.GetFromJsonAsync(
                    $"/api/channels/{Channel}/messages/{messages[parts - number].Id}/content?what=raw", ApiJson.Default.ContentView, deadline.Token);
                Assert.Contains(Name(number), Encoding.UTF8.GetString(content!.Raw!.Value.Span), StringComparison.Ordinal);
            }

            Assert.All(messages, message => Assert.Equal(MessageStatus.Transformed, message.Status));
            Assert.Single(messages.Select(message => message.BatchId).Distinct());
            Assert.InRange(PeakMegabytes(host), 1, 450);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private static async Task<byte[]> AskAsync(int port, byte[] content, CancellationToken cancellationToken)
    {
        using var socket = await Mllp.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
        await Mllp.SendAsync(socket, Mllp.Frame(content), cancellationToken);
        await using var stream = new NetworkStream(socket);
        return await Mllp.ReadFrameAsync(stream, cancellationToken) ?? throw new IOException("the host closed without an answer");
    }

    private static void WriteFile(string path, string dataType, int parts)
    {
        var part = path + ".part";
        using (var file = new StreamWriter(part))
        {
            file.Write(dataType == "delimited" ? "number,mrn,family,given,born,sex\n" : "");
            for (var number = 1; number <= parts; number++)
            {
                file.Write(dataType == "delimited"
                    ? $"{Name(number)},10001,Quill,Marta,1974-03-12,F\n"
                    : $"MSH|^~\\&|PMS|CLINIC|HUB|HUB|20261101093000||ADT^A08|{Name(number)}|P|2.5\rPID|1||10001^^^CLINIC^MR||Quill^Marta||19740312|F\r");
            }
        }

        File.Move(part, path);
    }

    private static string Name(int number) => number.ToString("'N'000000", CultureInfo.InvariantCulture);

    private static Task UntilReceivedAsync(RunningHost host, int goal, CancellationToken cancellationToken) =>
        host.UntilAsync($"{goal} parts far", async () => await ReceivedAsync(host, cancellationToken) >= goal, cancellationToken);

    private static async Task<long> ReceivedAsync(RunningHost host, CancellationToken cancellationToken) =>
        (await host.ChannelAsync(Channel, cancellationToken)).Counts.Where(count => count.Connector == "source").Sum(count => count.Count);

    private static int PeakMegabytes(RunningHost host) =>
        int.Parse(
            File.ReadLines($"/proc/{host.ProcessId}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture) / 1024;
}
