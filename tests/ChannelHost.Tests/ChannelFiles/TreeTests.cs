namespace ChannelHost.Tests.ChannelFiles;

public sealed class TreeTests : IDisposable
{
    private readonly Folders _folders = new();

    [Fact]
    public void Channels_AreFoundInOrderOfName()
    {
        Channel("clinic/registration", 1);
        Channel("clinic/billing", 2);
        Channel("alone", 3);
        Channel("a/b/c/deep", 4);
        Channel(".git/hidden", 5);
        Channel("_drafts/hidden", 6);
        Channel("clinic/.hidden", 7);
        Channel("lib/no-channel", 8);
        Channel("clinic/lib", 9);
        _folders.Write("README.md", "for people");

        var readings = _folders.Open().ReadAll();

        Assert.Equal(["a/b/c/deep", "alone", "clinic/billing", "clinic/lib", "clinic/registration"], readings.Select(reading => reading.Name));
        Assert.All(readings, reading => Folders.Good(reading));
    }

    [Fact]
    public void GroupOrChannel_CanBeReadAlone()
    {
        Channel("clinic/registration", 1);
        Channel("clinic/billing", 2);
        Channel("clinics/other", 3);
        var folder = _folders.Open();

        Assert.Equal(["clinic/billing", "clinic/registration"], folder.ReadAll("clinic").Select(reading => reading.Name));
        Assert.Equal(["clinic/billing", "clinic/registration"], folder.ReadAll(_folders.PathOf("clinic/")).Select(reading => reading.Name));
        Assert.Equal(["clinic/billing"], folder.ReadAll("clinic/billing").Select(reading => reading.Name));
        Assert.Equal(3, folder.ReadAll(_folders.Root).Count);
        Assert.Empty(folder.ReadAll("nothing"));
        Assert.Equal("a folder outside the channels folder", Folders.Only(Assert.Single(folder.ReadAll("/etc"))).Found);
    }

    [Theory]
    [InlineData("clinic")]
    [InlineData("nothing")]
    [InlineData("")]
    [InlineData("../channels")]
    [InlineData("clinic//registration")]
    [InlineData("clinic/registration/")]
    [InlineData(".git/hidden")]
    [InlineData("lib/no-channel")]
    [InlineData("clinic/registration/nested")]
    public void NameOfNoChannel_ReadsNothing(string name)
    {
        Channel("clinic/registration", 1);
        Channel("clinic/registration/nested", 2);
        Channel(".git/hidden", 3);
        Channel("lib/no-channel", 4);

        Assert.Null(_folders.Open().Read(name));
    }

    [Fact]
    public void DeletedChannel_ReadsNothing()
    {
        Channel("clinic/registration", 1);
        var folder = _folders.Open();
        Assert.NotNull(folder.Read("clinic/registration"));

        Directory.Delete(_folders.PathOf("clinic"), recursive: true);

        Assert.Null(folder.Read("clinic/registration"));
        Assert.Empty(folder.ReadAll());
    }

    [Fact]
    public void ChannelInsideAChannel_IsAProblem()
    {
        Channel("clinic", 1);
        Channel("clinic/registration", 2);

        var problem = Folders.Only(Assert.Single(_folders.Open().ReadAll()));

        Assert.Equal(("clinic/registration/channel.yaml", "a channel inside another channel's folder"), (problem.File, problem.Found));
    }

    [Theory]
    [InlineData("My Channel")]
    [InlineData("Übung")]
    [InlineData("bad name/channel")]
    public void OddName_IsAProblem(string name)
    {
        Channel(name, 1);

        Assert.EndsWith("1 to 64 letters (a to z), digits, -, _ and .", Folders.Only(Assert.Single(_folders.Open().ReadAll())).Wanted);
    }

    [Theory]
    [InlineData("channel.yml")]
    [InlineData("Channel.yaml")]
    public void MisnamedFile_IsAProblem(string file)
    {
        _folders.Write($"a/{file}", Folders.Minimal);

        var reading = Assert.Single(_folders.Open().ReadAll());

        Assert.Null(reading.Definition);
        Assert.Contains(reading.Problems, problem => problem == new ChannelProblem($"a/{file}", 0, 0, "", $"the file name `{file}`", "`channel.yaml`"));
    }

    [Fact]
    public void ChannelOutsideAFolder_IsAProblem()
    {
        _folders.Write("channel.yaml", Folders.Minimal);
        Channel("a", 1);

        var readings = _folders.Open().ReadAll();

        Assert.Equal(["a", "channel.yaml"], readings.Select(reading => reading.Name));
        Assert.Equal("a channel that is not in a folder of its own", Folders.Only(readings[1]).Found);
    }

