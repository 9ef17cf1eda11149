using ChannelHost.Storage.Files;

namespace ChannelHost.Tests.Storage.Files;

public sealed class DurableFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DurableFiles _files = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_LeavesTheWholeFileUnderItsNameAndNothingElse()
    {
        var path = _folder["out.hl7"];

        _files.Write(path, "content"u8, overwrite: false);

        Assert.Equal("content", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Move_AcrossFileSystemsOfWhatCannotBeDeleted_FailsAndLeavesNoCopy()
    {
        // The kernel's own files: another file system, and nobody may delete them, not even root.
        var failure = Assert.Throws<IOException>(() => _files.Move("/proc/self/status", _folder["copy"]));

        Assert.Contains("cannot delete", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Write_OfAnExistingFile_FailsUnlessToldToOverwrite()
    {
        var path = _folder["out.hl7"];
        File.WriteAllText(path, "old");

        var failure = Assert.Throws<IOException>(() => _files.Write(path, "new"u8, overwrite: false));

        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains("File exists", failure.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
        _files.Write(path, "new"u8, overwrite: true);
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void Write_ByManyAtOnce_GivesTheNameToOneOnly()
    {
        var path = _folder["out.hl7"];
        var written = 0;

        Parallel.For(0, 50, number =>
        {
            try
            {
                _files.Write(path, BitConverter.GetBytes(number), overwrite: false);
                Interlocked.Increment(ref written);
            }
            catch (IOException failure)
            {
                Assert.Contains("File exists", failure.Message, StringComparison.Ordinal);
            }
        });

        Assert.Equal(1, written);
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Write_IntoAMissingFolder_NamesIt()
    {
        var failure = Assert.Throws<IOException>(() => _files.Write(_folder["none", "out.hl7"], "x"u8, overwrite: true));

        Assert.Contains(_folder["none"], failure.Message, StringComparison.Ordinal);
        Assert.Contains("No such file or directory", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Append_AddsToTheEnd()
    {
        var path = _folder["audit.log"];

        _files.Append(path, "one\n"u8);
        _files.Append(path, "two\n"u8);

        Assert.Equal("one\ntwo\n", File.ReadAllText(path));
    }

    [Fact]
    public void Move_TakesTheFileAndNeverOverwrites()
    {
        Directory.CreateDirectory(_folder["done"]);
        File.WriteAllText(_folder["a"], "a");
        File.WriteAllText(_folder["b"], "b");

        _files.Move(_folder["a"], _folder["done", "a"]);

        Assert.Equal("a", File.ReadAllText(_folder["done", "a"]));
        Assert.Throws<IOException>(() => _files.Move(_folder["b"], _folder["done", "a"]));
        Assert.Equal("b", File.ReadAllText(_folder["b"]));
        Assert.False(File.Exists(_folder["a"]));
    }

    [Fact]
    public void Move_ToAnotherDisk_CopiesWhole()
    {
        const string other = "/dev/shm";
        Assert.SkipUnless(Directory.Exists(other), "needs /dev/shm, a file system of its own");
        var content = new byte[1 << 20];
        new Random(3).NextBytes(content);
        File.WriteAllBytes(_folder["big"], content);
        var target = Path.Combine(other, $"channelhost-{Guid.NewGuid():n}");
        try
        {
            _files.Move(_folder["big"], target);

            Assert.Equal(content, File.ReadAllBytes(target));
            Assert.False(File.Exists(_folder["big"]));
        }
        finally
        {
            File.Delete(target);
        }
    }

    [Fact]
    public void Delete_RemovesAndSaysWhenItCannot()
    {
        File.WriteAllText(_folder["a"], "a");

        _files.Delete(_folder["a"]);

        Assert.False(File.Exists(_folder["a"]));
        Assert.Throws<IOException>(() => _files.Delete(_folder["a"]));
    }
}
