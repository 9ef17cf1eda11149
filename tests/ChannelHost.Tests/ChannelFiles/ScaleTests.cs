namespace ChannelHost.Tests.ChannelFiles;

/// <summary>Alone, because it measures the processor time of the whole process: that of the clock says more about the machine's other work.</summary>
[Collection("ChannelFiles, alone")]
public sealed class ScaleTests : IDisposable
{
    private readonly Folders _folders = new() { Compiler = new BadWordCompiler() };

    [Fact]
    public void FiveHundredChannels_AreReadInSeconds()
    {
        _folders.Write("lib/dates.js", new string('x', 20_000));
        for (var number = 0; number < 500; number++)
        {
            var name = $"group{number % 20}/channel{number}";
            _folders.Write($"{name}/filter.js", "return true;\n");
            _folders.Write($"{name}/transform.js", string.Concat(Enumerable.Repeat("msg['PID']['PID.5'] = 'x';\n", 100)));
            _folders.Write(
                $"{name}/channel.yaml",
                $$"""
                description: Channel number {{number}}
                source: { type: sample, listen: 127.0.0.1:{{10_000 + number}}, idle: 30s, names: [a, b] }
                filter: filter.js
                transform: transform.js
                destinations:
                  - { name: next, type: sink, url: "http://127.0.0.1:8080", queue: { mode: always } }
                  - { name: copy, type: sample, folder: out, file: "${controlId}.hl7" }
                metadata: { mrn: PID-3.1, event: MSH-9.2 }
                """);
        }

        var folder = _folders.Open();
        IReadOnlyList<ChannelReading> readings = [];
        var first = Cpu(() => readings = folder.ReadAll());
        var again = Cpu(() => folder.ReadAll());
        var single = Cpu(() =>
        {
            foreach (var reading in readings)
            {
                folder.Read(reading.Name);
            }
        });

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"500 channels, ms of processor: first {first.TotalMilliseconds:F0}, again {again.TotalMilliseconds:F0}, one by one {single.TotalMilliseconds:F0}");
        Assert.Equal(500, readings.Count);
        Assert.All(readings, reading => Folders.Good(reading));
        Assert.True(first < TimeSpan.FromSeconds(5), $"took {first}");
        Assert.True(single < TimeSpan.FromSeconds(5), $"took {single}");
    }

    private static TimeSpan Cpu(Action work)
    {
        var before = Environment.CpuUsage.TotalTime;
        work();
        return Environment.CpuUsage.TotalTime - before;
    }

    public void Dispose() => _folders.Dispose();
}
