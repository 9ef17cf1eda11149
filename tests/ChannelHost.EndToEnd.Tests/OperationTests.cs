using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Server;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>Repair from the shell: queue, replay, export against a running host.</summary>
public sealed class OperationTests : IDisposable
{
    private const string Channel = "clinic/a";
    private readonly HostFolder _folder = new();
    private readonly int _listen = HostFolder.FreePort();
    private readonly int _next = HostFolder.FreePort();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Row", "F14")]
    [Trait("Row", "F20")]
    public async Task Queue_ShowsWhatWaitsAndOneMessageIsGivenUp()
    {
        WriteChannel("next");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await new LedgerSender(_listen, seed: 1, prefix: "Q").SendAsync(3, 1, Token);
        await host.UntilAsync("blocked", async () => (await host.ChannelAsync(Channel, Token)).Destinations[0].BlockedBy is 1, Token);

        var (_, table) = await RunAsync(host, "queue");
        var (skipped, told) = await RunAsync(host, "queue", "skip", Channel, "next", "1", "--why", "sent by fax");
        var (again, refusal) = await RunAsync(host, "queue", "skip", Channel, "next", "1", "--why", "twice");
        var (paused, _) = await RunAsync(host, "queue", "pause", Channel, "next");
        var (_, json) = await RunAsync(host, "queue", Channel, "--json");

        Assert.Contains("blocked", table, StringComparison.Ordinal);
        Assert.Contains("message 1 blocks: ", table, StringComparison.Ordinal);
        Assert.Equal(((int)ExitCode.Done, (int)ExitCode.Usage, (int)ExitCode.Done), (skipped, again, paused));
        Assert.Contains("message 1 at next ended in error", told, StringComparison.Ordinal);
        Assert.Contains("message 1 does not wait at next: it is error", refusal, StringComparison.Ordinal);
        using (var queues = JsonDocument.Parse(json))
        {
            Assert.True(queues.RootElement[0].GetProperty("isPaused").GetBoolean());
            Assert.Equal(2, queues.RootElement[0].GetProperty("queued").GetInt32());
        }

        Assert.StartsWith("Given up by hand: sent by fax", (await host.MessagesAsync(Channel, Token))[^1].Destinations[0].Error, StringComparison.Ordinal);

        // The destination goes: what waits for it is an orphan, also for the next process, until somebody decides.
        WriteChannel("other");
        await host.UntilAsync("without the destination", async () => (await host.ChannelAsync(Channel, Token)).Orphans is [{ Count: 2 }], Token);
        var (_, orphans) = await RunAsync(host, "queue", Channel);
        var (orphanSkipped, _) = await RunAsync(host, "queue", "skip", Channel, "next", "2", "--why", "gone");
        Assert.Contains("no destination", orphans, StringComparison.Ordinal);
        Assert.Equal((int)ExitCode.Done, orphanSkipped);

        // And it comes back: what is left goes where it was meant to, once it is resumed.
        await using var receiver = new MllpReceiver(_next);
        WriteChannel("next");
        await host.UntilAsync("with the destination", async () => (await host.ChannelAsync(Channel, Token)).Destinations[0].Name == "next", Token);
        Assert.Empty(receiver.Ledger);
        var (resumed, _) = await RunAsync(host, "queue", "resume", Channel, "next");
        Assert.Equal((int)ExitCode.Done, resumed);
        await host.UntilAsync("empty", async () => (await host.ChannelAsync(Channel, Token)).Destinations[0].Queued == 0, Token);
        Assert.Single(receiver.Ledger);
    }

