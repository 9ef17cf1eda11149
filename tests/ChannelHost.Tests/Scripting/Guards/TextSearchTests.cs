using System.Diagnostics;
using ChannelHost.Tests.Scripting.Java;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.Guards;

/// <summary>Searches in texts that nearly match everywhere end with the run's time, and find what they should.</summary>
[Collection("LimitTests")]
public class TextSearchTests
{
    private const string Hard = "var t = 'ab'.repeat(4e6), n = 'ab'.repeat(2e6) + 'cb';";

    private const string Java = Hard + "var J = new java.lang.String(t), U = Packages.org.apache.commons.lang3.StringUtils;";

    private readonly ScriptBench _bench = new() { Limits = new() { Time = TimeSpan.FromSeconds(0.4), Memory = ByteSize.Megabytes(256) } };

    [Theory]
    [Trait("Row", "F60")]
    [InlineData(Hard + "t.indexOf(n)")]
    [InlineData(Hard + "t.lastIndexOf(n)")]
    [InlineData(Hard + "t.includes(n)")]
    [InlineData(Hard + "t.split(n)")]
    [InlineData(Hard + "t.replace(n, '')")]
    [InlineData(Hard + "t.replaceAll(n, '')")]
    [InlineData(Java + "J.contains(n)")]
    [InlineData(Java + "J.indexOf(n)")]
    [InlineData(Java + "J.lastIndexOf(n)")]
    [InlineData(Java + "J.replace(n, '')")]
    [InlineData(Java + "new java.lang.StringBuilder(t).indexOf(n)")]
    [InlineData(Java + "U.countMatches(t, n)")]
    [InlineData(Java + "U.containsIgnoreCase(t, n)")]
    [InlineData(Java + "U.indexOf(t, n)")]
    [InlineData(Java + "U.substringAfter(t, n)")]
    [InlineData(Java + "U.substringBetween(t, n)")]
    [InlineData(Java + "U.replace(t, n, '')")]
    [InlineData(Java + "U.replaceOnce(t, n, '')")]
    [InlineData(Java + "U.splitByWholeSeparator(t, n)")]
    public void SearchThatMatchesNearlyEverywhere_IsStopped(string script)
    {
        var clock = Stopwatch.StartNew();

        var error = _bench.Fail(script);

        Assert.Equal("time", error.Kind);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(3), $"It took {clock.Elapsed}.");
    }

    [Theory]
    [InlineData("'abcabc'.indexOf('c') + '|' + 'abcabc'.indexOf('c', 3) + '|' + 'abc'.indexOf('') + '|' + 'abc'.indexOf('', 9) + '|' + 'abc'.indexOf('d') + '|' + 'abc'.indexOf('a', -5) + '|' + 'aundefined'.indexOf()", "2|5|0|3|-1|0|1")]
    [InlineData("'abcabc'.lastIndexOf('c') + '|' + 'abcabc'.lastIndexOf('c', 4) + '|' + 'abc'.lastIndexOf('') + '|' + 'abc'.lastIndexOf('a', -1) + '|' + 'abc'.lastIndexOf('x') + '|' + 'abc'.lastIndexOf('', 1) + '|' + 'abc'.lastIndexOf('b', NaN) + '|' + 'ab'.lastIndexOf('abc')", "5|2|3|0|-1|1|1|-1")]
    [InlineData("'abc'.includes('bc') + '|' + 'abc'.includes('bc', 2) + '|' + 'abc'.includes('') + '|' + 'abc'.includes('', Infinity)", "true|false|true|true")]
    [InlineData("JSON.stringify(['a,b,,c'.split(','), 'a,b'.split(',', 1), 'abc'.split(''), 'abc'.split('', 2), ''.split(''), ''.split(','), 'abc'.split(), 'a1b2c'.split(/[0-9]/), 'a'.split(',', 0), ',a,'.split(',')])", "[[\"a\",\"b\",\"\",\"c\"],[\"a\"],[\"a\",\"b\",\"c\"],[\"a\",\"b\"],[],[\"\"],[\"abc\"],[\"a\",\"b\",\"c\"],[],[\"\",\"a\",\"\"]]")]
    [InlineData("(function () { try { 'a'.includes(/a/); } catch (e) { return e.name; } })()", "TypeError")]
    [InlineData("(function () { try { String.prototype.indexOf.call(null, 'a'); } catch (e) { return e.name; } })()", "TypeError")]
    [InlineData("new java.lang.String('abcabc').lastIndexOf('c', 4) + '|' + new java.lang.String('abc').indexOf('z') + '|' + new java.lang.String('aXbXc').replace('X', '--') + '|' + new java.lang.String('abc').indexOf('c', -3) + '|' + new java.lang.String('ab').lastIndexOf('')", "2|-1|a--b--c|2|2")]
    [InlineData("var U = Packages.org.apache.commons.lang3.StringUtils; [U.split('a::b:c', ':').length, U.split('a::b:c', ':', 2)[1], U.splitPreserveAllTokens('a::b', ':').length, U.split(' a  b ').length, U.splitPreserveAllTokens('a:b:c', ':', 2)[1], U.splitByWholeSeparator('a--b----c', '--').length, U.countMatches('aXbXc', 'X'), U.replace('aXbX', 'X', 'yy')].join('|')", "3|b:c|3|2|b:c|3|2|ayybyy")]
    public void Searches_FindWhatTheLanguageSays(string script, string expected) => Assert.Equal("string:" + expected, JavaBench.Eval(script));

    [Fact]
    public void LongTexts_AreFoundInPieces() => Assert.Equal(
        "string:4000000|4000000|2|1",
        JavaBench.Eval("var n = 'xy'.repeat(200000) + 'z', t = 'a'.repeat(4e6) + n; [t.indexOf(n), t.lastIndexOf(n), t.split(n).length, Packages.org.apache.commons.lang3.StringUtils.countMatches(t, n)].join('|')"));
}
