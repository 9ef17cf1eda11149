namespace ChannelHost.Tests.Scripting.Java;

public sealed class JavaFileTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("java-files-").FullName;

    private string In => Path.Combine(_root, "in");

    private string Out => Path.Combine(_root, "out");

    public JavaFileTests()
    {
        Directory.CreateDirectory(In);
        Directory.CreateDirectory(Out);
        File.WriteAllText(Path.Combine(In, "a.txt"), "first\nsecond\n");
        File.WriteAllText(Path.Combine(_root, "secret.txt"), "secret");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("var f = new java.io.File(IN, 'a.txt'); f.exists() + '|' + f.getName() + '|' + f.length() + '|' + f.isDirectory()", "string:true|a.txt|13|false")]
    [InlineData("var r = new java.io.BufferedReader(new java.io.FileReader(IN + '/a.txt')); r.readLine() + r.readLine() + r.readLine()", "string:firstsecondnull")]
    [InlineData("new java.lang.String(java.nio.file.Files.readAllBytes(java.nio.file.Paths.get(IN, 'a.txt'))).length()", "number:13")]
    [InlineData("Packages.org.apache.commons.io.IOUtils.toString(new java.io.FileInputStream(new java.io.File(IN + '/a.txt')), 'UTF-8').length", "number:13")]
    [InlineData("Packages.org.apache.commons.io.FileUtils.readLines(new java.io.File(IN + '/a.txt')).get(1)", "string:second")]
    [InlineData("var w = new java.io.FileWriter(OUT + '/w.txt', true); w.write('a'); w.close(); w = new java.io.FileWriter(OUT + '/w.txt', true); w.write('b'); w.close(); java.nio.file.Files.readString(java.nio.file.Paths.get(OUT, 'w.txt'))", "string:ab")]
    [InlineData("Packages.org.apache.commons.io.FileUtils.writeStringToFile(new java.io.File(OUT + '/deep/x.txt'), 'hé', 'UTF-8'); new java.io.File(OUT + '/deep').list()[0]", "string:x.txt")]
    [InlineData("var f = new java.io.File(OUT + '/n.txt'); f.createNewFile() + '|' + f.renameTo(new java.io.File(OUT + '/m.txt')) + '|' + f.exists() + '|' + new java.io.File(OUT + '/m.txt')['delete']()", "string:true|true|false|true")]
    [InlineData("new java.io.File(IN).listFiles(function (dir, name) { return name.endsWith('.txt'); }).length", "number:1")]
    [InlineData("var o = new java.io.ByteArrayOutputStream(); var z = new java.util.zip.GZIPOutputStream(o); z.write(new java.lang.String('hello').getBytes()); z.close(); String(new java.lang.String(new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(o.toByteArray())).readAllBytes()))", "string:hello")]
    [InlineData("var w = new java.io.StringWriter(); var p = new java.io.PrintWriter(w); p.println('x'); p.print(1); w.toString()", "string:x\n1")]
    [InlineData("new java.util.Scanner(new java.io.File(IN + '/a.txt')).useDelimiter('\\\\A').next()", "string:first\nsecond\n")]
    public void DeclaredFolders_CanBeUsed(string script, string expected) => Assert.Equal(expected, Eval(script));

    [Theory]
    [InlineData("new java.io.FileReader(ROOT + '/secret.txt')", "may not read")]
    [InlineData("new java.io.File(IN + '/../secret.txt').exists()", "may not read")]
    [InlineData("new java.io.FileWriter(IN + '/x.txt')", "may not write")]
    [InlineData("new java.io.File(IN + '/a.txt')['delete']()", "may not write")]
    [InlineData("java.nio.file.Files.copy(java.nio.file.Paths.get(ROOT + '/secret.txt'), java.nio.file.Paths.get(OUT + '/s.txt'))", "may not read")]
    [InlineData("new java.io.FileReader(IN + '/link')", "may not read")]
    [InlineData("new java.io.FileReader(IN + '/none.txt')", "java.io.FileNotFoundException")]
    public void WhatIsNotDeclared_IsRefused(string script, string reason)
    {
        File.CreateSymbolicLink(Path.Combine(In, "link"), Path.Combine(_root, "secret.txt"));

        var result = Eval(script);

        Assert.StartsWith("throws:", result, StringComparison.Ordinal);
        Assert.Contains(reason, result, StringComparison.Ordinal);
    }

    [Fact]
    public void FileThatAScriptLeftOpen_IsWrittenAndClosedWhenTheRunEnds()
    {
        Eval("new java.io.FileWriter(OUT + '/left.txt').write('all of it'); 1");

        Assert.Equal("all of it", File.ReadAllText(Path.Combine(Out, "left.txt")));
    }

    [Fact]
    public void StreamThatCannotBeWrittenWhenTheRunEnds_IsTheMessagesError_AndTheRestIsClosed()
    {
        var result = Eval(
            "var left = new java.io.FileWriter(OUT + '/left.txt'); left.write('all of it');"
            + "var o = new java.io.FileOutputStream(OUT + '/x.txt'); var w = new java.io.OutputStreamWriter(o); w.write('lost'); o.close(); 1");

        Assert.StartsWith("throws:", result, StringComparison.Ordinal);
        Assert.Contains("closed", result, StringComparison.Ordinal);
        Assert.Equal("all of it", File.ReadAllText(Path.Combine(Out, "left.txt")));
    }

    [Fact]
    public void RunThatCannotCloseItsFiles_GivesItsLocksBack()
    {
        var bench = JavaBench.Bench(Compatibility.None, Access);
        var broken = $"globalMap.lock('k'); var o = new java.io.FileOutputStream('{Out}/x.txt'); var w = new java.io.OutputStreamWriter(o); w.write('lost'); o.close();";

        Assert.Equal("error", bench.Fail(broken).Kind);
        Assert.Equal(1.0, bench.Value("(globalMap.lock('k'), 1)"));
    }

    [Theory]
    [InlineData("new java.io.File(ROOT + '/secret.txt').deleteOnExit(); 1")]
    [InlineData("new java.io.File(IN + '/a.txt').deleteOnExit(); 1")]
    public void FileThatMayNotBeWritten_IsRefusedWhereItsDeletionIsAskedFor(string script)
    {
        var result = Eval($"(function () {{ try {{ {script} }} catch (e) {{ return String(e); }} return ''; }})()");

        Assert.Contains("may not write", result, StringComparison.Ordinal);
        Assert.DoesNotContain("throws:", result, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_root, "secret.txt")) && File.Exists(Path.Combine(In, "a.txt")));
    }

    private ScriptAccess Access => new() { Folders = [new FolderAccess(In, CanWrite: false), new FolderAccess(Out, CanWrite: true)] };

    private string Eval(string script) => JavaBench.Eval(
        $"var ROOT = '{_root}', IN = '{In}', OUT = '{Out}'; " + script,
        access: Access);
}