    [Fact]
    [Trait("Row", "F20")]
    public async Task ChannelEditedWhileItsQueuesAreFull_EveryMessageGoesWhereItWasMeantToOrWaitsForADecision()
    {
        const int Messages = 1_000;
        Write("""
              - { name: a, type: mllp, connect: 127.0.0.1:NEXT, queue: { mode: always } }
              - { name: b, type: mllp, connect: 127.0.0.1:NEXT, queue: { mode: always } }
              - { name: c, type: mllp, connect: 127.0.0.1:NEXT, queue: { mode: always } }
            """);
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await new LedgerSender(_listen, seed: 1, prefix: "E").SendAsync(Messages, 8, Token);
        await host.UntilAsync("full", async () => (await host.ChannelAsync(Channel, Token)).Destinations.All(destination => destination.Queued == Messages), Token);
        var version = (await host.ChannelAsync(Channel, Token)).Version;

        // b is renamed to d, the order is turned, and a becomes a folder.
        Write($$"""
              - { name: d, type: files, folder: {{_folder.Files("d")}}, file: "${controlId}.hl7", queue: { mode: always } }
              - { name: c, type: mllp, connect: 127.0.0.1:NEXT, queue: { mode: always } }
              - { name: a, type: files, folder: {{_folder.Files("a")}}, file: "${controlId}.hl7", queue: { mode: always } }
            """);
        await host.UntilAsync("edited", async () => (await host.ChannelAsync(Channel, Token)).Version != version, Token);
        await host.UntilAsync("through with a", async () => (await host.ChannelAsync(Channel, Token)).Destinations.Single(destination => destination.Name == "a").Queued == 0, Token);

        var channel = await host.ChannelAsync(Channel, Token);
        Assert.Equal(Messages, Directory.EnumerateFiles(_folder.Files("a")).Count());
        Assert.Empty(Directory.EnumerateFiles(_folder.Files("d")));
        Assert.Equal(Messages, channel.Destinations.Single(destination => destination.Name == "c").Queued);
        Assert.Equal(("b", Messages), (Assert.Single(channel.Orphans).Connector, channel.Orphans[0].Count));

        void Write(string destinations) => _folder.WriteChannel(
            Channel,
            $"source: {{ type: mllp, listen: 127.0.0.1:{_listen} }}\ndestinations:\n{destinations.Replace("NEXT", $"{_next}", StringComparison.Ordinal)}\n");
    }

    [Fact]
    public async Task Replay_AsksAndProcessesAnew()
    {
        WriteChannel("next", "throw new Error('broken');\n");
        await using var receiver = new MllpReceiver(_next);
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await new LedgerSender(_listen, seed: 1, prefix: "R").SendAsync(3, 1, Token);
        await host.UntilAsync("through with three errors", async () => (await host.MessagesAsync(Channel, Token, "&status=error")).Count == 3, Token);
        WriteChannel("next");
        var version = (await host.ChannelAsync(Channel, Token)).Version;
        await host.UntilAsync("mended", async () => (await host.ChannelAsync(Channel, Token)).Version != version, Token);

        var (_, dry) = await RunAsync(host, "replay", Channel, "--status", "error", "--dry-run", "--json");
        var (unasked, question) = await RunAsync(host, "replay", Channel, "--status", "error");
        var (none, which) = await RunAsync(host, "replay", Channel, "--yes");
        var (done, table) = await RunAsync(host, "replay", Channel, "--status", "error", "--yes");
        var (missing, _) = await RunAsync(host, "replay", Channel, "4711", "--yes");
        var (_, links) = await RunAsync(host, "messages", Channel, "--replay-of", "1");

        Assert.Equal("[1,2,3]", dry.Trim());
        Assert.Equal((int)ExitCode.Usage, unasked);
        Assert.Contains("Process 3 message(s) of clinic/a anew?", question, StringComparison.Ordinal);
        Assert.Contains("say which messages", which, StringComparison.Ordinal);
        Assert.Equal(((int)ExitCode.Usage, (int)ExitCode.Done, (int)ExitCode.Problems), (none, done, missing));
        Assert.Contains("3 message(s) processed anew: 3 queued", table, StringComparison.Ordinal);
        Assert.Contains("replay of 1", links, StringComparison.Ordinal);
        await host.UntilAsync("through", async () => (await host.ChannelAsync(Channel, Token)).Destinations[0].Queued == 0, Token);
        Assert.Equal(3, receiver.Ledger.Count);
        Assert.Equal([3, 2, 1], (await host.MessagesAsync(Channel, Token)).Where(message => message.ReplayOf is not null).Select(message => message.ReplayOf!.Value));
    }

