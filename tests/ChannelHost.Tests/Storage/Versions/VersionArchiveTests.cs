using ChannelHost.Storage.Versions;

namespace ChannelHost.Tests.Storage.Versions;

[Trait("Row", "S35")]
public sealed class VersionArchiveTests : IDisposable
{
    private const string Channel = "clinic/registration";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Version_IsKeptWithItsTexts_AndReadBackByAnotherProcess()
    {
        var record = new VersionArchive(_folder.Path).Add(Channel, Some(), [new ChannelFile("clinic/registration/channel.yaml", "\uFEFFsource: ä\r\n")]);

        var archive = new VersionArchive(_folder.Path);
        var read = archive.Latest(Channel)!;

        Assert.Equal(1, record.Number);
        Assert.Equal(("anna", "because", true, 7, "prod"), (read.Who, read.Why, read.Forced, read.RestoredFrom, read.Environment));
        Assert.Equal("\uFEFFsource: ä\r\n", archive.TextOf(Assert.Single(read.Files)));
        Assert.Empty(archive.List("clinic/other"));
        Assert.Null(archive.Find(Channel, 2));
    }

    [Fact]
    public void SameText_IsKeptOnce_ForAllChannels()
    {
        var archive = new VersionArchive(_folder.Path);
        var shared = new ChannelFile("lib/dates.js", "function day() {}\n");

        archive.Add(Channel, Some(), [shared]);
        archive.Add(Channel, Some(), [shared]);
        archive.Add("clinic/other", Some(), [shared]);

        Assert.Single(Texts());
        Assert.Equal([2, 1], archive.List(Channel).Select(version => version.Number));
    }

    [Fact]
    public void DamagedText_IsNotGivenOut()
    {
        var archive = new VersionArchive(_folder.Path);
        var file = archive.Add(Channel, Some(), [new ChannelFile("a.js", "good")]).Files[0];

        File.WriteAllText(Texts().Single(), "evil");
        Assert.Contains("damaged", Assert.Throws<StoreException>(() => archive.TextOf(file)).Message, StringComparison.Ordinal);
        File.Delete(Texts().Single());
        Assert.Contains("gone", Assert.Throws<StoreException>(() => archive.TextOf(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedRecord_IsLeftOut_AndItsNumberIsNotGivenAgain()
    {
        var archive = new VersionArchive(_folder.Path);
        archive.Add(Channel, Some(), []);
        archive.Add(Channel, Some(), []);
        File.WriteAllText(Path.Combine(archive.FolderOf(Channel), "000002.json"), "{ half");

        Assert.Equal(1, archive.Latest(Channel)!.Number);
        Assert.Equal(3, archive.Add(Channel, Some(), []).Number);
    }

    [Fact]
    public void BeyondTheLimit_TheOldestGo_WithTextsThatNobodyElseNames()
    {
        var archive = new VersionArchive(_folder.Path);
        archive.Add("clinic/other", Some(), [new ChannelFile("lib/shared.js", "shared")]);
        archive.Add(Channel, Some(), [new ChannelFile("lib/shared.js", "shared"), new ChannelFile("a.js", "only here")]);
        for (var number = 2; number <= VersionArchive.Most; number++)
        {
            // Placed as they are: a thousand synced writes would tell no more.
            File.Copy(Path.Combine(archive.FolderOf("clinic/other"), "000001.json"), Path.Combine(archive.FolderOf(Channel), $"{number:D6}.json"));
        }

        var last = archive.Add(Channel, Some(), [new ChannelFile("a.js", "newest")]);

        Assert.Equal(VersionArchive.Most + 1, last.Number);
        Assert.Equal(VersionArchive.Most + 1 - 100, archive.List(Channel).Count);
        Assert.Equal("newest", archive.TextOf(last.Files[0]));
        Assert.Equal(["newest", "shared"], Texts().Select(File.ReadAllText).Order());
    }

    [Fact]
    public void NameThatLeadsElsewhere_IsRefused() =>
        Assert.Throws<StoreException>(() => new VersionArchive(_folder.Path).Add("../../etc", Some(), []));

    private static VersionRecord Some() => new()
    {
        Number = 0, Version = "abc", At = DateTimeOffset.UnixEpoch, Who = "anna", Why = "because", Forced = true, RestoredFrom = 7, Environment = "prod", Files = [],
    };

    private string[] Texts() => Directory.GetFiles(_folder["versions"], "*", SearchOption.AllDirectories);
}
