using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.UserClasses;

public sealed class FileClassTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("script-files");
    private readonly MirthBench _bench;

    public FileClassTests()
    {
        Directory.CreateDirectory(Path.Combine(_root.FullName, "read"));
        Directory.CreateDirectory(Path.Combine(_root.FullName, "write"));
        Directory.CreateDirectory(Path.Combine(_root.FullName, "secret"));
        File.WriteAllText(Path.Combine(_root.FullName, "read", "in.txt"), "content");
        File.WriteAllText(Path.Combine(_root.FullName, "secret", "key.txt"), "secret");
        File.CreateSymbolicLink(Path.Combine(_root.FullName, "read", "link.txt"), Path.Combine(_root.FullName, "secret", "key.txt"));
        _bench = new MirthBench(environment => environment with
        {
            Access = new ScriptAccess { Folders = [new FolderAccess(Path.Combine(_root.FullName, "read"), false), new FolderAccess(Path.Combine(_root.FullName, "write"), true)] },
        });
    }

    [Fact]
    public void DeclaredFolders_AreReadAndWritten()
    {
        Assert.Equal("content", _bench.Text($"FileUtil.read('{_root.FullName}/read/in.txt')"));
        Assert.Equal("7", _bench.Text($"FileUtil.readBytes('{_root.FullName}/read/in.txt').length"));

        _bench.Out($"FileUtil.write('{_root.FullName}/write/new/out.txt', false, 'one'); FileUtil.write('{_root.FullName}/write/new/out.txt', true, FileUtil.decode('dHdv'));");

        Assert.Equal("onetwo", File.ReadAllText(Path.Combine(_root.FullName, "write", "new", "out.txt")));
    }

    [Theory]
    [InlineData("FileUtil.read('ROOT/secret/key.txt')")]
    [InlineData("FileUtil.read('ROOT/read/../secret/key.txt')")]
    [InlineData("FileUtil.read('ROOT/read/link.txt')")]
    [InlineData("FileUtil.write('ROOT/read/in.txt', false, 'x')")]
    [InlineData("FileUtil.write('ROOT/written-beside', false, 'x')")]
    public void AllElse_IsRefused(string script)
    {
        var error = _bench.Fail(script.Replace("ROOT", _root.FullName, StringComparison.Ordinal));

        Assert.Contains("java.lang.SecurityException", error.Message, StringComparison.Ordinal);
        Assert.Contains("declare access", error.Message, StringComparison.Ordinal);
        Assert.Equal("content", File.ReadAllText(Path.Combine(_root.FullName, "read", "in.txt")));
    }

    public void Dispose() => _root.Delete(recursive: true);
}
