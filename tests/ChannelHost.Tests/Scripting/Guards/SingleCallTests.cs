using System.Diagnostics;
using ChannelHost.Tests.Scripting.Java;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.Guards;

/// <summary>Single calls that would compute or allocate without end are refused, or end with the run's limits.</summary>
[Collection("LimitTests")]
public class SingleCallTests
{
    private readonly ScriptBench _bench = new() { Limits = new() { Time = TimeSpan.FromSeconds(1), Memory = ByteSize.Megabytes(128), Length = 4 * 1024 * 1024 } };

    [Theory]
    [Trait("Row", "F61")]
    [InlineData("var k = new javax.crypto.spec.PBEKeySpec(new java.lang.String('p').toCharArray(), new java.lang.String('salt').getBytes(), 3000000, 256); javax.crypto.SecretKeyFactory.getInstance('PBKDF2WithHmacSHA256').generateSecret(k)", "rounds in all")]
    [InlineData("var k = new javax.crypto.spec.PBEKeySpec(new java.lang.String('p').toCharArray(), new java.lang.String('salt').getBytes(), 1000, 2000000000); javax.crypto.SecretKeyFactory.getInstance('PBKDF2WithHmacSHA1').generateSecret(k)", "rounds in all")]
    [InlineData("java.lang.String.format('%0900000000x', 1)", "the limit is")]
    [InlineData("java.math.BigDecimal.valueOf(1, 900000000).toPlainString()", "too many digits")]
    [InlineData("new java.math.BigInteger(new java.lang.String('x'.repeat(1000000)).getBytes())", "too many digits")]
    [InlineData("Packages.org.apache.commons.lang3.StringUtils.splitPreserveAllTokens(','.repeat(3500000), ',')", "memory")]
    [InlineData("var o = new java.io.ByteArrayOutputStream(); var z = new java.util.zip.GZIPOutputStream(o); var b = new java.lang.String('x'.repeat(1000000)).getBytes(); for (var i = 0; i < 9; i++) z.write(b); z.close(); new java.io.BufferedReader(new java.io.InputStreamReader(new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(o.toByteArray())))).readLine()", "200 times its size")]
    [InlineData("XmlUtil.prettyPrint('<a>'.repeat(300) + '</a>'.repeat(300))", "nest deeper")]
    [InlineData("XmlUtil.prettyPrint('<a>'.repeat(250) + '<b/>'.repeat(10000) + '</a>'.repeat(250))", "the limit is")]
    [InlineData("XmlUtil.toJson('<a>'.repeat(300) + '</a>'.repeat(300), true, true, true, false, false)", "nest deeper")]
    public void CallThatAsksForTooMuch_IsRefused(string script, string reason)
    {
        var clock = Stopwatch.StartNew();

        var error = _bench.Fail(script);

        Assert.Contains(reason, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
    }

    [Theory]
    [InlineData("new java.math.BigInteger('5').toString(1) + '|' + new java.math.BigInteger('255').toString(16) + '|' + new java.math.BigInteger('7').toString(99)", "5|ff|7")]
    [InlineData("java.lang.String.format('%08x|%05d', 255, 42) + '|' + java.math.BigDecimal.valueOf(15, 3).toPlainString()", "000000ff|00042|0.015")]
    [InlineData("var r = new java.io.StringReader('a\\r\\n\\nb\\rc'); [r.readLine(), r.readLine(), r.readLine(), r.readLine(), r.readLine()].join('|')", "a||b|c|")]
    [InlineData("String(java.net.InetAddress.getLocalHost().getHostName())", "localhost")]
    [InlineData("var o = new java.io.ByteArrayOutputStream(), w = new java.io.OutputStreamWriter(o); w.write('x'); Packages.org.apache.commons.io.IOUtils.closeQuietly(w, null); o.size() + ''", "1")]
    [InlineData("var z = new XML('<r>a<!--c-->b<![CDATA[d]]> <e/> <f/> </r>'); z.toXMLString().replace(/\\s+/g, '')", "<r>a<!--c-->b<![CDATA[d]]><e/><f/></r>")]
    public void Calls_GiveWhatJavaGives(string script, string expected) => Assert.Equal("string:" + expected, JavaBench.Eval(script, Compatibility.Mirth));

    [Theory]
    [Trait("Row", "F60")]
    [InlineData("var x = new XML('<r>' + '<a/>\\n'.repeat(200000) + '</r>'); x.a.length()")]
    [InlineData("var x = new XML('<r>' + '<a/>\\n'.repeat(200000) + '</r>'); delete x.a; x.normalize(); x.b = 1; 1")]
    public void LargeXml_IsReadAndEmptiedInTime(string script)
    {
        var clock = Stopwatch.StartNew();

        Assert.StartsWith("number:", JavaBench.Eval(script), StringComparison.Ordinal);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
    }
}
