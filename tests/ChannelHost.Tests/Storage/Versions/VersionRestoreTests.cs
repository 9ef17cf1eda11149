using System.Text.Json;
using ChannelHost.Storage.Versions;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Storage.Versions;

[Trait("Row", "S35")]
public sealed class VersionRestoreTests : IDisposable
{
    private const string Channel = "clinic/registration";

    private readonly TemporaryFolder _folder = new();
    private readonly VersionArchive _archive;
    private readonly VersionRestore _restore;

    public VersionRestoreTests()
    {
        _archive = new VersionArchive(_folder["data"]);
        _restore = new VersionRestore(_folder["channels"], _folder["data"], _archive, new FakeTimeProvider());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Restore_WritesWhatDiffers_RemovesWhatCameLater_AndLeavesTheRest()
    {
        var first = Ran(("channel.yaml", "one"), ("a.js", "a"));
        Ran(("channel.yaml", "two"), ("a.js", "a"), ("later.js", "later"));
        Write("notes.js", "mine");

        var result = _restore.Restore(Channel, first, "anna", "why");

        Assert.Equal([$"{Channel}/channel.yaml"], result.Written);
        Assert.Equal([$"{Channel}/later.js"], result.Removed);
        Assert.Null(result.SetAside);
        Assert.Equal(("one", "a", "mine"), (Read("channel.yaml"), Read("a.js"), Read("notes.js")));
        Assert.False(File.Exists(PathOf("later.js")));
    }

    [Fact]
    public void WhatNoVersionHolds_IsSetAside()
    {
        var first = Ran(("channel.yaml", "one"), ("a.js", "a"));
        Write("a.js", "an hour of work");

        var aside = _restore.Restore(Channel, first, "anna", "why").SetAside!;

        Assert.Equal("an hour of work", File.ReadAllText(Path.Combine(aside, "a.js")));
        Assert.Equal("a", Read("a.js"));
    }

    [Fact]
    public void SharedFiles_AreLeftAlone_AndNamedWhenTheyDiffer()
    {
        Write("../../lib/dates.js", "then");
        var first = _archive.Add(Channel, Some(), [new ChannelFile("lib/dates.js", "then"), new ChannelFile("config/base.yaml", "a: b\n"), new ChannelFile($"{Channel}/channel.yaml", "one")]);
        Write("../../lib/dates.js", "now");

        var result = _restore.Restore(Channel, first, "anna", "why");

        Assert.Equal(["lib/dates.js", "config/base.yaml"], result.SharedThatDiffer);
        Assert.Equal("now", File.ReadAllText(_folder["channels", "lib", "dates.js"]));
        Assert.False(File.Exists(_folder["channels", "config", "base.yaml"]));
    }

    [Fact]
    public void TextThatIsGone_ChangesNothing()
    {
        var first = Ran(("channel.yaml", "one"), ("a.js", "a"));
        Ran(("channel.yaml", "two"), ("a.js", "b"));
        File.Delete(Directory.GetFiles(_folder["data", "versions"], first.Files[1].Hash, SearchOption.AllDirectories).Single());

        Assert.Throws<StoreException>(() => _restore.Restore(Channel, first, "anna", "why"));

        Assert.Equal(("two", "b"), (Read("channel.yaml"), Read("a.js")));
        Assert.Empty(_restore.Resume());
    }

    [Fact]
    public void RestoreThatFails_PutsBackWhatItHadChanged_AndIsNotRepeated()
    {
        var first = Ran(("channel.yaml", "one"), ("a.js", "a"));
        Ran(("channel.yaml", "two"), ("a.js", "b"));
        Write("a.js", "an hour of work");

        // A folder where the last file has to go keeps the restore from finishing.
        File.Delete(PathOf("channel.yaml"));
        Directory.CreateDirectory(Path.Combine(PathOf("channel.yaml"), "x"));
        Assert.Throws<IOException>(() => _restore.Restore(Channel, first, "anna", "why"));

        Assert.Equal("an hour of work", Read("a.js"));
        Directory.Delete(PathOf("channel.yaml"), recursive: true);
        Assert.Empty(_restore.Resume());
        Assert.Equal("an hour of work", Read("a.js"));
        Assert.False(File.Exists(PathOf("channel.yaml")));
    }

    [Fact]
    public void RestoreThatWasCutOff_IsFinishedAtTheNextStart()
    {
        var (first, second) = (Ran(("channel.yaml", "one"), ("a.js", "a")), Ran(("channel.yaml", "two"), ("a.js", "b"), ("later.js", "c")));
        CutOff(first, second);
        Write("a.js", "a");

        var finished = Assert.Single(_restore.Resume());

        Assert.Equal((Channel, 1, "anna", "why", null), (finished.Restore.Channel, finished.Restore.Number, finished.Restore.Who, finished.Restore.Why, finished.Failure));
        Assert.Equal(("one", "a"), (Read("channel.yaml"), Read("a.js")));
        Assert.False(File.Exists(PathOf("later.js")));
        Assert.Empty(_restore.Resume());
    }

    [Fact]
    public void RestoreThatWasCutOff_WhenSomebodyWroteSince_IsDroppedAndSaid()
    {
        var (first, second) = (Ran(("channel.yaml", "one"), ("a.js", "a")), Ran(("channel.yaml", "two"), ("a.js", "b"), ("later.js", "c")));
        CutOff(first, second);
        Write("a.js", "newer");

        var dropped = Assert.Single(_restore.Resume());

        Assert.Contains("a.js was changed since", dropped.Failure!, StringComparison.Ordinal);
        Assert.Equal(("two", "newer", "c"), (Read("channel.yaml"), Read("a.js"), Read("later.js")));
        Assert.Empty(_restore.Resume());
    }

    [Fact]
    public void LargeFile_IsSetAsideWhole()
    {
        var first = Ran(("channel.yaml", "one"), ("a.js", "a"));
        var large = new string('x', 3_000_000);
        Write("a.js", large);

        var aside = _restore.Restore(Channel, first, "anna", "why").SetAside!;

        Assert.Equal(large, File.ReadAllText(Path.Combine(aside, "a.js")));
        Assert.Equal("a", Read("a.js"));
    }

    [Fact]
    public void FileThatCannotBeSetAside_KeepsEverythingAsItIs()
    {
        var first = Ran(("channel.yaml", "one"), ("a.js", "a"));
        Write("channel.yaml", "two");
        Write("a.js", "work");

        // A file where the folder for what is set aside should be.
        File.WriteAllText(Path.Combine(_folder["data"], "channels", "clinic", "registration", "set-aside"), "");
        Assert.ThrowsAny<IOException>(() => _restore.Restore(Channel, first, "anna", "why"));

        Assert.Equal(("two", "work"), (Read("channel.yaml"), Read("a.js")));
        Assert.Empty(_restore.Resume());
    }

    [Fact]
    public void RecordThatNamesAFileElsewhere_WritesNothingThere()
    {
        var forged = _archive.Add(Channel, Some(), [new ChannelFile($"{Channel}/../../../outside.js", "x"), new ChannelFile($"{Channel}/channel.yaml", "one")]);

        _restore.Restore(Channel, forged, "anna", "why");

        Assert.False(File.Exists(_folder["outside.js"]));
        Assert.Equal("one", Read("channel.yaml"));
    }

    // What a power cut leaves: the note, and any of the files as before or as after.
    private void CutOff(VersionRecord to, VersionRecord from)
    {
        var after = to.Files.ToDictionary(file => file.Name, file => file.Hash);
        var pending = new PendingRestore(Channel, to.Number, "anna", "why")
        {
            Files = [.. from.Files.Select(file => new RestoredFile(file.Name, file.Hash, after.GetValueOrDefault(file.Name)))],
        };
        File.WriteAllBytes(Path.Combine(_archive.FolderOf(Channel), "restore.json"), JsonSerializer.SerializeToUtf8Bytes(pending, VersionJson.Default.PendingRestore));
    }

    private VersionRecord Ran(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
        {
            Write(name, text);
        }

        return _archive.Add(Channel, Some(), [.. files.Select(file => new ChannelFile($"{Channel}/{file.Name}", file.Text))]);
    }

    private static VersionRecord Some() => new() { Number = 0, Version = "abc", At = DateTimeOffset.UnixEpoch, Who = "anna", Why = "", Files = [] };

    private string PathOf(string name) => Path.GetFullPath(Path.Combine(_folder["channels"], Channel, name));

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    private string Read(string name) => File.ReadAllText(PathOf(name));
}