    [Fact]
    [Trait("Row", "S28")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Export_WritesEveryMessageUnderASafeNameAndOverwritesNothing()
    {
        WriteChannel("next");
        await using var receiver = new MllpReceiver(_next);
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await new LedgerSender(_listen, seed: 1, prefix: "../../E\\").SendAsync(2, 1, Token);
        await host.UntilAsync("through", async () => (await host.ChannelAsync(Channel, Token)).Counts.Any(count => count is { Status: MessageStatus.Sent, Count: 2 }), Token);
        var target = Path.Combine(_folder.Root, "export");
        var lines = Path.Combine(_folder.Root, "answers.jsonl");

        var (done, told) = await RunAsync(host, "export", Channel, "--out", target);
        var (again, refusal) = await RunAsync(host, "export", Channel, "--out", target);
        var (jsonl, _) = await RunAsync(host, "export", Channel, "--out", lines, "--what", "response", "--format", "jsonl");
        var (jsonlAgain, _) = await RunAsync(host, "export", Channel, "--out", lines, "--format", "jsonl");

        Assert.Equal(((int)ExitCode.Done, (int)ExitCode.Usage, (int)ExitCode.Done, (int)ExitCode.Usage), (done, again, jsonl, jsonlAgain));
        Assert.Contains("2 content(s) of 2 message(s)", told, StringComparison.Ordinal);
        Assert.Contains("not empty", refusal, StringComparison.Ordinal);
        var files = Directory.EnumerateFiles(target).Order().ToList();
        Assert.Equal(["0000000001-.._.._E_000000.hl7", "0000000002-.._.._E_000001.hl7"], files.Select(Path.GetFileName));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(files[0]));
        Assert.Equal(Some.Adt("../../E\\000000", 1), await File.ReadAllBytesAsync(files[0], Token));
        var answers = await File.ReadAllLinesAsync(lines, Token);
        Assert.Equal(2, answers.Length);
        using var answer = JsonDocument.Parse(answers[0]);
        Assert.Equal("next", answer.RootElement.GetProperty("destination").GetString());
        Assert.Contains("MSA|AA|", answer.RootElement.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(lines + ".part"));
    }

