using ChannelHost.EndToEnd.Tests.Support;

namespace ChannelHost.EndToEnd.Tests;

/// <summary>Two hosts, each with its own data, watch one folder.</summary>
public sealed class SharedFolderTests : IDisposable
{
    private const string Channel = "clinic/intake";
    private const int Files = 600;

    private readonly HostFolder _one = new();
    private readonly HostFolder _two = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [Fact]
    [Trait("Row", "F45")]
    public async Task TwoHostsOnOneFolder_EachFileIsTakenOnce()
    {
        var inbox = _one.Files("in");
        foreach (var folder in new[] { _one, _two })
        {
            folder.WriteChannel(Channel, $"source: {{ type: files, dataType: hl7v2, folder: {inbox}, interval: 100ms, stableFor: 0s, filesPerLook: 20 }}\n");
        }

        await using var first = await RunningHost.StartAsync(_one, Token);
        await using var second = await RunningHost.StartAsync(_two, Token);
        for (var number = 0; number < Files; number++)
        {
            var temporary = Path.Combine(inbox, $".{number}.tmp");
            await File.WriteAllBytesAsync(temporary, Some.Adt($"F{number:D4}", number), Token);
            File.Move(temporary, Path.Combine(inbox, $"{number:D4}.hl7"));
        }

        await first.UntilAsync("done with the folder", () => Task.FromResult(!Directory.EnumerateFileSystemEntries(inbox).Any()), Token);

        var byFirst = (await first.MessagesAsync(Channel, Token)).Select(message => message.ControlId).ToList();
        var bySecond = (await second.MessagesAsync(Channel, Token)).Select(message => message.ControlId).ToList();
        Assert.Equal(Files, byFirst.Count + bySecond.Count);
        Assert.Equal(Files, byFirst.Union(bySecond).Count());
        TestContext.Current.SendDiagnosticMessage("{0} files by one host, {1} by the other", byFirst.Count, bySecond.Count);
    }
}
