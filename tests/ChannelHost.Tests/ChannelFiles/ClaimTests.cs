namespace ChannelHost.Tests.ChannelFiles;

[Trait("Row", "F68")]
public sealed class ClaimTests : IDisposable
{
    private readonly Folders _folders = new();

    [Fact]
    public void SecondChannelOnAPort_IsRefusedNamingTheFirst()
    {
        Channel("b", 6661);
        Channel("a", 6661);
        Channel("c", 6662);

        var readings = _folders.Open().ReadAll();

        Folders.Good(readings[0]);
        Assert.Equal(
            new ChannelProblem(
                "b/channel.yaml", 3, 11, "source.listen", "`tcp:127.0.0.1:6661`, which the channel `a` has",
                "one that no other channel has, or the other channel with `enabled: false`"),
            Folders.Only(readings[1]));
        Folders.Good(readings[2]);
    }

    [Fact]
    public void DisabledChannel_ClaimsNothing()
    {
        Channel("a", 6661, "enabled: false\n");
        Channel("b", 6661);

        Assert.All(_folders.Open().ReadAll(), reading => Folders.Good(reading));
    }

    [Fact]
    public void NewChannelReadAlone_IsRefusedForOneThatRuns()
    {
        Channel("b", 6661);
        var folder = _folders.Open();
        folder.ReadAll();
        Channel("a", 6661);

        Assert.StartsWith("`tcp:127.0.0.1:6661`, which the channel `b` has", Folders.Only(folder.Read("a")!).Found);
    }

    [Fact]
    public void ChannelsThatSwapPorts_AreBothGood()
    {
        Channel("a", 6661);
        Channel("b", 6662);
        var folder = _folders.Open();
        folder.ReadAll();

        Channel("a", 6662);
        Channel("b", 6661);

        Folders.Good(folder.Read("a")!);
        Folders.Good(folder.Read("b")!);
    }

    [Fact]
    public void PortOfADeletedChannel_IsFree()
    {
        Channel("a", 6661);
        Channel("b", 6661);
        var folder = _folders.Open();
        folder.ReadAll();

        Directory.Delete(_folders.PathOf("a"), recursive: true);

        Folders.Good(folder.Read("b")!);
    }

    [Fact]
    [Trait("Row", "F69")]
    public void AddressFromTheEnvironment_IsNotShown()
    {
        _folders.Environment["LISTEN"] = "10.9.8.7:6661";
        _folders.Write("a/channel.yaml", "source: { type: sample, listen: \"${env:LISTEN}\" }\n");
        _folders.Write("b/channel.yaml", "source: { type: sample, listen: \"${env:LISTEN}\" }\n");

        Assert.Equal("`tcp:${env:LISTEN}`, which the channel `a` has", Folders.Only(_folders.Open().ReadAll()[1]).Found);
    }

    public void Dispose() => _folders.Dispose();

    private void Channel(string name, int port, string more = "") =>
        _folders.Write($"{name}/channel.yaml", $"source:\n  type: sample\n  listen: 127.0.0.1:{port}\n{more}");
}