    [Fact]
    [Trait("Row", "S35")]
    public async Task WhatPeopleDoByHand_IsOnTheRecordFirstOrNotDone()
    {
        WriteChannel("next");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await new LedgerSender(_listen, seed: 1, prefix: "A").SendAsync(2, 1, Token);
        var content = new Uri($"/api/channels/{Channel}/messages/1/content?who=Ada&why=asked%20for", UriKind.Relative);

        await RunAsync(host, "queue", "pause", Channel, "next");
        await RunAsync(host, "queue", "skip", Channel, "next", "1", "--why", "sent by fax");
        await RunAsync(host, "queue", "resume", Channel, "next");
        await RunAsync(host, "queue", "retry", Channel, "next", "--message", "1");
        await RunAsync(host, "replay", Channel, "2", "--yes", "--why", "lost there");
        await RunAsync(host, "export", Channel, "--out", Path.Combine(_folder.Root, "export"));
        (await host.Http.GetAsync(content, Token)).Dispose();
        var audit = Path.Combine(_folder.Data, "audit.jsonl");
        var events = (await File.ReadAllLinesAsync(audit, Token)).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        File.Delete(audit);
        Directory.CreateDirectory(audit);
        using var unread = await host.Http.GetAsync(content, Token);
        var (unpaused, refusal) = await RunAsync(host, "queue", "pause", Channel, "next");
        var (unplayed, _) = await RunAsync(host, "replay", Channel, "2", "--yes", "--again");
        var (_, queues) = await RunAsync(host, "queue", Channel, "--json");

        Assert.Equal(
            [
                ("queue-pause", $"{Channel} -> next", ""), ("queue-skip", $"{Channel} -> next message 1", "sent by fax"), ("queue-resume", $"{Channel} -> next", ""),
                ("queue-retry", $"{Channel} -> next message 1", ""), ("replay", $"{Channel} message 2", "lost there"), ("export", $"{Channel} raw", ""),
                ("content", $"{Channel} message 1 all contents", "asked for"),
            ],
            events.Where(line => line.GetProperty("outcome").GetString() == "asked").Select(line => (Text(line, "action"), Text(line, "subject"), Text(line, "why"))));
        Assert.Equal("Ada", Text(events[^1], "who"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unread.StatusCode);
        Assert.Equal(((int)ExitCode.HostUnreachable, (int)ExitCode.HostUnreachable), (unpaused, unplayed));
        Assert.Contains("it could not be put on the record", refusal, StringComparison.Ordinal);
        Assert.Contains("\"isPaused\":false", queues, StringComparison.Ordinal);
        Assert.Equal(3, (await host.MessagesAsync(Channel, Token)).Count);

        static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task ReplayOfWhatWasReplayed_IsLeftOutUnlessItIsAskedForAgain()
    {
        WriteChannel("next");
        await using var receiver = new MllpReceiver(_next);
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await new LedgerSender(_listen, seed: 1, prefix: "R").SendAsync(1, 1, Token);

        await RunAsync(host, "replay", Channel, "1", "--yes");
        var (left, told) = await RunAsync(host, "replay", Channel, "1", "--yes");
        var before = (await host.MessagesAsync(Channel, Token)).Count;
        var (taken, _) = await RunAsync(host, "replay", Channel, "1", "--yes", "--again");

        Assert.Equal(((int)ExitCode.Done, (int)ExitCode.Done), (left, taken));
        Assert.Contains("message 1 is left out: it was processed anew as message 2", told, StringComparison.Ordinal);
        Assert.Equal((2, 3), (before, (await host.MessagesAsync(Channel, Token)).Count));
    }

    [Fact]
    public async Task HostThatDiesDuringAReplay_LeavesOneMessageInDoubtAndItIsNamed()
    {
        WriteChannel("next", queue: "never");
        await using var receiver = new MllpReceiver(_next);
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await new LedgerSender(_listen, seed: 1, prefix: "D").SendAsync(2, 1, Token);
        await host.UntilAsync("through", () => Task.FromResult(receiver.Count == 2), Token);
        receiver.HoldAnswers();

        var replay = RunAsync(host, "replay", Channel, "1", "2", "--yes");
        await host.UntilAsync("in the middle of it", () => Task.FromResult(receiver.Count == 3), Token);
        await host.KillAsync(Token);
        var (code, told) = await replay;

        Assert.Equal((int)ExitCode.HostUnreachable, code);
        Assert.Contains("outcome of 1 unknown", told, StringComparison.Ordinal);
        Assert.Contains("1 more were not asked for", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MessagesThatFailed_AreSentAgainEditedAndLeftAtThat()
    {
        WriteChannel("next", queue: "never");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await new LedgerSender(_listen, seed: 1, prefix: "X").SendAsync(4, 1, Token);
        await UntilAtNextAsync(host, MessageStatus.Error, 4);
        await using var receiver = new MllpReceiver(_next);
        var edited = await MendedAsync();

        var (skipped, left) = await RunAsync(host, "messages", "skip", Channel, "1", "--destination", "next", "--why", "sent by fax", "--yes");
        var (made, told) = await RunAsync(host, "messages", "edit", Channel, "2", "--destination", "next", "--sent", "--file", edited, "--yes", "--why", "wrong unit");
        var (anew, _) = await RunAsync(host, "messages", "edit", Channel, "2", "--file", edited, "--yes");
        var (unasked, question) = await RunAsync(host, "messages", "resend", Channel, "--all", "--status", "error", "--destination", "next");
        var (_, none) = await RunAsync(host, "messages", "resend", Channel, "--all", "--destination", "next", "--error-contains", "no such text", "--yes");
        var (resent, done) = await RunAsync(host, "messages", "resend", Channel, "--all", "--destination", "next", "--from", "2020-01-01", "--attempts", "1", "--error-contains", $"127.0.0.1:{_next}", "--yes");
        var (unclear, which) = await RunAsync(host, "messages", "resend", Channel, "--yes");
        await UntilAtNextAsync(host, MessageStatus.Sent, 5);
        var (_, detail) = await RunAsync(host, "messages", "show", Channel, "2");

        Assert.Equal([(int)ExitCode.Done, (int)ExitCode.Done, (int)ExitCode.Done, (int)ExitCode.Done], new[] { skipped, made, anew, resent });
        Assert.Equal([(int)ExitCode.Usage, (int)ExitCode.Usage], new[] { unasked, unclear });
        Assert.Contains("message 1 at next is dropped", left, StringComparison.Ordinal);
        Assert.Contains("message 5 was made from message 2: queued", told, StringComparison.Ordinal);
        Assert.Contains("Send 3 message(s) of clinic/a -> next again?", question, StringComparison.Ordinal);
        Assert.Contains("no messages", none, StringComparison.Ordinal);
        Assert.Contains("3 done, 0 not", done, StringComparison.Ordinal);
        Assert.Contains("say which messages", which, StringComparison.Ordinal);
        Assert.Contains("replaced by 6, 5", detail, StringComparison.Ordinal);
        Assert.Equal(["MENDED", "MENDED", "X000001", "X000002", "X000003"], receiver.Ledger.Select(delivery => delivery.ControlId).Order());
        Assert.StartsWith("Given up by hand: sent by fax", (await host.MessagesAsync(Channel, Token))[^1].Destinations[0].Error, StringComparison.Ordinal);
        var audit = await File.ReadAllTextAsync(Path.Combine(_folder.Data, "audit.jsonl"), Token);
        Assert.Contains("\"resend\"", audit, StringComparison.Ordinal);
        Assert.Contains("wrong unit", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("MENDED", audit, StringComparison.Ordinal);
        using var count = JsonDocument.Parse(await host.Http.GetStringAsync(new Uri($"/api/channels/{Channel}/messages/count?replayOf=2", UriKind.Relative), Token));
        Assert.Equal((2, true), (count.RootElement.GetProperty("count").GetInt32(), count.RootElement.GetProperty("isExact").GetBoolean()));
    }

    [Fact]
    public async Task PartnerRefuses_DeadLetterIsSentAgainFromTheShellWhenThePartnerIsMended()
    {
        WriteChannel("next", queue: "always, retry: { attempts: 2, delay: 10ms }, onGiveUp: dead-letter");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await new LedgerSender(_listen, seed: 1, prefix: "L").SendAsync(2, 1, Token);
        await UntilAtNextAsync(host, MessageStatus.DeadLetter, 2);
        await using var receiver = new MllpReceiver(_next);
        var edited = await MendedAsync();

        var (_, listed) = await RunAsync(host, "messages", "list", Channel, "--status", "dead-letter", "--destination", "next");
        var (resent, done) = await RunAsync(host, "messages", "resend", Channel, "1", "--destination", "next", "--yes");
        var (made, told) = await RunAsync(host, "messages", "edit", Channel, "2", "--destination", "next", "--sent", "--file", edited, "--yes");
        await UntilAtNextAsync(host, MessageStatus.Sent, 2);
        var (_, left) = await RunAsync(host, "messages", "list", Channel, "--status", "dead-letter", "--destination", "next", "--json");
        var (_, linked) = await RunAsync(host, "messages", "show", Channel, "2");

        Assert.Equal([(int)ExitCode.Done, (int)ExitCode.Done], new[] { resent, made });
        Assert.Contains("L000000", listed, StringComparison.Ordinal);
        Assert.Contains("1 is queued again at next", done, StringComparison.Ordinal);
        Assert.Contains("message 3 was made from message 2", told, StringComparison.Ordinal);
        Assert.DoesNotContain("L00000", left, StringComparison.Ordinal);
        Assert.Contains("replaced by 3", linked, StringComparison.Ordinal);
        Assert.Equal(["L000000", "MENDED"], receiver.Ledger.Select(delivery => delivery.ControlId).Order());
    }

    [Theory]
    [Trait("Row", "S22")]
    [InlineData($"/api/channels/{Channel}/messages", HttpStatusCode.OK)]
    [InlineData($"/api/channels/{Channel}/messages?text=Muster", HttpStatusCode.Forbidden)]
    [InlineData($"/api/channels/{Channel}/messages?metadata=control%3DQ000000", HttpStatusCode.Forbidden)]
    [InlineData($"/api/channels/{Channel}/messages/1/content", HttpStatusCode.Forbidden)]
    [InlineData($"/api/channels/{Channel}/versions", HttpStatusCode.OK)]
    [InlineData($"/api/channels/{Channel}/versions/1", HttpStatusCode.Forbidden)]
    [InlineData($"/api/channels/{Channel}/folder", HttpStatusCode.Forbidden)]
    public async Task HostThatListensForOthers_KeepsContentAndTextsForThisMachine(string route, HttpStatusCode expected)
    {
        WriteChannel("next");
        await using var host = await RunningHost.StartForOthersAsync(_folder, Token);
        await new LedgerSender(_listen, seed: 1, prefix: "Q").SendAsync(1, 1, Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, route) { Headers = { Host = "interface.example" } };

        using var other = await host.Http.SendAsync(request, Token);
        using var local = await host.Http.GetAsync(new Uri(route, UriKind.Relative), Token);

        Assert.Equal((expected, HttpStatusCode.OK), (other.StatusCode, local.StatusCode));
        Assert.DoesNotContain("transform.js", expected == HttpStatusCode.OK ? "" : await other.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Row", "S16")]
    [InlineData("application/x-www-form-urlencoded", "a=b", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", "{\"message\":1,\"why\":\"x\"}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "{\"message\":1}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"message\":\"one\"}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "[]", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"message\":1,\"why\":\"x\"}", HttpStatusCode.Conflict)]
    public async Task RequestThatMakesNoSense_ChangesNothing(string type, string body, HttpStatusCode expected)
    {
        WriteChannel("next");
        await using var host = await RunningHost.StartAsync(_folder, Token);
        using var content = new StringContent(body, Encoding.UTF8, type);

        using var response = await host.Http.PostAsync(new Uri($"/api/channels/{Channel}/queues/next/skip", UriKind.Relative), content, Token);

        Assert.Equal(expected, response.StatusCode);
        Assert.NotEmpty((await response.Content.ReadFromJsonAsync(ChannelHost.Server.Api.ApiJson.Default.ErrorView, Token))!.Error);
    }

    private void WriteChannel(string destination, string transform = "channelMap.put('seen', 'yes');\n", string queue = "always") => _folder.WriteChannel(
        Channel,
        string.Create(CultureInfo.InvariantCulture, $$"""
            source: { type: mllp, listen: 127.0.0.1:{{_listen}}, acknowledge: on-receipt }
            transform: transform.js
            destinations:
              - { name: {{destination}}, type: mllp, connect: 127.0.0.1:{{_next}}, queue: { mode: {{queue}}{{(queue == "never" || queue.Contains("retry", StringComparison.Ordinal) ? "" : ", retry: { delay: 100ms, maximum: 200ms }")}} } }

            """),
        ("transform.js", transform));

    // A file with a message to be sent in the place of another.
    private async Task<string> MendedAsync()
    {
        var file = Path.Combine(_folder.Root, "mended.hl7");
        await File.WriteAllBytesAsync(file, Some.Adt("MENDED", 7), Token);
        return file;
    }

    private static Task UntilAtNextAsync(RunningHost host, MessageStatus status, int number) => host.UntilAsync(
        $"told of {number} {status} at next", async () => (await host.ChannelAsync(Channel, Token)).Counts.Any(count => count.Connector == "next" && count.Status == status && count.Count == number), Token);

    private static Task<(int Code, string Output)> RunAsync(RunningHost host, params ReadOnlySpan<string> arguments) =>
        HostProgram.RunAsync(Token, [.. arguments, "--url", $"{host.Http.BaseAddress}"]);
}
