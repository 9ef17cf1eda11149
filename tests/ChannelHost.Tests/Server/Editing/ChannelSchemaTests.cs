using ChannelHost.Connectors;
using ChannelHost.DataTypes;
using ChannelHost.Storage.ChannelFiles;
using ChannelHost.Tests.Architecture;

namespace ChannelHost.Tests.Server.Editing;

/// <summary>The schema and the host must agree on what a channel's file may say; where a schema cannot say it, the host alone refuses.</summary>
public sealed class ChannelSchemaTests : IDisposable
{
    private const string Sender = "source: { type: mllp, listen: 127.0.0.1:6661 }\n";

    private static readonly SchemaCheck Schema = new(ChannelSchema.Json(ConnectorCatalog.All, DataTypeCatalog.All));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("schema-");

    public static TheoryData<string> ShippedChannels =>
        [.. Directory.EnumerateFiles(Path.Combine(House.Root, "channels"), "channel.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(House.Root, file)).Order()];

    [Theory]
    [MemberData(nameof(ShippedChannels))]
    public void ShippedChannel_IsGood(string file) => Assert.Empty(Schema.Problems(File.ReadAllText(Path.Combine(House.Root, file))));

    [Theory]
    [MemberData(nameof(ShippedChannels))]
    public void ShippedChannel_NamesTheSchema(string file) =>
        Assert.StartsWith("# yaml-language-server: $schema=../../channel.schema.json\n", File.ReadAllText(Path.Combine(House.Root, file)));

    [Theory]
    [InlineData(Sender)]
    [InlineData("description: 12\n" + Sender)]
    [InlineData("source: { type: mllp, listen: 127.0.0.1:6661, acknowledge: on-receipt }\n")]
    [InlineData("source: { type: mllp, listen: 127.0.0.1:6661, acknowledge: 'destination: next' }\ndestinations:\n  - { name: next, type: files, folder: out, file: x }\n")]
    [InlineData("source:\n  type: mllp\n  listen: 127.0.0.1:6661\n  acknowledge: { destination: next }\ndestinations:\n  - { name: next, type: files, folder: out, file: x }\n")]
    [InlineData("source: { type: mllp, listen: 127.0.0.1:6661, dataType: { type: hl7v2, charset: windows-1252, repetitions: false } }\n")]
    [InlineData("source: { type: mllp, listen: 127.0.0.1:6661, batch: {} }\n")]
    [InlineData("source: { type: files, folder: in, dataType: hl7v2, batch: { maximumParts: 10 } }\n")]
    [InlineData("source: { type: files, folder: in, stableFor: 0, maximumFile: 1048576, ignoreTemporary: }\n")]
    [InlineData("source: { type: files, folder: in, filesPerLook: \"20\", recurse: \"true\" }\n")]
    [InlineData("source: { type: files, folder: in, schedule: { every: 30s, days: [mon, fri], except: [2026-12-25, 01-01], activeHours: 07:00-19:30 } }\n")]
    [InlineData(Sender + "threads: ${env:HOME_THREADS}\n")]
    [InlineData(Sender + "destinations:\n")]
    [InlineData(Sender + "metadata: { mrn: PID-3.1, n: 7 }\n")]
    [InlineData(Sender + "destinations:\n  - { name: next, type: mllp, connect: 127.0.0.1:6662, queue: { mode: always, retry: { attempts: 0, delay: 1s } } }\n")]
    public void WhatTheHostTakes_TheSchemaTakes(string yaml)
    {
        Assert.Empty(HostProblems(yaml));
        Assert.Empty(Schema.Problems(yaml));
    }

    [Theory]
    [InlineData("threads: 4\n", ": source is missing")]
    [InlineData("source: { listen: 127.0.0.1:6661 }\n", "/source: type is missing")]
    [InlineData("source: { type: mlp, listen: 127.0.0.1:6661 }\n", "/source/type: none of")]
    [InlineData("source: { type: mllp }\n", "/source: listen is missing")]
    [InlineData("source: { type: mllp, listn: 127.0.0.1:6661 }\n", "/source/listn: nothing")]
    [InlineData("source: { type: mllp, listen: [127.0.0.1:6661] }\n", "/source/listen: no")]
    [InlineData("source: { type: mllp, listen: 127.0.0.1:6661, acknowledge: later }\n", "/source/acknowledge: none")]
    [InlineData("source: { type: mllp, listen: 127.0.0.1:6661, dataType: hl7 }\n", "/source/dataType: none")]
    [InlineData("source: { type: mllp, listen: 127.0.0.1:6661, dataType: { type: hl7v2, charst: utf-8 } }\n", "/source/dataType: none")]
    [InlineData("source: { type: mllp, listen: 127.0.0.1:6661, dataType: json, batch: { groupBy: mrn } }\n", "/source/batch: none of what may stand here")]
    [InlineData("source: { type: mllp, listen: 127.0.0.1:6661, batch: { maximumParts: 0 } }\n", "/source/batch: none of what may stand here")]
    [InlineData("source: { type: files, folder: in, interval: 5 }\n", "/source/interval: none")]
    [InlineData("source: { type: files, folder: in, interval: 5 parsecs }\n", "/source/interval: none")]
    [InlineData("source: { type: files, folder: in, recurse: yes }\n", "/source/recurse: none")]
    [InlineData("source: { type: files, folder: in, filesPerLook: 0 }\n", "/source/filesPerLook: none")]
    [InlineData("source: { type: files, folder: in, filesPerLook: many }\n", "/source/filesPerLook: none")]
    [InlineData("source: { type: files, folder: in, maximumFile: 5TB }\n", "/source/maximumFile: none")]
    [InlineData("source: { type: files, folder: in, after: keep }\n", "/source/after: none")]
    [InlineData("source: { type: files, folder: in, schedule: { every: 30s, days: [monday] } }\n", "/source/schedule/days/0: none")]
    [InlineData("source: { type: files, folder: in, schedule: 30s }\n", "/source/schedule: no \"object\"")]
    [InlineData(Sender + "thread: 4\n", "/thread: nothing")]
    [InlineData(Sender + "threads: 65\n", "/threads: none")]
    [InlineData(Sender + "destinations: { name: next }\n", "/destinations: no")]
    [InlineData(Sender + "destinations:\n  - { type: mllp, connect: 127.0.0.1:6662 }\n", "/destinations/0: name is missing")]
    [InlineData(Sender + "destinations:\n  - { name: a b, type: mllp, connect: 127.0.0.1:6662 }\n", "/destinations/0/name: does not match")]
    [InlineData(Sender + "destinations:\n  - { name: next, type: mllp, connect: 127.0.0.1:6662, queue: { mode: sometimes } }\n", "/destinations/0/queue/mode: none")]
    [InlineData(Sender + "metadata: { a b: PID-3 }\n", "/metadata/a b: does not match")]
    public void WhatTheSchemaRefuses_TheHostRefuses(string yaml, string problem)
    {
        Assert.NotEmpty(HostProblems(yaml));
        Assert.Contains(Schema.Problems(yaml), found => found.StartsWith(problem, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private List<ChannelProblem> HostProblems(string yaml)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, "clinic", "test"));
        File.WriteAllText(Path.Combine(folder.FullName, "channel.yaml"), yaml);
        var files = new ChannelFolder(_folder.FullName, ConnectorCatalog.All, DataTypeCatalog.All, null, TimeProvider.System, name => name == "HOME_THREADS" ? "2" : null);
        return [.. files.Read("clinic/test")!.Problems.Where(found => found.Severity == ProblemSeverity.Error)];
    }
}
