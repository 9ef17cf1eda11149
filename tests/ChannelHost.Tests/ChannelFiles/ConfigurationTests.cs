namespace ChannelHost.Tests.ChannelFiles;

[Trait("Row", "F69")]
public sealed class ConfigurationTests : IDisposable
{
    private const string Channel = "source: { type: sample, listen: \"${config:pms.listen}\" }\n";
    private const string WithScript = "source: { type: sample, listen: 127.0.0.1:1 }\nfilter: |\n  return true\n";

    private Folders _folders = new();

    [Theory]
    [InlineData("pms: { listen: \"127.0.0.1:6661\" }\n")]
    [InlineData("pms.listen: 127.0.0.1:6661\n")]
    [InlineData("# values\npms:\n  listen: 127.0.0.1:6661\n  other: \"\"\n")]
    public void Value_IsFilledIn_WrittenNestedOrWithDots(string file)
    {
        _folders.Write("config/base.yaml", file);

        var channel = Folders.Good(_folders.ReadOne(Channel));

        Assert.Equal("127.0.0.1:6661", ((SampleSourceOptions)channel.Source.Options).Listen);
        Assert.Equal("127.0.0.1:6661", channel.Configuration["pms.listen"]);
    }

    [Fact]
    public void Environment_CountsOverTheBase()
    {
        _folders.Dispose();
        _folders = new Folders { EnvironmentName = "prod" };
        _folders.Write("config/base.yaml", "pms: { listen: \"127.0.0.1:1\", name: both }\n");
        _folders.Write("config/prod.yaml", "pms.listen: 127.0.0.1:2\n");
        _folders.Write("config/test.yaml", "pms.listen: 127.0.0.1:3\n");

        var channel = Folders.Good(_folders.ReadOne(Channel));

        Assert.Equal("127.0.0.1:2", channel.Configuration["pms.listen"]);
        Assert.Equal("both", channel.Configuration["pms.name"]);
    }

    [Fact]
    public void Variable_CountsOverTheFiles_ForAKeyThatTheyHave()
    {
        _folders.Write("config/base.yaml", "pms: { listen: \"127.0.0.1:1\", data-folder: /a }\n");
        _folders.Environment["CHANNELHOST_CONFIG_PMS_LISTEN"] = "127.0.0.1:2";
        _folders.Environment["CHANNELHOST_CONFIG_PMS_DATA_FOLDER"] = "/b";
        _folders.Environment["CHANNELHOST_CONFIG_PMS_UNKNOWN"] = "x";

        var channel = Folders.Good(_folders.ReadOne(Channel));

        Assert.Equal("127.0.0.1:2", ((SampleSourceOptions)channel.Source.Options).Listen);
        Assert.Equal(new Dictionary<string, string> { ["pms.listen"] = "127.0.0.1:2", ["pms.data-folder"] = "/b" }, channel.Configuration);
    }

    [Fact]
    public void EnvironmentWithoutItsFile_StopsWhoUsesValues_AndNobodyElse()
    {
        _folders.Dispose();
        _folders = new Folders { EnvironmentName = "prodd" };
        _folders.Write("config/base.yaml", "pms.listen: 127.0.0.1:1\n");
        _folders.Write("clinic/other/channel.yaml", "source: { type: sample, listen: 127.0.0.1:9 }\n");

        var problem = Folders.Only(_folders.ReadOne(Channel));

        Assert.Equal("config/prodd.yaml", problem.File);
        Assert.Equal("no such file, although the environment is `prodd`", problem.Found);
        Assert.NotNull(_folders.Open().Read("clinic/other")!.Definition);
    }

    [Fact]
    public void UnknownKey_IsToldWithItsPlaceAndTheOneThatWasMeant()
    {
        _folders.Write("config/base.yaml", "pms: { listn: \"127.0.0.1:1\" }\n");

        Assert.Equal(
            new ChannelProblem("clinic/registration/channel.yaml", 1, 33, "source.listen", "the configuration value `pms.listen`, which does not exist", "did you mean `pms.listn`?"),
            Folders.Only(_folders.ReadOne(Channel)));
    }