    [Fact]
    public void MissingChannelsFolder_IsAProblem()
    {
        Directory.Delete(_folders.Root);

        var problem = Folders.Only(Assert.Single(_folders.Open().ReadAll()));

        Assert.Equal($"no folder {_folders.Root}", problem.Found);
        Directory.CreateDirectory(_folders.Root);
    }

    [Fact]
    public void LinksInCircles_EndAndHideNothing()
    {
        Channel("clinic/registration", 1);
        Channel("other/billing", 2);
        foreach (var (link, target) in new[] { ("clinic/up", ".."), ("clinic/self", "."), ("clinic/other", "../other"), ("other/clinic", "../clinic"), ("loop", "loop"), ("gone", "nowhere") })
        {
            Directory.CreateSymbolicLink(_folders.PathOf(link), target);
        }

        Assert.Equal(["clinic/registration", "other/billing"], _folders.Open().ReadAll().Select(reading => reading.Name));
    }

    [Fact]
    public void LinkedFolder_IsReadUnderItsLinksName()
    {
        using var elsewhere = new Folders();
        elsewhere.Write("released/channel.yaml", Folders.Minimal + "filter: filter.js\n");
        elsewhere.Write("released/filter.js", "return true");
        Directory.CreateSymbolicLink(_folders.PathOf("current"), elsewhere.PathOf("released"));

        var channel = Folders.Good(Assert.Single(_folders.Open().ReadAll()));

        Assert.Equal("current", channel.Name);
        Assert.Equal("current/filter.js", channel.Filter!.Name);
    }

    [Fact]
    public void FilesLinkedFromOutside_AreNotShown()
    {
        using var elsewhere = new Folders();
        elsewhere.Write("private", "root:secret\n");
        elsewhere.Write("private.js", "BAD secret\n");
        Channel("a", 1);
        Directory.CreateDirectory(_folders.PathOf("b"));
        Directory.CreateDirectory(_folders.PathOf("lib"));
        File.CreateSymbolicLink(_folders.PathOf("b/channel.yaml"), elsewhere.PathOf("private"));
        File.CreateSymbolicLink(_folders.PathOf("lib/private.js"), elsewhere.PathOf("private.js"));
        _folders.Write("a/channel.yaml", Folders.Minimal + "filter: |\n  return true\n");

        var readings = _folders.Open().ReadAll();

        Assert.Equal(
            new ChannelProblem("lib/private.js", 0, 0, "", "a link that leads out of the channels folder", "a file inside it"), Folders.Only(readings[0]));
        Assert.Equal(
            new ChannelProblem("b/channel.yaml", 0, 0, "", "a link that leads out of the channels folder", "a file inside it"), Folders.Only(readings[1]));
    }

    [Fact]
    public void LinksInsideTheLibrary_MakeNoScriptTwice()
    {
        _folders.Write("a/channel.yaml", Folders.Minimal + "filter: |\n  return true\n");
        _folders.Write("lib/hl7/dates.js", "one");
        _folders.Write("lib/_old/dates.js", "old");
        Directory.CreateSymbolicLink(_folders.PathOf("lib/self"), ".");
        Directory.CreateSymbolicLink(_folders.PathOf("lib/hl7/up"), "..");

        Assert.Equal("lib/hl7/dates.js", Assert.Single(Folders.Good(_folders.Open().Read("a")!).Library).Name);
    }

    [Fact]
    public async Task FolderThatChangesWhileItIsRead_BreaksNothing()
    {
        Channel("steady", 9);
        var folder = _folders.Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var changes = Task.Run(() =>
        {
            for (var round = 0; !stop.IsCancellationRequested; round++)
            {
                Channel($"group/c{round % 5}", 1000 + (round % 7));
                _folders.Write($"group/c{round % 5}/transform.js", "x");
                _folders.Write("lib/shared.js", $"{round}");
                if (Directory.Exists(_folders.PathOf($"group/c{(round + 2) % 5}")))
                {
                    Directory.Delete(_folders.PathOf($"group/c{(round + 2) % 5}"), recursive: true);
                }
            }
        }, TestContext.Current.CancellationToken);

        for (var round = 0; round < 200 && !changes.IsFaulted; round++)
        {
            Folders.Good(folder.ReadAll().Single(reading => reading.Name == "steady"));
            folder.Read($"group/c{round % 5}");
        }

        await stop.CancelAsync();
        await changes;
    }

    public void Dispose() => _folders.Dispose();

    private void Channel(string name, int port) => _folders.Write($"{name}/channel.yaml", $"source: {{ type: sample, listen: 127.0.0.1:{port} }}\n");
}
