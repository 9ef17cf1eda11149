namespace ChannelHost.Tests.ChannelFiles;

public sealed class DependencyTests : IDisposable
{
    private readonly Folders _folders = new();
    private int _port;

    public void Dispose() => _folders.Dispose();

    [Fact]
    public void BareName_IsLookedForInTheOwnGroupFirst()
    {
        Write("a/one", "[two, b/two]");
        Write("a/two");
        Write("b/two");

        var definition = Assert.Single(_folders.Open().ReadAll(), reading => reading.Name == "a/one").Definition!;

        Assert.Equal(["a/two", "b/two"], definition.DependsOn);
    }

    [Fact]
    public void ChannelsThatWaitForEachOther_AreAllRefused()
    {
        Write("a/one", "[two]");
        Write("a/two", "[three]");
        Write("a/three", "[one]");
        Write("a/four", "[one]");

        var readings = _folders.Open().ReadAll();

        Assert.Equal(["a/four"], readings.Where(reading => reading.Definition is not null).Select(reading => reading.Name));
        var problem = Assert.Single(readings.Single(reading => reading.Name == "a/one").Problems);
        Assert.Equal(("dependsOn[0]", 2), (problem.Field, problem.Line));
        Assert.Equal("`a/two`, which waits for this one by way of `a/three`", problem.Found);
    }

    [Fact]
    public void ChannelThatWaitsForItself_IsRefused()
    {
        Write("a/one", "[one]");

        Assert.StartsWith("this channel itself", Assert.Single(_folders.Open().Read("a/one")!.Problems).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void CircleThatIsOpened_IsNoCircleAnyMore()
    {
        Write("a/one", "[two]");
        Write("a/two", "[one]");
        var folder = _folders.Open();
        folder.ReadAll();

        Write("a/two");

        Assert.NotNull(folder.Read("a/two")!.Definition);
        Assert.NotNull(folder.Read("a/one")!.Definition);
    }

    private void Write(string name, string? dependsOn = null) => _folders.Write(
        $"{name}/channel.yaml", $"source: {{ type: sample, listen: 127.0.0.1:{++_port} }}\n" + (dependsOn is null ? "" : $"dependsOn: {dependsOn}\n"));
}
