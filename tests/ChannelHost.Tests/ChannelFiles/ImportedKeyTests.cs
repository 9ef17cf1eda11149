namespace ChannelHost.Tests.ChannelFiles;

/// <summary>The keys that channels from elsewhere need.</summary>
public sealed class ImportedKeyTests : IDisposable
{
    private const string Source = "source: { type: sample, listen: 127.0.0.1:1 }\n";

    private readonly Folders _folders = new();

    public void Dispose() => _folders.Dispose();

    [Fact]
    public void Channel_HasIdCompatibilityAndScriptsOfItsLife()
    {
        _folders.Write("clinic/registration/start.js", "logger.info('deployed');\n");

        var definition = Folders.Good(_folders.ReadOne($"id: 3f6a1c52\ncompatibility: mirth\ne4x: false\ndeploy: start.js\nundeploy: |\n  logger.info('gone');\n{Source}"));

        Assert.Equal(("3f6a1c52", Compatibility.Mirth, false), (definition.Id, definition.Compatibility, definition.E4x));
        Assert.Equal("logger.info('deployed');\n", definition.DeployScript!.Text);
        Assert.Contains("gone", definition.UndeployScript!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Access_NamesWhatScriptsMayReach()
    {
        using var folders = new Folders();
        folders.Vault.Set("db", "s3cret", "test");

        var access = Folders.Good(folders.ReadOne(
            "access:\n  folders: [{ path: /srv/in }, { path: out, write: true }]\n  hosts: [api.example.org, \"*.example.net:443\"]\n" +
            "  databases: [{ name: clinic, kind: postgresql, connection: \"Host=db;Password=${secret:db}\", jdbc: \"jdbc:postgresql://db/clinic\" }]\n  channels: true\n" + Source)).Access;

        Assert.Equal([new FolderAccess("/srv/in", false), new FolderAccess(folders.PathOf("clinic/registration/out"), true)], access.Folders);
        Assert.Equal(["api.example.org", "*.example.net:443"], access.Hosts);
        Assert.Equal([new DatabaseAccess("clinic", DatabaseKind.PostgreSql, "Host=db;Password=s3cret", "jdbc:postgresql://db/clinic")], access.Databases);
        Assert.True(access.ControlsChannels);
    }

    [Theory]
    [InlineData("access: { hosts: [\"http://api.example.org\"] }", "access.hosts[0]", "`http://api.example.org`")]
    [InlineData("access: { databases: [{ name: a, kind: sqlite, connection: \"Host=db;Password=plain\" }] }", "access.databases[0].connection", "a password in the file")]
    [InlineData("access: { databases: [{ name: a, kind: sqlite, connection: x, jdbc: postgres }] }", "access.databases[0].jdbc", "`postgres`")]
    [InlineData("access: { folders: [{ write: true }] }", "access.folders[0].path", "nothing")]
    [InlineData("attachments: { kind: regex }", "attachments.patterns", "nothing")]
    [InlineData("attachments: { kind: javascript }", "attachments.script", "nothing")]
    [InlineData("attachments: { kind: regex, patterns: [{ pattern: \"(\" }] }", "attachments.patterns[0].pattern", "`(`")]
    [InlineData("id: \"a b\"", "id", "`a b`")]
    [InlineData("compatibility: mirt", "compatibility", "`mirt`")]
    [InlineData("dependsOn: [nobody]", "dependsOn[0]", "the channel `nobody`, which does not exist")]
    public void Mistake_IsToldWithItsPlace(string key, string field, string found)
    {
        var problem = Folders.Only(_folders.ReadOne($"{Source}{key}\n"));

        Assert.Equal((2, field), (problem.Line, problem.Field));
        Assert.StartsWith(found, problem.Found, StringComparison.Ordinal);
        Assert.DoesNotContain("plain", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Attachments_AreBound()
    {
        var attachments = Folders.Good(_folders.ReadOne(
            $"{Source}attachments: {{ kind: regex, patterns: [{{ pattern: \"OBX.*\\\\|(.+)\", type: application/pdf }}], inbound: [{{ from: a, to: b }}] }}\n")).Attachments!;

        Assert.Equal(AttachmentKind.Regex, attachments.Kind);
        Assert.Equal([new AttachmentPattern("OBX.*\\|(.+)", "application/pdf")], attachments.Patterns);
        Assert.Equal([("a", "b")], attachments.Inbound);
    }

    [Fact]
    public void Source_HasTemplateOutboundTypeScriptedBatchAndVariableAnswer()
    {
        _folders.Write("clinic/registration/out.hl7", "MSH|^~\\&|\n");
        _folders.Write("clinic/registration/split.js", "return reader.readLine();\n");

        var source = Folders.Good(_folders.ReadOne(
            "source:\n  type: sample\n  listen: 127.0.0.1:1\n  template: out.hl7\n  outbound: raw\n  batch: { script: split.js, maximumParts: 5 }\n  acknowledge: { variable: answer }\n")).Source;

        Assert.Equal(("clinic/registration/out.hl7", "MSH|^~\\&|\n"), (source.Template!.Name, source.Template.Text));
        Assert.Equal("raw", source.Outbound!.DataType.Name);
        Assert.Equal((null, "clinic/registration/split.js", 5), (source.Batch!.Options, source.Batch.Script!.Name, source.Batch.MaximumParts));
        Assert.Equal(new AcknowledgeChoice(AcknowledgeWhen.Variable, "answer"), source.Acknowledge);
    }

    [Fact]
    public void Destinations_HaveNumbersChainsTemplatesAndContent()
    {
        _folders.Write("clinic/registration/tmp.xml", "<a/>");

        var destinations = Folders.Good(_folders.ReadOne(
            $"{Source}destinations:\n  - {{ name: a, type: sink, url: u, id: 7, template: tmp.xml, content: \"<${{x}}>\", responseDataType: raw }}\n" +
            "  - { name: b, type: sink, url: u, waitForPrevious: true }\n")).Destinations;

        Assert.Equal([(7, false), (2, true)], destinations.Select(destination => (destination.Id, destination.WaitForPrevious)));
        Assert.Equal("<a/>", destinations[0].Template!.Text);
        Assert.Equal("<${x}>", destinations[0].Content!.Source);
        Assert.Equal("raw", destinations[0].ResponseDataType!.DataType.Name);
    }

    [Fact]
    public void ChannelAndDestinations_HaveTitles()
    {
        var definition = Folders.Good(_folders.ReadOne($"title: Registration to EHR\n{Source}destinations:\n  - {{ name: a, type: sink, url: u, title: To the EHR }}\n"));

        Assert.Equal(("Registration to EHR", "To the EHR"), (definition.Title, definition.Destinations[0].Title));
    }

    [Theory]
    [InlineData("b")]
    [InlineData("The second")]
    public void TitleThatAnotherDestinationGoesBy_IsRefused(string title)
    {
        var problem = Folders.Only(_folders.ReadOne(
            $"{Source}destinations:\n  - {{ name: b, type: sink, url: u, title: The second }}\n  - {{ name: a, type: sink, url: u, title: {title} }}\n"));

        Assert.Equal((4, "destinations[1].title"), (problem.Line, problem.Field));
    }

    [Fact]
    public void NumberThatAnotherDestinationHas_IsRefused()
    {
        var problem = Folders.Only(_folders.ReadOne($"{Source}destinations:\n  - {{ name: a, type: sink, url: u, id: 2 }}\n  - {{ name: b, type: sink, url: u }}\n"));

        Assert.Equal((4, "destinations[1].id", "the number 2, which `a` has"), (problem.Line, problem.Field, problem.Found));
    }

    [Fact]
    public void IdThatAnotherChannelHas_IsRefused()
    {
        _folders.Write("a/one/channel.yaml", $"id: x\n{Source}");
        _folders.Write("a/two/channel.yaml", "id: x\nsource: { type: sample, listen: 127.0.0.1:2 }\n");

        var problem = Assert.Single(_folders.Open().ReadAll().SelectMany(reading => reading.Problems));

        Assert.Equal(("a/two/channel.yaml", 1, "id"), (problem.File, problem.Line, problem.Field));
        Assert.Contains("the id `x`, which the channel `a/one` has", problem.Found, StringComparison.Ordinal);
    }
}
