using System.Globalization;
using System.Text.Json;
using ChannelHost.Server;
using ChannelHost.Server.Commands;
using ChannelHost.Tests.Architecture;
using YamlDotNet.RepresentationModel;

namespace ChannelHost.Tests.Docker;

/// <summary>No container engine runs here: what can be said of the files without one is checked, above all that what they name exists.</summary>
public sealed class ContainerFilesTests
{
    private static readonly string Folder = Path.Combine(House.Root, "docker");

    private static readonly List<(string Word, string Arguments)> Instructions = ReadInstructions();

    [Fact]
    public void Build_CopiesWhatIsThereAndWhatTheBuilderGets()
    {
        var ignored = File.ReadAllLines(Path.Combine(House.Root, ".dockerignore"));
        var copied = Instructions.Where(instruction => instruction.Word == "COPY" && !instruction.Arguments.StartsWith("--from", StringComparison.Ordinal))
            .SelectMany(instruction => instruction.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..^1])
            .Select(source => source.TrimEnd('/'))
            .ToList();

        Assert.Contains("*", ignored);
        Assert.Contains("src", copied);
        Assert.All(copied, source =>
        {
            Assert.True(Path.Exists(Path.Combine(House.Root, source)), source);
            Assert.Contains($"!{source}", ignored);
        });
    }

    [Fact]
    public void Image_RunsAsSomebodyWhoIsNotRoot()
    {
        var user = Assert.Single(Instructions, instruction => instruction.Word == "USER").Arguments;

        Assert.Equal("$APP_UID", user);
        Assert.DoesNotContain(Instructions.SkipWhile(instruction => instruction.Word != "USER"), instruction => instruction.Word is "RUN" or "COPY");
    }

    [Fact]
    public async Task Image_StartsAndAsksByVerbsThatExist()
    {
        Assert.Equal(["channelhost"], Words("ENTRYPOINT"));
        var health = Instructions.Single(instruction => instruction.Word == "HEALTHCHECK").Arguments;
        var asked = JsonSerializer.Deserialize<string[]>(health[(health.IndexOf("CMD", StringComparison.Ordinal) + 3)..])!;
        Assert.Equal("channelhost", asked[0]);

        // Help is given only when verb and options can be read.
        foreach (var line in new[] { Words("CMD"), asked[1..] })
        {
            using var output = new StringWriter(CultureInfo.InvariantCulture);
            using var error = new StringWriter(CultureInfo.InvariantCulture);
            Assert.Equal(ExitCode.Done, await CommandLine.RunAsync([line[0], "--help"], Terminal.Plain(output, error)));
            Assert.All(line.Where(word => word.StartsWith("--", StringComparison.Ordinal)), option => Assert.Contains(option, output.ToString(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Compose_KeepsTheFileSystemReadOnlyAndGivesUpAllRights()
    {
        var service = Service();

        Assert.Equal("true", Text(service, "read_only"));
        Assert.Equal(["ALL"], List(service, "cap_drop"));
        Assert.Equal(["no-new-privileges:true"], List(service, "security_opt"));
        Assert.False(service.Children.ContainsKey("privileged"));
    }

    [Fact]
    public void Compose_MountsWhatIsThere()
    {
        var named = ((YamlMappingNode)Compose().Children["volumes"]).Children.Keys.Select(key => ((YamlScalarNode)key).Value!).ToList();
        var mounts = List(Service(), "volumes").Select(mount => mount.Split(':')).ToList();

        Assert.All(mounts, mount => Assert.True(mount[0][0] == '.' ? Directory.Exists(Path.Combine(Folder, mount[0])) : named.Contains(mount[0]), mount[0]));
        Assert.All(named, name => Assert.Contains(mounts, mount => mount[0] == name));
        Assert.Contains(mounts, mount => mount is [_, "/data"]);
        Assert.Contains(mounts, mount => mount is [_, "/channels", "ro"]);
        Assert.Contains(mounts, mount => mount is [_, "/run/secrets", "ro"]);
    }

    [Fact]
    public void Compose_SetsVariablesThatTheHostReads()
    {
        var sources = string.Concat(new[] { "Server", "Storage" }.SelectMany(House.SourcesOf).Select(File.ReadAllText));
        var variables = ((YamlMappingNode)Service().Children["environment"]).Children.Keys.Select(key => ((YamlScalarNode)key).Value!).Where(name => name != "TZ").ToList();

        Assert.NotEmpty(variables);
        Assert.All(variables, name => Assert.Contains($"\"{name}\"", sources, StringComparison.Ordinal));
    }

    [Fact]
    public void Compose_BuildsWithTheDockerfile()
    {
        var build = (YamlMappingNode)Service().Children["build"];
        var context = Path.GetFullPath(Path.Combine(Folder, Text(build, "context")));

        Assert.Equal(House.Root, context);
        Assert.True(File.Exists(Path.Combine(context, Text(build, "dockerfile"))));
    }

    [Fact]
    public void Secrets_AreNeverCommitted() => Assert.Contains("*", File.ReadAllLines(Path.Combine(Folder, "secrets", ".gitignore")));

    private static string[] Words(string instruction) => JsonSerializer.Deserialize<string[]>(Instructions.Single(found => found.Word == instruction).Arguments)!;

    private static YamlMappingNode Compose()
    {
        var stream = new YamlStream();
        using var text = File.OpenText(Path.Combine(Folder, "compose.yaml"));
        stream.Load(text);
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    private static YamlMappingNode Service() => (YamlMappingNode)((YamlMappingNode)Compose().Children["services"]).Children["channelhost"];

    private static string Text(YamlMappingNode block, string key) => ((YamlScalarNode)block.Children[key]).Value!;

    private static List<string> List(YamlMappingNode block, string key) => [.. ((YamlSequenceNode)block.Children[key]).Children.Select(item => ((YamlScalarNode)item).Value!)];

    private static List<(string Word, string Arguments)> ReadInstructions()
    {
        var text = string.Join('\n', File.ReadAllLines(Path.Combine(Folder, "Dockerfile")).Where(line => !line.StartsWith('#'))).Replace("\\\n", " ", StringComparison.Ordinal);
        return [.. from line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries) let parts = line.Split(' ', 2) select (parts[0], parts[1].Trim())];
    }
}
