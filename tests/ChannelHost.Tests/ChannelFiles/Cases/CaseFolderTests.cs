using ChannelHost.Storage.ChannelFiles.Cases;
using ChannelHost.Storage.Files;

namespace ChannelHost.Tests.ChannelFiles.Cases;

/// <summary>The files of cases: what is wrong is told with file, line and field, and harms no other case.</summary>
public sealed class CaseFolderTests : IDisposable
{
    private const string Channel = "clinic/one";

    private readonly string _root = Directory.CreateTempSubdirectory("channelhost-casefiles-").FullName;

    private CaseFolder Folder => new(_root, new DurableFiles());

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void NoFolder_NoCases() => Assert.Empty(Folder.Read(Channel));

    [Fact]
    public void WholeCase_IsReadAndSettingsForAllStandBelowItsOwn()
    {
        Write("cases.yaml", "clock: 2027-01-01T00:00:00Z\nsourceMap: { site: north, ward: 7 }\nignore: [MSH-7]\n");
        Write("a.hl7", "MSH|");
        Write("a.yaml", "# of this one\nsourceMap:\n  ward: \"07\"\n  open: true\nmessageId: 9\nanswers: { next: { file: a.answers/next.hl7 } }\n");
        Write("a.answers/next.hl7", "MSA|AA|1");
        Write("a.expected/outcome.yaml", "source: error\ntext: ward\nresponse: none\n");

        var read = Assert.Single(Folder.Read(Channel)).Case!;

        Assert.Equal(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), read.Settings.Clock);
        Assert.Equal(9, read.Settings.MessageId);
        Assert.Equal([("site", "north"), ("ward", "07"), ("open", true)], read.Settings.SourceMap.Select(entry => (entry.Key, entry.Value!)));
        Assert.Equal(["MSH-7"], read.Settings.Ignore["*"]);
        Assert.Equal("MSA|AA|1"u8.ToArray(), read.Settings.Answers["next"].Content!.Value.ToArray());
        Assert.Equal(MessageStatus.Error, read.Expectation!.Outcome!.Messages[0].Status);
        Assert.False(read.Expectation.Outcome.IsAnswered);
    }

    [Theory]
    [InlineData("colck: 2027-01-01\n", 1, "colck", "did you mean `clock`?")]
    [InlineData("messageId: 1\nclock: yesterday\n", 2, "clock", "a time such as 2026-01-01T12:00:00Z")]
    [InlineData("messageId: 0\n", 1, "messageId", "a whole number from 1")]
    [InlineData("timeZone: Mars/Olympus\n", 1, "timeZone", "a time zone of this machine")]
    [InlineData("answers: { next: snet }\n", 1, "answers.next", "did you mean `sent`?")]
    [InlineData("answers: { next: { file: ../../channel.yaml } }\n", 1, "answers.next.file", "a file in the folder of cases")]
    [InlineData("sourceMap: [a]\n", 1, "sourceMap", "a block of keys")]
    [InlineData("- a\n", 1, "", "a block of keys")]
    [InlineData("clock: [\n", 2, "", "valid YAML")]
    [Trait("Row", "F67")]
    public void BadSettings_AreToldWithLineAndField(string yaml, int line, string field, string wanted)
    {
        Write("a.hl7", "MSH|");
        Write("a.yaml", yaml);
        Write("b.hl7", "MSH|");

        var readings = Folder.Read(Channel);

        Assert.Null(readings[0].Case);
        var problem = Assert.Single(readings[0].Problems);
        Assert.Equal(("clinic/one/cases/a.yaml", line, field), (problem.File, problem.Line, problem.Field));
        Assert.Contains(wanted, problem.Wanted, StringComparison.Ordinal);
        Assert.NotNull(readings[1].Case);
    }

    [Theory]
    [InlineData("source: transfromed\n", "source", "did you mean `transformed`?")]
    [InlineData("destinations: { next: gone }\n", "destinations.next", "skipped")]
    [InlineData("destinations: { next: { outcom: sent } }\n", "destinations.next.outcom", "did you mean `outcome`?")]
    [InlineData("messages: [{ source: filtered }]\ntext: x\n", "text", "`messages:`")]
    [InlineData("response: maybe\n", "response", "one of none, given")]
    public void BadOutcome_IsToldWithField(string yaml, string field, string wanted)
    {
        Write("a.hl7", "MSH|");
        Write("a.expected/outcome.yaml", yaml);

        var problem = Assert.Single(Assert.Single(Folder.Read(Channel)).Problems);

        Assert.Equal(field, problem.Field);
        Assert.Contains(wanted, problem.Wanted, StringComparison.Ordinal);
    }

    [Fact]
    public void HalvesOfCases_AreTold()
    {
        Write("a.yaml", "");
        Write("b.expected/next.hl7", "MSH|");
        Write("c.hl7", "MSH|");
        Write("c.txt", "MSH|");
        Write("d.yml", "");

        var readings = Folder.Read(Channel);

        Assert.Equal(["a", "b", "c", "d"], readings.Select(reading => reading.Name));
        Assert.All(readings, reading => Assert.Null(reading.Case));
        Assert.Equal(["settings of no case", "what is expected of no case", "2 inputs of one case: `c.hl7`, `c.txt`", "settings of no case"], readings.Select(reading => reading.Problems[0].Found));
    }

    [Fact]
    public void InputThatLeadsOut_IsNotRead()
    {
        var secret = Path.Join(Directory.CreateTempSubdirectory("channelhost-outside-").FullName, "secret");
        File.WriteAllText(secret, "MSH|");
        Write("b.hl7", "MSH|");
        File.CreateSymbolicLink(Path.Join(_root, Channel, "cases", "a.hl7"), secret);

        var reading = Folder.Read(Channel)[0];

        Assert.Null(reading.Case);
        Assert.Equal("a link that leads out of the channels folder", Assert.Single(reading.Problems).Found);
        Directory.Delete(Path.GetDirectoryName(secret)!, recursive: true);
    }

    [Fact]
    public void Written_WhatIsNotExpectedAnyMoreGoes()
    {
        Write("a.hl7", "MSH|");
        Write("a.expected/old.hl7", "MSH|");
        var read = Folder.Read(Channel)[0].Case!;

        Folder.WriteExpectation(read, new CaseExpectation
        {
            Files = new Dictionary<string, ReadOnlyMemory<byte>> { ["next.hl7"] = "MSH|2"u8.ToArray() },
            Outcome = new CaseOutcome { Messages = [new MessageOutcome { Text = "a \"quoted\": text\nof two lines" }], Routed = ["x"] },
        });

        var expectation = Folder.Read(Channel)[0].Case!.Expectation!;
        Assert.Equal(["next.hl7"], expectation.Files.Keys);
        Assert.Equal("a \"quoted\": text\nof two lines", expectation.Outcome!.Messages[0].Text);
        Assert.Equal(["x"], expectation.Outcome.Routed);
    }

    [Fact]
    public void Created_AllSettingsComeBackAndANameIsTakenOnce()
    {
        var made = new ChannelCase
        {
            Channel = Channel,
            Name = "adt-1",
            File = "x/adt-1.hl7",
            Input = "MSH|"u8.ToArray(),
            Settings = new CaseSettings
            {
                Clock = new DateTimeOffset(2031, 5, 6, 7, 8, 9, 10, TimeSpan.Zero),
                MessageId = 77,
                SourceMap = new Dictionary<string, object?> { ["port"] = 26661.0, ["name"] = "a: b", ["on"] = true, ["off"] = null, ["digits"] = "0017" },
                Answers = new Dictionary<string, CaseAnswer> { ["next"] = new() { Content = "MSA|AR"u8.ToArray() } },
            },
        };

        Folder.Create(made);

        var settings = Folder.Read(Channel)[0].Case!.Settings;
        Assert.Equal(made.Settings.Clock, settings.Clock);
        Assert.Equal(77, settings.MessageId);
        Assert.Equal(made.Settings.SourceMap, settings.SourceMap);
        Assert.Equal("MSA|AR"u8.ToArray(), settings.Answers["next"].Content!.Value.ToArray());
        Assert.Contains("give the case another name", Assert.Throws<IOException>(() => Folder.Create(made)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("cases")]
    [InlineData("")]
    [InlineData("_draft")]
    public void NameThatLeadsAway_IsRefused(string name) => Assert.Throws<IOException>(() =>
        Folder.Create(new ChannelCase { Channel = Channel, Name = name, File = "a.hl7", Input = default }));

    [Fact]
    public void Stamp_ChangesWithEveryFile()
    {
        Write("a.hl7", "MSH|");
        var first = Folder.Stamp(Channel);
        Write("a.expected/next.hl7", "MSH|");
        var second = Folder.Stamp(Channel);
        Write("a.expected/next.hl7", "MSH|longer");

        Assert.Equal(3, new HashSet<string> { first, second, Folder.Stamp(Channel) }.Count);
        Assert.Equal(Folder.Stamp(Channel), Folder.Stamp(Channel));
    }

    private void Write(string name, string text)
    {
        var path = Path.Join(_root, Channel, "cases", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
