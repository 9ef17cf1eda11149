using System.Diagnostics;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.Java;

/// <summary>Files that are none, and files that are too many.</summary>
public sealed class JavaOpenFilesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("java-open-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("new java.io.FileReader(ROOT + '/pipe')")]
    [InlineData("java.nio.file.Files.readAllBytes(java.nio.file.Paths.get(ROOT + '/pipe'))")]
    [InlineData("new java.io.FileWriter(ROOT + '/pipe')")]
    [InlineData("FileUtil.read(ROOT + '/pipe')")]
    [InlineData("FileUtil.write(ROOT + '/pipe', true, 'x')")]
    [InlineData("Packages.org.apache.commons.io.FileUtils.copyFile(new java.io.File(ROOT + '/pipe'), new java.io.File(ROOT + '/copy'))")]
    public async Task Pipe_IsRefusedAtOnce(string script)
    {
        using var mkfifo = Process.Start("mkfifo", Path.Combine(_root, "pipe"));
        await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);

        // A run that waited would only be ended from outside: its limit of time is asked between statements.
        var result = await Task.Run(() => Eval(script), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.StartsWith("throws:", result, StringComparison.Ordinal);
        Assert.Contains("no regular file", result, StringComparison.Ordinal);
    }

    [Fact]
    public void Device_IsRefused()
    {
        var result = JavaBench.Eval("new java.io.FileReader('/dev/zero').read()", access: new ScriptAccess { Folders = [new FolderAccess("/dev", CanWrite: false)] });

        Assert.Contains("no regular file", result, StringComparison.Ordinal);
    }

    [Fact]
    public void Overwriting_CutsTheFile_AndAppendingKeepsIt()
    {
        var file = Path.Combine(_root, "a.txt");
        File.WriteAllText(file, "something long");

        Assert.Equal("number:1", Eval("FileUtil.write(ROOT + '/a.txt', false, 'ab'); FileUtil.write(ROOT + '/a.txt', true, 'cd'); 1"));
        Assert.Equal("abcd", File.ReadAllText(file));
    }

    [Fact]
    public void MoreThan64OpenFiles_AreRefused_AndAllAreClosedWhenTheRunEnds()
    {
        var result = Eval("var n = 0, why; try { for (;;) { new java.io.FileOutputStream(ROOT + '/f' + n).write(65); n++; } } catch (e) { why = String(e); }; n + ' ' + why");

        Assert.StartsWith("string:64 ", result, StringComparison.Ordinal);
        Assert.Contains("holds 64 files open", result, StringComparison.Ordinal);
        Assert.Equal("A", File.ReadAllText(Path.Combine(_root, "f63")));
    }

    [Fact]
    public void FilesThatTheScriptCloses_DoNotCount()
    {
        var result = Eval("for (var i = 0; i < 300; i++) { var w = new java.io.FileWriter(ROOT + '/f'); w.write('x' + i); w.close(); var r = new java.io.FileReader(ROOT + '/f'); r.read(); r.close(); }; i");

        Assert.Equal("number:300", result);
        Assert.Equal("x299", File.ReadAllText(Path.Combine(_root, "f")));
    }

    [Fact]
    public void OpenFilesOfOneRun_AreNoMattersOfTheNext()
    {
        var bench = JavaBench.Bench(Compatibility.None, Access);
        var script = $"for (var i = 0; i < 60; i++) new java.io.FileOutputStream('{_root}/f' + i);";

        for (var run = 0; run < 3; run++)
        {
            Assert.Null(bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, script)).Error);
        }
    }

    [Theory]
    [InlineData("var o = new java.io.ByteArrayOutputStream(); var z = new java.util.zip.ZipOutputStream(o); z.putNextEntry(new java.util.zip.ZipEntry('a/b.txt')); z.write(new java.lang.String('hello').getBytes()); z.closeEntry(); z.putNextEntry(new java.util.zip.ZipEntry('c')); z.write(65); z.close(); var i = new java.util.zip.ZipInputStream(new java.io.ByteArrayInputStream(o.toByteArray())); var s = ''; for (var e = i.getNextEntry(); e != null; e = i.getNextEntry()) { s += e.getName() + '=' + new java.lang.String(i.readAllBytes()) + ';'; }; s", "string:a/b.txt=hello;c=A;")]
    [InlineData("var z = new java.util.zip.ZipOutputStream(new java.io.FileOutputStream(ROOT + '/x.zip')); z.putNextEntry(new java.util.zip.ZipEntry('a')); z.write(new java.lang.String('in file').getBytes()); z.close(); var f = new java.util.zip.ZipFile(ROOT + '/x.zip'); var r = new java.io.BufferedReader(new java.io.InputStreamReader(f.getInputStream(f.getEntry('a')))); r.readLine() + f.size() + f.entries().nextElement().getSize()", "string:in file17")]
    [InlineData("var d = new java.util.zip.Deflater(); d.setInput(new java.lang.String('aaaaaaaaaabbbbbbbbbb').getBytes()); d.finish(); var b = java.lang.reflect.Array.newInstance(java.lang.Byte.TYPE, 100); var n = d.deflate(b); var i = new java.util.zip.Inflater(); i.setInput(b, 0, n); var t = java.lang.reflect.Array.newInstance(java.lang.Byte.TYPE, 100); var m = i.inflate(t); d.finished() + ' ' + i.finished() + ' ' + new java.lang.String(t, 0, m)", "string:true true aaaaaaaaaabbbbbbbbbb")]
    public void Archives_AreWrittenAndRead(string script, string expected) => Assert.Equal(expected, Eval(script));

    [Fact]
    public void ZipThatAScriptLeftOpen_IsWhole()
    {
        Eval("var z = new java.util.zip.ZipOutputStream(new java.io.FileOutputStream(ROOT + '/left.zip')); z.putNextEntry(new java.util.zip.ZipEntry('a')); z.write(65); 1");

        using var archive = System.IO.Compression.ZipFile.OpenRead(Path.Combine(_root, "left.zip"));
        Assert.Equal(1, Assert.Single(archive.Entries).Length);
    }

    [Theory]
    [InlineData("GZIPOutputStream", "GZIPInputStream")]
    [InlineData("DeflaterOutputStream", "InflaterInputStream")]
    public void Bomb_IsRefused(string output, string input)
    {
        var result = Eval(
            $"var o = new java.io.ByteArrayOutputStream(); var z = new java.util.zip.{output}(o); var b = java.lang.reflect.Array.newInstance(java.lang.Byte.TYPE, 1000000); "
            + $"for (var k = 0; k < 5; k++) z.write(b); z.close(); new java.util.zip.{input}(new java.io.ByteArrayInputStream(o.toByteArray())).readAllBytes().length");

        Assert.Contains("java.util.zip.ZipException", result, StringComparison.Ordinal);
        Assert.Contains("200 times", result, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("toCharArray().length")]
    [InlineData("lines().size()")]
    public void SingleCallThatWouldTakeTooMuch_MeetsTheLimitOfMemory(string call)
    {
        var result = JavaBench.Eval($"new java.lang.String('a\\n'.repeat(10000000)).{call}");

        Assert.StartsWith("throws:", result, StringComparison.Ordinal);
        Assert.Contains("memory", result, StringComparison.Ordinal);
    }

    private ScriptAccess Access => new() { Folders = [new FolderAccess(_root, CanWrite: true)] };

    private string Eval(string script) => JavaBench.Eval($"var ROOT = '{_root}'; " + script, access: Access);
}
