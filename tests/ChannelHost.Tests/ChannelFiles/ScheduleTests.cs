using ChannelHost.Connectors;
using ChannelHost.DataTypes;
using ChannelHost.Storage.ChannelFiles;

namespace ChannelHost.Tests.ChannelFiles;

/// <summary>Schedules as they stand in a file, read with the real connectors.</summary>
public sealed class ScheduleTests : IDisposable
{
    private readonly Folders _folders = new();

    [Theory]
    [InlineData("{ every: 30s }")]
    [InlineData("{ every: 5m, activeHours: 07:00-19:30, days: [mon, fri], except: [2026-12-25, 01-01], timeZone: Europe/Berlin, misfire: skip }")]
    [InlineData("{ cron: \"0 0/5 7-19 ? * MON-FRI\", onStart: true, misfire: run-once }")]
    public void GoodSchedule_IsRead(string schedule)
    {
        var reading = Read($"source:\n  type: files\n  folder: in\n  schedule: {schedule}\n");

        Assert.Empty(reading.Problems);
        Assert.NotNull(reading.Definition);
    }

    [Fact]
    public void SameSchedule_ComparesEqual()
    {
        const string Yaml = "source: { type: files, folder: in, schedule: { every: 5m, days: [mon, fri], except: [2026-12-25] } }\n";

        Assert.Equal(Read(Yaml).Definition!.Source.Options, Read(Yaml).Definition!.Source.Options);
    }

    [Theory]
    [InlineData("cron: 0 0 0 30 2 ?", "5:11", "schedule.cron", "never fires")]
    [InlineData("cron: 0 0 25 * * ?", "5:11", "schedule.cron", "between 0 and 23")]
    [InlineData("cron: 0 0 7 * * ?\n    timeZone: Europe/Berln", "6:15", "schedule.timeZone", "did you mean `Europe/Berlin`?")]
    [InlineData("every: 30s\n    days: [monday]", "6:12", "schedule.days[0]", "one of sun, mon")]
    [InlineData("every: 30s\n    activeHours: 9 to 5", "6:18", "schedule.activeHours", "07:00-19:30")]
    [InlineData("every: 30s\n    misfire: run-onse", "6:14", "schedule.misfire", "did you mean `run-once`?")]
    public void BadSchedule_IsAProblemWithItsLine(string schedule, string place, string field, string wanted)
    {
        var problem = Assert.Single(Read($"source:\n  type: files\n  folder: in\n  schedule:\n    {schedule}\n").Problems);

        Assert.StartsWith($"clinic/poll/channel.yaml:{place}: source.{field}: ", problem.ToString());
        Assert.Contains(wanted, problem.Wanted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("files, folder: in")]
    [InlineData("javascript, script: read.js")]
    public void IntervalBesideASchedule_IsAProblem(string source)
    {
        _folders.Write("clinic/poll/read.js", "return null;\n");

        var problem = Assert.Single(Read($"source: {{ type: {source}, interval: 5s, schedule: {{ every: 5s }} }}\n").Problems, problem => problem.Severity == ProblemSeverity.Error);

        Assert.Equal("source.interval", problem.Field);
    }

    [Fact]
    public void AtStartBesideASchedule_IsAProblem()
    {
        _folders.Write("clinic/poll/read.js", "return null;\n");

        var problem = Assert.Single(Read("source: { type: javascript, script: read.js, atStart: false, schedule: { every: 5s } }\n").Problems);

        Assert.Equal("source.atStart", problem.Field);
    }

    public void Dispose() => _folders.Dispose();

    private ChannelReading Read(string yaml)
    {
        _folders.Write("clinic/poll/channel.yaml", yaml);
        return new ChannelFolder(_folders.Root, ConnectorCatalog.All, DataTypeCatalog.All, null, TimeProvider.System, _ => null).Read("clinic/poll")!;
    }
}
