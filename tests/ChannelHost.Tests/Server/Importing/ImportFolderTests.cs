using ChannelHost.Import;
using ChannelHost.Server;
using ChannelHost.Server.Importing;
using ChannelHost.Storage.Files;
using ChannelHost.Tests.Import;

namespace ChannelHost.Tests.Server.Importing;

/// <summary>An import over channels that are there already.</summary>
public sealed class ImportFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("import-folder-").FullName;
    private readonly ImportResult _result = Exports.Import(Exports.Channel());

    private string Group => Path.Join(_root, "imported");

    private string Channel => Path.Join(Group, "adt-in");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void NewOneCannotTakeItsPlace_OldOneIsBack()
    {
        Put("channel.yaml", "mine");
        Put("cases/a.hl7", "MSH|");
        var moves = 0;
        var folder = new ImportFolder(_root, new DurableFiles(), (from, to) =>
        {
            if (++moves == 2)
            {
                throw new IOException("the disk is full");
            }

            Directory.Move(from, to);
        });

        var failure = Assert.Throws<CommandFailure>(() => folder.Write(_result));

        Assert.Contains("the disk is full", failure.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Join(Channel, "channel.yaml")));
        Assert.Equal("MSH|", File.ReadAllText(Path.Join(Channel, "cases", "a.hl7")));
        Assert.Equal(["adt-in"], Directory.EnumerateFileSystemEntries(Group).Select(Path.GetFileName));
    }

    [Fact]
    public void NeitherCanTakeItsPlace_TheOldOneIsKeptAndNamed()
    {
        Put("channel.yaml", "mine");
        var moves = 0;
        var folder = new ImportFolder(_root, new DurableFiles(), (from, to) =>
        {
            if (++moves >= 2)
            {
                throw new IOException("no");
            }

            Directory.Move(from, to);
        });

        var failure = Assert.Throws<CommandFailure>(() => folder.Write(_result));

        var old = Assert.Single(Directory.EnumerateDirectories(Group));
        Assert.Contains(old, failure.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Join(old, "channel.yaml")));
    }

    [Fact]
    public void ImportThatWasKilledBetween_OldOneIsAnObstacle_AndItsCasesComeBack()
    {
        var old = Path.Join(Group, ".old-adt-in-abcdefgh.ijk");
        Directory.CreateDirectory(Path.Join(old, "cases"));
        File.WriteAllText(Path.Join(old, "cases", "a.hl7"), "MSH|");
        var folder = new ImportFolder(_root, new DurableFiles());

        Assert.Contains("imported/adt-in", folder.Obstacles(_result));
        folder.Write(_result);

        Assert.Equal("MSH|", File.ReadAllText(Path.Join(Channel, "cases", "a.hl7")));
        Assert.Equal(["adt-in"], Directory.EnumerateFileSystemEntries(Group).Select(Path.GetFileName));
    }

    [Fact]
    public void CasesStay_AndWhatIsReplacedIsSaid()
    {
        Put("channel.yaml", "mine");
        Put("notes.md", "mine too");
        Put("cases/deep/a.hl7", "MSH|");

        var words = Assert.Single(new ImportFolder(_root, new DurableFiles()).Write(_result));

        Assert.Equal("imported/adt-in was replaced: channel.yaml (had other content); notes.md (is no part of the import and was deleted)", words);
        Assert.Equal("MSH|", File.ReadAllText(Path.Join(Channel, "cases", "deep", "a.hl7")));
        Assert.NotEqual("mine", File.ReadAllText(Path.Join(Channel, "channel.yaml")));
    }

    [Fact]
    public void SameAgain_NothingIsReplaced()
    {
        var folder = new ImportFolder(_root, new DurableFiles());
        folder.Write(_result);

        Assert.Empty(folder.Write(_result));
    }

    private void Put(string name, string text)
    {
        var path = Path.Join(Channel, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
