using ChannelHost.Server;
using ChannelHost.Server.Commands;

namespace ChannelHost.Tests.Server;

public sealed class ValidatePathTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("channelhost-").FullName;

    public ValidatePathTests()
    {
        foreach (var channel in new[] { "mine/clinic/a", "theirs/clinic/b" })
        {
            var folder = Directory.CreateDirectory(Path.Combine(_root, channel)).FullName;
            File.WriteAllText(Path.Combine(folder, "channel.yaml"), "");
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(null, "mine", null)]
    [InlineData("clinic", "mine", "mine/clinic")]
    [InlineData("clinic/a", "mine", "mine/clinic/a")]
    public void Name_CountsFromTheChannelsFolder(string? path, string root, string? below)
    {
        Assert.Equal(Expected(root, below), ValidatePath.Of(path, In("mine")));
    }

    [Theory]
    [InlineData("mine", "mine", null)]
    [InlineData("mine/clinic/a", "mine", "mine/clinic/a")]
    [InlineData("mine/clinic/a/channel.yaml", "mine", "mine/clinic/a")]
    [InlineData("theirs", "theirs", null)]
    [InlineData("theirs/clinic", "theirs", "theirs/clinic")]
    [InlineData("theirs/clinic/b", "theirs", "theirs/clinic/b")]
    public void Path_FindsItsChannelsFolder(string path, string root, string? below)
    {
        Assert.Equal(Expected(root, below), ValidatePath.Of(In(path), In("mine")));
    }

    [Fact]
    public void NothingThere_IsSaid()
    {
        var failure = Assert.Throws<CommandFailure>(() => ValidatePath.Of("clinic/nobody", In("mine")));

        Assert.Equal(ExitCode.Usage, failure.Code);
        Assert.Contains("clinic/nobody", failure.Message, StringComparison.Ordinal);
    }

    private ValidatePath Expected(string root, string? below) => new(In(root), below is null ? null : In(below));

    private string In(string path) => Path.Combine(_root, path);
}