    [Theory]
    [InlineData("a: [1]\n", 1, 4, "a", "a list")]
    [InlineData("a:\n", 1, 3, "a", "nothing")]
    [InlineData("a: { b: 1 }\na.b: 2\n", 2, 6, "a.b", "`a.b` a second time")]
    [InlineData("a b: 1\n", 1, 1, "a b", "the key `a b`")]
    [InlineData("a: ${env:HOME}\n", 1, 4, "a", "`${env:HOME}`")]
    [InlineData("a: x${secret:ehr}\n", 1, 4, "a", "`x${secret:ehr}`")]
    [InlineData("- a\n", 1, 1, "", "a list")]
    public void BadFile_IsToldByLineAndKey_ToChannelsThatUseIt(string file, int line, int column, string field, string found)
    {
        _folders.Write("config/base.yaml", file);
        _folders.Write("clinic/other/channel.yaml", "source: { type: sample, listen: 127.0.0.1:9 }\n");

        var problem = Folders.Only(_folders.ReadOne(WithScript));

        Assert.Equal(("config/base.yaml", line, column, field, found), (problem.File, problem.Line, problem.Column, problem.Field, problem.Found));
        Assert.NotNull(_folders.Open().Read("clinic/other")!.Definition);
    }

    [Fact]
    public void WhatAValueBrings_IsNoTemplate()
    {
        _folders.Write("config/base.yaml", "prefix: ${mrn}\n");

        var channel = Folders.Good(_folders.ReadOne(
            "source: { type: sample, listen: 127.0.0.1:1 }\ndestinations: [{ name: a, type: sample, folder: x, file: \"${config:prefix}-${mrn}\" }]\n"));

        Assert.Equal("$${mrn}-${mrn}", ((SampleDestinationOptions)channel.Destinations[0].Options).File.Source);
    }

    [Fact]
    public void Version_ChangesWithTheValuesThatTheChannelUses_AndWithNoOthers()
    {
        const string Template = "source: { type: sample, listen: \"${config:used}\" }\ndestinations: [{ name: a, type: sample, folder: x, file: \"${asked}\" }]\n";
        _folders.Write("config/base.yaml", "used: 127.0.0.1:1\nasked: a\nother: a\n");
        var first = Folders.Good(_folders.ReadOne(Template)).Version;
        var scripted = Folders.Good(_folders.ReadOne(WithScript)).Version;

        _folders.Write("config/base.yaml", "used: 127.0.0.1:1\nasked: a\nother: b\n");
        Assert.Equal(first, Folders.Good(_folders.ReadOne(Template)).Version);
        Assert.NotEqual(scripted, Folders.Good(_folders.ReadOne(WithScript)).Version);

        _folders.Write("config/base.yaml", "used: 127.0.0.1:1\nasked: b\nother: a\n");
        Assert.NotEqual(first, Folders.Good(_folders.ReadOne(Template)).Version);
        _folders.Write("config/base.yaml", "used: 127.0.0.1:2\nasked: a\nother: a\n");
        Assert.NotEqual(first, Folders.Good(_folders.ReadOne(Template)).Version);
    }

    [Fact]
    public void FolderOfValues_IsNoGroup()
    {
        _folders.Write("config/base.yaml", "a: b\n");
        _folders.Write("config/registration/channel.yaml", Folders.Minimal);

        var reading = Assert.Single(_folders.Open().ReadAll());

        Assert.Equal("a channel in the folder `config`, which is for values", Folders.Only(reading).Found);
    }

    [Fact]
    public void ReadingOfAGoodVersion_CarriesItsTextsAndWhoWroteThem()
    {
        _folders.Write("config/base.yaml", "a: b\n");
        _folders.Write("lib/shared.js", "function shared() {}\n");
        _folders.Write("clinic/registration/filter.js", "return true\n");

        var reading = _folders.ReadOne("source: { type: sample, listen: 127.0.0.1:1 }\nfilter: filter.js\n");

        Assert.Equal(
            ["clinic/registration/channel.yaml", "clinic/registration/filter.js", "lib/shared.js", "config/base.yaml"],
            reading.Files.Select(file => file.Name));
        Assert.Equal("return true\n", reading.Files[1].Text);
        Assert.Equal(Environment.UserName, reading.ChangedBy);
    }

    public void Dispose() => _folders.Dispose();
}
