using System.Text.Json;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Server;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>The verbs as a user calls them, against a running host.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly HostFolder _folder = new();
    private readonly int _listen = HostFolder.FreePort();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Send_ToAChannelByName_PrintsTheAnswersOfEachMessage()
    {
        WriteChannel();
        await using var host = await RunningHost.StartAsync(_folder, Token);
        var file = Path.Combine(_folder.Root, "two.hl7");
        await File.WriteAllBytesAsync(file, [.. Some.Adt("C1"), .. "\r\n"u8, .. Some.Adt("C2")], Token);

        var (code, output) = await HostProgram.RunAsync(Token, "send", "clinic/a", file, "--channels", _folder.Channels, "--json");

        Assert.Equal((int)ExitCode.Done, code);
        using var report = JsonDocument.Parse(output);
        Assert.Equal(["C1", "C2"], report.RootElement.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("controlId").GetString()));
        Assert.Equal(2, report.RootElement.GetProperty("positive").GetInt32());
        Assert.Equal(2, (await host.MessagesAsync("clinic/a", Token)).Count);
    }

    [Fact]
    public async Task Send_ToAGroup_SendsTheSamplesOfItsChannels()
    {
        WriteChannel();
        var samples = Directory.CreateDirectory(Path.Combine(_folder.Channels, "clinic/a/samples")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(samples, "one.hl7"), Some.Adt("S1"), Token);
        await using var host = await RunningHost.StartAsync(_folder, Token);

        var (code, output) = await HostProgram.RunAsync(Token, "send", "clinic", "--channels", _folder.Channels);

        Assert.Equal((int)ExitCode.Done, code);
        Assert.Contains("S1", output, StringComparison.Ordinal);
        Assert.Contains("1 sent: 1 positive", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_WithNobodyThere_GivesOneAndTheReason()
    {
        var file = Path.Combine(_folder.Root, "one.hl7");
        await File.WriteAllBytesAsync(file, Some.Adt("C1"), Token);

        var (code, output) = await HostProgram.RunAsync(Token, "send", $"mllp://127.0.0.1:{_listen}", file);

        Assert.Equal((int)ExitCode.Problems, code);
        Assert.Contains("1 without answer", output, StringComparison.Ordinal);
        Assert.Contains("refused", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_ListsAndShowsThem()
    {
        WriteChannel();
        await using var host = await RunningHost.StartAsync(_folder, Token);
        await new LedgerSender(_listen, seed: 1, prefix: "M").SendAsync(3, 1, Token);

        var (_, overview) = await HostProgram.RunAsync(Token, "messages", "--url", $"{host.Http.BaseAddress}");
        var (_, list) = await HostProgram.RunAsync(Token, "messages", "clinic/a", "--control-id", "M000001", "--url", $"{host.Http.BaseAddress}");
        var id = (await host.MessagesAsync("clinic/a", Token, "&controlId=M000001"))[0].Id;
        var (code, one) = await HostProgram.RunAsync(Token, "messages", "show", "clinic/a", $"{id}", "--url", $"{host.Http.BaseAddress}");

        Assert.Contains("clinic/a", overview, StringComparison.Ordinal);
        Assert.Contains("M000001", list, StringComparison.Ordinal);
        Assert.DoesNotContain("M000002", list, StringComparison.Ordinal);
        Assert.Equal((int)ExitCode.Done, code);
        Assert.Contains("-> copy: sent, 1 attempt", one, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_TellsEveryProblemAtOnceWithItsPlace()
    {
        _folder.WriteChannel("clinic/bad", """
            source: { type: mllp, listen: 127.0.0.1:70000 }
            transform: transform.js
            destinatons: []

            """, ("transform.js", "var a = 1;\nvar b = ;\n"));

        var (code, output) = await HostProgram.RunAsync(Token, "validate", "--channels", _folder.Channels);

        Assert.Equal((int)ExitCode.Problems, code);
        Assert.Contains("clinic/bad/channel.yaml:1:", output, StringComparison.Ordinal);
        Assert.Contains("clinic/bad/channel.yaml:3:", output, StringComparison.Ordinal);
        Assert.Contains("clinic/bad/transform.js:2:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_OfGoodChannels_GivesZero()
    {
        WriteChannel();

        var (code, output) = await HostProgram.RunAsync(Token, "validate", "clinic/a", "--channels", _folder.Channels, "--json");

        Assert.Equal((int)ExitCode.Done, code);
        using var report = JsonDocument.Parse(output);
        Assert.Equal(0, report.RootElement.GetProperty("errors").GetInt32());
    }

    [Fact]
    public async Task Verify_OfAStoppedHostsData_GivesZeroAndOfADamagedStoreOne()
    {
        WriteChannel();
        await using (var host = await RunningHost.StartAsync(_folder, Token))
        {
            await new LedgerSender(_listen, seed: 1, prefix: "V").SendAsync(20, 1, Token);
            await host.TerminateAsync(Token);
        }

        var (good, _) = await HostProgram.RunAsync(Token, "verify", _folder.Data);
        var store = Path.Combine(_folder.Data, "channels/clinic/a/messages.db");
        var bytes = await File.ReadAllBytesAsync(store, Token);
        bytes.AsSpan(4096, 2048).Fill(0xA5);
        await File.WriteAllBytesAsync(store, bytes, Token);
        var (bad, output) = await HostProgram.RunAsync(Token, "verify", _folder.Data);

        Assert.Equal((int)ExitCode.Done, good);
        Assert.Equal((int)ExitCode.Problems, bad);
        Assert.Contains("clinic/a", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_MeasuresAndReportsInJson()
    {
        var (code, output) = await HostProgram.RunAsync(Token, "bench", "--connections", "2", "--messages", "200", "--folder", _folder.Root, "--json");

        Assert.Equal((int)ExitCode.Done, code);
        using var report = JsonDocument.Parse(output);
        var level = report.RootElement.GetProperty("levels")[0];
        Assert.Equal(200, level.GetProperty("messages").GetInt32());
        Assert.True(level.GetProperty("messagesPerSecond").GetDouble() > 0);
        Assert.True(report.RootElement.GetProperty("diskSyncsPerSecond").GetDouble() > 0);
    }

    private void WriteChannel() => _folder.WriteChannel("clinic/a", $$"""
        source: { type: mllp, listen: 127.0.0.1:{{_listen}} }
        destinations:
          - { name: copy, type: files, folder: {{_folder.Files("out")}}, file: "${controlId}.hl7" }

        """);
}
