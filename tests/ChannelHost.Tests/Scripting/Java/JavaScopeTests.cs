using ChannelHost.Tests.Scripting.Support;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Scripting.Java;

public sealed class JavaScopeTests
{
    [Theory]
    [InlineData("Packages.java.util.ArrayList === java.util.ArrayList", "boolean:true")]
    [InlineData("importPackage(java.util, java.text); new ArrayList().size() + typeof SimpleDateFormat", "string:0function")]
    [InlineData("importPackage(java.util); new Date() instanceof java.util.Date", "boolean:false")]
    [InlineData("importClass(java.util.HashMap); new HashMap().isEmpty()", "boolean:true")]
    [InlineData("var found = 0; with (new JavaImporter(java.util, java.io)) { found = new ArrayList().size() + new StringReader('x').read(); }; found", "number:120")]
    [InlineData("java.util.Calendar.MONTH + java.util.Map.Entry", "string:2[JavaClass java.util.Map$Entry]")]
    [InlineData("new java.lang.String('a').equals('a')", "boolean:true")]
    [InlineData("typeof new java.lang.String('a')", "string:object")]
    [InlineData("var m = new java.util.HashMap(); m.put('a', 'b'); m.get('a') === 'b'", "boolean:true")]
    [InlineData("var m = new java.util.HashMap(); m.put('a', 1); m.get('a') + 1", "number:2")]
    [InlineData("'abc'.equals('abc') && 'ABC'.equalsIgnoreCase('abc') && !'a'.isEmpty() && 'abc'.contains('b') && 'a1'.matches('[a-z]\\\\d')", "boolean:true")]
    [InlineData("'a-b'.getBytes().length + '' + ' '.isBlank()", "string:3true")]
    [InlineData("'aXbX'.replaceAll('X', 'y')", "string:ayby")]
    [InlineData("var s = ''; for (var x of java.util.Arrays.asList('a', 'b')) s += x; s", "string:ab")]
    [InlineData("var l = new java.util.ArrayList(); l.add('x'); l[0] = 'y'; l[0] + l.length", "string:y1")]
    [InlineData("JSON.stringify({ m: new java.util.TreeMap({ b: 1, a: [2] }), d: new java.util.Date(0) })", "string:{\"m\":{},\"d\":\"1970-01-01T00:00:00.000Z\"}")]
    [InlineData("var m = new java.util.LinkedHashMap(); m.put('b', 1); m.put('a', 2); JSON.stringify(m)", "string:{\"b\":1,\"a\":2}")]
    [InlineData("new java.lang.Runnable({ run: function () { return 5; } }).run()", "number:5")]
    [InlineData("new JavaAdapter(java.util.Comparator, { compare: function (a, b) { return b - a; } }).compare(1, 3)", "number:2")]
    [InlineData("var l = java.util.Arrays.asList(3, 1, 2); java.util.Collections.sort(l, function (a, b) { return b - a; }); l.toString()", "string:[3, 2, 1]")]
    [InlineData("var c = java.util.Calendar.getInstance(java.util.TimeZone.getTimeZone('UTC')); c.setTimeInMillis(0); c.set(java.util.Calendar.MONTH, 1); c.add(java.util.Calendar.DATE, 30); c.getTime().getTime()", "number:5270400000")]
    [InlineData("typeof Packages.com.example.Thing", "string:function")]
    public void Expressions(string script, string expected) => Assert.Equal(expected, JavaBench.Eval(script));

    [Theory]
    [InlineData("new java.awt.Image()", "java.awt.Image is not available here: there are no graphics here.")]
    [InlineData("Packages.com.example.Thing.go()", "com.example.Thing is not available here")]
    [InlineData("java.lang.Runtime.getRuntime()", "scripts cannot start programs")]
    [InlineData("java.lang.System.getenv('SECRET')", "Put 'SECRET' into the host's configuration")]
    [InlineData("java.lang.System.exit(1)", "cannot end the host")]
    [InlineData("new java.util.ArrayList().fly()", "java.util.ArrayList has no method or property 'fly' here")]
    [InlineData("java.util.Arrays.fly()", "no static method or constant 'fly'")]
    [InlineData("new java.util.ArrayList().get(0)", "java.lang.IndexOutOfBoundsException: Index 0 out of bounds for length 0")]
    [InlineData("java.util.Collections.emptyList().add(1)", "java.lang.UnsupportedOperationException")]
    [InlineData("java.util.UUID.fromString('x')", "java.lang.IllegalArgumentException")]
    [InlineData("new java.lang.String('a').replaceAll('(', '')", "java.util.regex.PatternSyntaxException")]
    [InlineData("new java.text.SimpleDateFormat('bb')", "Illegal pattern character 'b'")]
    [InlineData("new java.math.BigDecimal('1').divide(new java.math.BigDecimal('3'))", "Non-terminating decimal expansion")]
    [InlineData("java.util.ArrayList.prototype.constructor.constructor('return 1')()", "throws:")]
    public void Refused(string script, string reason)
    {
        var result = JavaBench.Eval(script);

        Assert.StartsWith("throws:", result, StringComparison.Ordinal);
        Assert.Contains(reason, result, StringComparison.Ordinal);
    }

