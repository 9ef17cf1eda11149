using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Demo.Screen;
using ChannelHost.Server.Demo.StandIns;
using ChannelHost.Server.Demo.Traffic;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace ChannelHost.Tests.Server.Demo.Screen;

public sealed class ScreenTests
{
    private static readonly string[] Hints = ["First hint.", "Second hint.", "Third hint."];

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Theory]
    [InlineData(80, 24)]
    [InlineData(120, 40)]
    public void Picture_FitsTheTerminal(int width, int height)
    {
        var lines = Draw(Snapshot(channels: 8), width, height);

        Assert.InRange(lines.Length, 10, height - 1);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        Assert.Contains("First hint.", lines);
    }

    [Fact]
    public void RefusedChange_StandsBeforeAllElse_AndTheHeadStaysInSight()
    {
        var snapshot = Snapshot(channels: 8);
        var rows = snapshot.Channels.Select((row, at) => at switch
        {
            7 => row with { Problem = string.Join(' ', Enumerable.Repeat("refused", 60)), Age = ProblemAge.Standing },
            _ => row with { Age = ProblemAge.Passing },
        });

        var lines = Draw(snapshot with { Channels = [.. rows] }, 80, 24);

        Assert.InRange(lines.Length, 10, 23);
        Assert.StartsWith("clinic/c7 refused", lines.First(line => line.Contains("refused refused", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.Contains("something", StringComparison.Ordinal));
    }

    [Fact]
    public void ShortTerminal_LosesHintsBeforeFigures()
    {
        var lines = Draw(Snapshot(channels: 8), 80, 20);

        Assert.DoesNotContain("Third hint.", lines);
        Assert.Contains(lines, line => line.StartsWith("record system", StringComparison.Ordinal));
    }

    [Fact]
    public void DisabledChannels_AreOnlyCounted()
    {
        var snapshot = Snapshot(channels: 2);
        snapshot = snapshot with { Channels = [snapshot.Channels[0], snapshot.Channels[1] with { Condition = ChannelCondition.Disabled }] };

        var lines = Draw(snapshot, 80, 24);

        Assert.Contains(lines, line => line.EndsWith(", 1 disabled", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("clinic/c1 ", StringComparison.Ordinal));
    }

    [Fact]
    public void RefusedChange_IsNamedWithItsLine_AndGoesWhenItIsMended()
    {
        var status = Status() with { Version = "1", Problems = [new ChannelProblem("clinic/a/transform.js", 12, 3, "", "a bracket", "its end")] };
        var reader = Reader(() => [status]);

        var broken = Assert.Single(reader.Read().Channels);
        status = Status() with { Version = "2" };
        var mended = Assert.Single(reader.Read().Channels);

        Assert.Equal("change refused, the version before goes on: transform.js line 12: found a bracket; wanted its end", broken.Problem);
        Assert.Equal(ProblemAge.Standing, broken.Age);
        Assert.Null(mended.Problem);
    }

    [Fact]
    public void StuckQueue_SaysWhy()
    {
        var destination = new DestinationStatus { Name = "ehr", Type = "mllp", Queue = QueueMode.Always, Queued = 4, LastFailure = "nobody listens there" };

        var row = Assert.Single(Reader(() => [Status() with { Destinations = [destination] }]).Read().Channels);

        Assert.Equal(("ehr: nobody listens there", ProblemAge.Passing, 4), (row.Problem, row.Age, row.Queued));
    }

    [Fact]
    public void Rate_IsThatOfTheLastSeconds()
    {
        var received = 0L;
        var reader = Reader(() => [Status(received)]);

        foreach (var perSecond in new[] { 100, 100, 100, 2, 2, 2, 2, 2 })
        {
            reader.Read();
            _clock.Advance(TimeSpan.FromSeconds(1));
            received += perSecond;
        }

        Assert.Equal(2, Assert.Single(reader.Read().Channels).Rate);
    }

    [Fact]
    public void PlainLines_TellAProblemOnce_AndTheTotalsEveryFewSeconds()
    {
        var output = new StringWriter();
        var lines = new PlainLines(output);
        var snapshot = Snapshot(channels: 1);

        foreach (var second in Enumerable.Range(0, 11))
        {
            lines.Write(snapshot with { Running = TimeSpan.FromSeconds(second) });
        }

        var written = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Single(written, line => line.Contains("clinic/c0: something", StringComparison.Ordinal));
        Assert.Equal(2, written.Count(line => line.Contains("received 12 (1.5/s), filtered 1, errors 2, queued 3, sent 11", StringComparison.Ordinal)));
    }

    [Fact]
    public void TextFromOutside_DoesNotReachTheTerminalAsItIs()
    {
        var stuck = new DestinationStatus { Name = "ehr", Type = "mllp", Queue = QueueMode.Always, Queued = 1, LastFailure = "a\u001b[31mb\n[red]c" };

        var lines = Draw(Reader(() => [Status() with { Destinations = [stuck] }]).Read(), 80, 24);

        Assert.Contains(lines, line => line.Contains("a\\u001B[31mb\\u000A[red]c", StringComparison.Ordinal));
    }

    private SnapshotReader Reader(Func<IReadOnlyList<ChannelStatus>> status) => new(status, new LastProblems(), [], new TrafficFigures(), _clock);

    private static ChannelStatus Status(long received = 0) => new()
    {
        Name = "clinic/a",
        Condition = ChannelCondition.Running,
        Figures = new ChannelFiguresSnapshot(received, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, new Dictionary<string, long>()),
    };

    private DemoSnapshot Snapshot(int channels) => new(
        _clock.GetUtcNow(),
        TimeSpan.FromSeconds(90),
        [.. Enumerable.Range(0, channels).Select(at => new ChannelRow($"clinic/c{at}", 1.5, 12, 1, 2, 3, 11, ChannelCondition.Running, $"something {new string('x', 200)}", ProblemAge.Past))],
        [new StandInView("record system", "mllp 127.0.0.1:6672", 1, 0, "up", true), new StandInView("scheduling", "http://127.0.0.1:6682", 2, 1, "up", true), new StandInView("SFTP", "sftp 127.0.0.1:6622", 2, 1, "up", true)],
        new TrafficCounts(20, 1, 0, 0));

    private static string[] Draw(DemoSnapshot snapshot, int width, int height)
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        console.Write(new LiveTable(Hints).Draw(snapshot, width, height));
        return [.. output.ToString().Split('\n').SkipLast(1).Select(line => line.TrimEnd())];
    }
}
