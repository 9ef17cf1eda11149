using ChannelHost.Scripting;

namespace ChannelHost.Tests.Scripting.Java;

public sealed class JavaSurveyTests
{
    [Theory]
    [InlineData("var i = 1;\nvar a = new java.awt.Image();", 2, 13, "java.awt.Image", true)]
    [InlineData("Packages.com.example.lib.Thing.go(1)", 1, 1, "com.example.lib.Thing", true)]
    [InlineData("java.util.Arrays.parallelSort(x)", 1, 1, "java.util.Arrays.parallelSort", true)]
    [InlineData("var l = new java.util.ArrayList(); l.stream();", 1, 36, "java.util.ArrayList.stream", true)]
    [InlineData("var l = new java.util.ArrayList(); l.fly();", 1, 36, "java.util.ArrayList.fly", true)]
    [InlineData("importPackage(Packages.com.jcraft.jsch);", 1, 15, "com.jcraft.jsch", true)]
    [InlineData("java.sql.DriverManager.getConnection('x')", 1, 1, "java.sql.DriverManager", false)]
    [InlineData("var f = new java.io.File('/var/in/a.txt');", 1, 13, "java.io.File", false)]
    [InlineData("importPackage(java.io); var f = new FileReader('/in/a');", 1, 37, "java.io.FileReader", false)]
    [InlineData("FileUtil.read('/var/in/a.txt')", 1, 1, "FileUtil.read", false)]
    [InlineData("DatabaseConnectionFactory.createDatabaseConnection('d', 'jdbc:postgresql://db/x?password=secret', 'u', 'p')", 1, 1, "DatabaseConnectionFactory.createDatabaseConnection", false)]
    [InlineData("new org.apache.http.client.methods.HttpPost('https://api.example.org/v1')", 1, 5, "org.apache.http.client.methods.HttpPost", false)]
    [InlineData("java.lang.System.getenv('KEY')", 1, 1, "java.lang.System.getenv", false)]
    [InlineData("FileUtil.explode()", 1, 1, "FileUtil.explode", true)]
    [InlineData("for each (var x in msg..OBX) { java.awt.Toolkit.beep(); }", 1, 32, "java.awt.Toolkit", true)]
    public void WhatIsNotHereOrMustBeDeclared_IsFoundAtItsPlace(string script, int line, int column, string name, bool isUnsupported)
    {
        var finding = Assert.Single(Survey(script));

        Assert.Equal((line, column, name, isUnsupported), (finding.Line, finding.Column, finding.Name, finding.IsUnsupported));
        Assert.DoesNotContain("secret", finding.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("var s = new java.lang.String('a'); s.equals('b'); s.match(/a/); s.padStart(3);")]
    [InlineData("var m = new java.util.HashMap(); m.put('a', 1); m.a; m.whatever;")]
    [InlineData("var x = new java.util.ArrayList(); x = other(); x.fly();")]
    [InlineData("function f(x) { x.fly(); } var x = new java.util.ArrayList();")]
    [InlineData("var org = { Thing: 1 }; org.Thing.go();")]
    [InlineData("var net = msg['PV1']; net.Total;")]
    [InlineData("importPackage(java.util); var d = new Date(); d.toISOString(); new ArrayList().add(1);")]
    [InlineData("java.util.Calendar.getInstance().get(java.util.Calendar.MONTH); java.util.Map.Entry;")]
    [InlineData("var f = new java.text.SimpleDateFormat('yyyy'); f.format(new java.util.Date()); f.setLenient(false);")]
    [InlineData("msg['PID']['PID.5'].toString(); logger.info('x'); channelMap.put('a', 'b'); DateUtil;")]
    [InlineData("importPackage(Packages.com.mirth.connect.userutil); new Packages.com.mirth.connect.userutil.Response(SENT, 'x')")]
    [InlineData("this is no script (")]
    public void WhatWorks_IsNotReported(string script) => Assert.Empty(Survey(script));

    private static IReadOnlyList<ScriptFinding> Survey(string script) => ((IScriptCompiler)new ScriptCompiler()).Survey(new ScriptFile("a.js", script));
}