    [Fact]
    public void JavaExceptionThatIsCaught_TellsClassAndMessage()
    {
        const string script =
            "function f() { try { java.lang.Integer.parseInt('x'); } catch (e) { return e.name + '|' + e.message + '|' + e.javaException.getClass().getName() + '|' + (e instanceof Error); } }; f()";

        Assert.Equal("string:JavaException|java.lang.NumberFormatException: For input string: \"x\"|java.lang.NumberFormatException|true", JavaBench.Eval(script, Compatibility.Mirth));
    }

    [Fact]
    public void JavaExceptionThatAScriptThrows_IsCaughtAsItself()
    {
        const string script = "function f() { try { throw new java.lang.RuntimeException('no bed'); } catch (e) { return e.getMessage() + (e instanceof java.lang.Exception); } }; f()";

        Assert.Equal("string:no bedtrue", JavaBench.Eval(script, Compatibility.Mirth));
    }

    [Fact]
    public void JavaExceptionThatNobodyCatches_IsTheErrorWithItsLine()
    {
        var error = JavaBench.Bench(Compatibility.Mirth).Fail("var a = 1;\nthrow new java.lang.Exception('bad bed');");

        Assert.Equal("java.lang.Exception: bad bed", error.Message);
        Assert.Equal(2, error.Line);
    }

    [Fact]
    public void UnknownClass_NamesTheClassAndTheLine()
    {
        var error = JavaBench.Bench(Compatibility.None).Fail("var a = 1;\nvar image = new java.awt.Image();");

        Assert.Contains("java.awt.Image is not available here", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Line);
    }

    [Fact]
    public void ValuesInMaps_ComeOutAsJavaOnlyForImportedChannels()
    {
        const string script = "channelMap.put('t', 'a'); channelMap.put('l', java.util.Arrays.asList('x')); typeof channelMap.get('t') + channelMap.get('l').size()";

        Assert.Equal("string:string1", JavaBench.Eval(script));
        Assert.Equal("string:object1", JavaBench.Eval(script, Compatibility.Mirth));
    }

    [Fact]
    public void JavaListInAMap_IsOneAgainInTheNextRun()
    {
        var bench = JavaBench.Bench(Compatibility.Mirth);
        var scope = ScriptBench.Scope();
        bench.Run(scope, ScriptBench.Step(ScriptKind.Transformer, "var l = new java.util.ArrayList(); l.add('x'); channelMap.put('l', l); channelMap.put('j', [1, 2]);"));

        var result = bench.Run(scope, ScriptBench.Step(ScriptKind.Writer, "return String(channelMap.get('l').get(0) + channelMap.get('l').size() + channelMap.get('j').length);"));

        Assert.Equal("x12", result.Value);
    }

    [Fact]
    public void SleepLongerThanTheRun_EndsWithTheTime()
    {
        var bench = new ScriptBench { Limits = new ScriptLimits { Time = TimeSpan.FromMilliseconds(200) } };

        var error = bench.Fail("java.lang.Thread.sleep(60000);");

        Assert.Equal("time", error.Kind);
    }

    [Fact]
    public void Sleep_WaitsByTheHostsClock()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };

        Assert.Equal("boolean:true", JavaBench.Eval("var t = java.lang.System.currentTimeMillis(); java.lang.System.currentTimeMillis() > t", time: time));
    }

    [Theory]
    [InlineData("java.util.Collections.nCopies(2000000000, 'x')", "length")]
    [InlineData("java.lang.String.format('%1999999999d', 1)", "length")]
    [InlineData("java.lang.reflect.Array.newInstance(java.lang.Byte.TYPE, 2000000000)", "length")]
    [InlineData("var b = new java.lang.StringBuilder('x'); while (true) { b.append(b.toString()); }", "length")]
    [InlineData("new java.lang.String('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!').matches('(a+)+b')", "time")]
    [InlineData("var l = new java.util.ArrayList(); l.add([l]); l.add(l); l.hashCode()", "depth")]
    [InlineData("var l = new java.util.ArrayList(); var k = new java.util.ArrayList(); l.add(k); k.add(l); JSON.stringify(l)", "depth")]
    [InlineData("var l = new java.util.ArrayList(); var k = new java.util.ArrayList(); l.add(k); k.add(l); String(l)", "depth")]
    [InlineData("new java.math.BigInteger('9').pow(999999999)", "error")]
    public void WhatWouldNeverEndOrFit_ReachesALimit(string script, string kind)
    {
        var error = new ScriptBench { Limits = new ScriptLimits { Time = TimeSpan.FromSeconds(3) } }.Fail(script);

        Assert.Equal(kind, error.Kind);
    }
}
