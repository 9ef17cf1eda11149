using System.Globalization;
using ChannelHost.Server;
using ChannelHost.Server.Commands;
using ChannelHost.Server.Scaffolding;
using ChannelHost.Tests.Server.Editing;

namespace ChannelHost.Tests.Server.Scaffolding;

public sealed class NewChannelTests : IDisposable
{
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("new-");

    public NewChannelTests() => Directory.CreateDirectory(Channels);

    public static TheoryData<string> TemplateNames => [.. ChannelTemplate.All.Select(template => template.Name)];

    private string Channels => Path.Combine(_folder.FullName, "channels");

    [Theory]
    [MemberData(nameof(TemplateNames))]
    public async Task Template_ValidatesAndPassesItsCases(string template)
    {
        Assert.Equal(ExitCode.Done, await RunAsync("new", "clinic/first", "--from", template));

        Assert.Equal(ExitCode.Done, await RunAsync("validate"));
        Assert.Contains("clinic/first: good\n1 channel(s), 0 error(s), 0 warning(s)", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await RunAsync("test"));
        Assert.Contains("clinic/first: 3 of 3 cases as expected", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
    }

    [Theory]
    [MemberData(nameof(TemplateNames))]
    public async Task Template_LeavesNothingToFillInAndFitsTheSchema(string template)
    {
        await RunAsync("new", "clinic/first", "--from", template);

        Assert.All(Files(), file => Assert.DoesNotContain("{{", File.ReadAllText(file), StringComparison.Ordinal));
        var schema = new SchemaCheck(ChannelHost.Storage.ChannelFiles.ChannelSchema.Json(ChannelHost.Connectors.ConnectorCatalog.All, ChannelHost.DataTypes.DataTypeCatalog.All));
        Assert.Empty(schema.Problems(File.ReadAllText(Path.Combine(Channels, "clinic", "first", "channel.yaml"))));
        Assert.Contains(Files(), file => file.EndsWith("README.md", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_NamesEveryTemplate()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("new", "--list"));

        Assert.All(ChannelTemplate.All, template => Assert.Contains(template.Name, _output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task FolderIsThere_IsLeftAsItIs()
    {
        Directory.CreateDirectory(Path.Combine(Channels, "clinic", "first"));
        File.WriteAllText(Path.Combine(Channels, "clinic", "first", "channel.yaml"), "mine");

        Assert.Equal(ExitCode.Usage, await RunAsync("new", "clinic/first"));

        Assert.Equal("mine", File.ReadAllText(Assert.Single(Files())));
        Assert.Contains("is left as it is", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondChannel_GetsAPortOfItsOwn()
    {
        await RunAsync("new", "clinic/first");
        await RunAsync("new", "clinic/second");

        Assert.Contains("listen: 127.0.0.1:6661", File.ReadAllText(Path.Combine(Channels, "clinic", "first", "channel.yaml")), StringComparison.Ordinal);
        Assert.Contains("listen: 127.0.0.1:6662", File.ReadAllText(Path.Combine(Channels, "clinic", "second", "channel.yaml")), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await RunAsync("validate"));
    }

    [Fact]
    [Trait("Row", "F68")]
    public async Task PortOfAnotherChannelAskedFor_IsSaid()
    {
        await RunAsync("new", "clinic/first", "--port", "7001");

        Assert.Equal(ExitCode.Problems, await RunAsync("new", "clinic/second", "--port", "7001"));
        Assert.Contains("7001", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("intake", "for example clinic/intake")]
    [InlineData("../outside/x", "no channel can be called")]
    [InlineData("clinic/.hidden", "no channel can be called")]
    [InlineData("clinic/a b", "no channel can be called")]
    [InlineData("lib/x", "holds what all channels share")]
    [InlineData("/etc/x", "no channel can be called")]
    [InlineData("clinic/x\n", "no channel can be called")]
    public async Task NameThatIsNone_IsRefusedAndNothingIsMade(string name, string said)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("new", name));

        Assert.Contains(said, _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Channels));
    }

    [Fact]
    public async Task UnknownTemplate_IsSuggested()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("new", "clinic/first", "--from", "mlp-to-file"));

        Assert.Contains("did you mean 'mllp-to-file'?", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DraftCannotBeWritten_NothingIsLeft()
    {
        // A file where the group's folder should be.
        File.WriteAllText(Path.Combine(Channels, "clinic"), "");

        Assert.Equal(ExitCode.Usage, await RunAsync("new", "clinic/first"));

        Assert.Contains("cannot be made", _error.ToString(), StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFileSystemEntries(Channels));
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _folder.Delete(recursive: true);
    }

    private string[] Files() => Directory.GetFiles(Channels, "*", SearchOption.AllDirectories);

    private Task<ExitCode> RunAsync(params string[] arguments) =>
        CommandLine.RunAsync([.. arguments, "--channels", Channels, "--data", Path.Combine(_folder.FullName, "data")], Terminal.Plain(_output, _error));
}
