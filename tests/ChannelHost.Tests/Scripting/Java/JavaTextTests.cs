using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Scripting.Java;

public sealed class JavaTextTests
{
    private static readonly FakeTimeProvider Utc = Clock("UTC");

    [Theory]
    [InlineData("yyyyMMddHHmmss", "20240131123456", 1706704496000)]
    [InlineData("yyyyMMdd", "20241345", 1739491200000)]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss.SSSX", "2024-01-02T03:04:05.006+02:00", 1704157445006)]
    [InlineData("yyyy-MM-dd'T'HH:mm:ssZ", "2024-01-02T03:04:05-0500", 1704182645000)]
    [InlineData("MM/dd/yy", "1/2/24", 1704153600000)]
    [InlineData("MM/dd/yy", "1/2/60", -315532800000)]
    [InlineData("dd MMM yyyy", "05 Feb 2024", 1707091200000)]
    [InlineData("MMMM d, yyyy h:mm a", "February 5, 2024 1:30 PM", 1707139800000)]
    [InlineData("EEE, d MMM yyyy HH:mm:ss z", "Mon, 5 Feb 2024 00:00:00 EST", 1707109200000)]
    [InlineData("yyyy", "2024 and more", 1704067200000)]
    [InlineData("yyyyDDD", "2024060", 1709164800000)]
    public void Parse_IsAsLenientAsJava(string pattern, string text, double expected) =>
        Assert.Equal($"number:{expected}", JavaBench.Eval($"new java.text.SimpleDateFormat(\"{pattern}\").parse('{text}').getTime()", time: Utc));

    [Fact]
    public void Parse_LastFieldTakesAllDigitsThatFollow() =>
        Assert.Equal("string:87227-08-31", JavaBench.Eval("var f = new java.text.SimpleDateFormat('yyyyMMdd'); new java.text.SimpleDateFormat('yyyy-MM-dd').format(f.parse('20240131120000'))", time: Utc));

    [Theory]
    [InlineData("yyyyMMddHHmmss", "20240131")]
    [InlineData("yyyy-MM-dd", "x")]
    [InlineData("yyyy-MM-dd", "2024/01/02")]
    [InlineData("dd MMM yyyy", "05 Foo 2024")]
    public void Parse_TextThatDoesNotFit_Throws(string pattern, string text) =>
        Assert.Contains("java.text.ParseException: Unparseable date", JavaBench.Eval($"new java.text.SimpleDateFormat('{pattern}').parse('{text}')", time: Utc), StringComparison.Ordinal);

    [Fact]
    public void Parse_NotLenient_RefusesOverflow() =>
        Assert.Contains("ParseException", JavaBench.Eval("var f = new java.text.SimpleDateFormat('yyyyMMdd'); f.setLenient(false); f.parse('20241345')", time: Utc), StringComparison.Ordinal);

    [Theory]
    [InlineData("yyyy-MM-dd HH:mm:ss.SSS", "2024-02-05 13:07:09.042")]
    [InlineData("yy M d H m s S", "24 2 5 13 7 9 42")]
    [InlineData("EEEE, MMMM dd", "Monday, February 05")]
    [InlineData("EEE MMM", "Mon Feb")]
    [InlineData("hh:mm a", "01:07 PM")]
    [InlineData("K k D w W F u G", "1 13 36 6 2 1 1 AD")]
    [InlineData("Z X XX XXX z", "+0000 Z Z Z UTC")]
    [InlineData("yyyy''MM'text'", "2024'02text")]
    public void Format_WritesAllLetters(string pattern, string expected) =>
        Assert.Equal($"string:{expected}", JavaBench.Eval($"new java.text.SimpleDateFormat(\"{pattern}\").format(new Date(1707138429042))", time: Utc));

    [Fact]
    public void TimeZone_IsUsed() =>
        Assert.Equal(
            "string:2024-07-01 08:00 EDT -0400 -04:00",
            JavaBench.Eval("var f = new java.text.SimpleDateFormat('yyyy-MM-dd HH:mm z Z XXX'); f.setTimeZone(java.util.TimeZone.getTimeZone('America/New_York')); f.format(new java.util.Date(1719835200000))", time: Utc));

    [Fact]
    public void Date_ShowsItselfAsJavaDoes() =>
        Assert.Equal("string:Thu Jan 01 01:00:00 CET 1970", JavaBench.Eval("new java.util.Date(0).toString()", time: Clock("Europe/Berlin")));

    [Theory]
    [InlineData("#,##0.00", "1234567.895", "1,234,567.90")]
    [InlineData("0.#", "2.25", "2.2")]
    [InlineData("000", "7", "007")]
    [InlineData("#", "0", "0")]
    [InlineData("0.0%", "0.256", "25.6%")]
    [InlineData("$#,##0.00;($#,##0.00)", "-5", "($5.00)")]
    public void DecimalFormat_Writes(string pattern, string number, string expected) =>
        Assert.Equal($"string:{expected}", JavaBench.Eval($"new java.text.DecimalFormat('{pattern}').format({number})"));

    [Theory]
    [InlineData("'%05d|%-5s|%5s|%x|%X|%o', 42, 'a', 'b', 255, 255, 8", "00042|a    |    b|ff|FF|10")]
    [InlineData("'%.2f|%8.3f|%+d|%,d|%(d', 3.14159, 2.5, 3, 1234567, -5", "3.14|   2.500|+3|1,234,567|(5)")]
    [InlineData("'%2$s %1$s %<s %%%n', 'a', 'b'", "b a a %\n")]
    [InlineData("'%b %c %S %e', true, 65, 'up', 12345.678", "true A UP 1.234568e+04")]
    [InlineData("'%tY-%<tm-%<td %<tH:%<tM', new java.util.Date(0)", "1970-01-01 00:00")]
    public void Format_FollowsFormatter(string arguments, string expected) =>
        Assert.Equal($"object:{expected}", JavaBench.Eval($"java.lang.String.format({arguments})", time: Utc));

    [Theory]
    [InlineData("a++b", "aab", true)]
    [InlineData("\\\\p{Alpha}+\\\\p{Punct}", "abc!", true)]
    [InlineData("\\\\Qa.b\\\\E", "a.b", true)]
    [InlineData("\\\\Qa.b\\\\E", "axb", false)]
    [InlineData("[a-z&&[^aeiou]]+", "xyz", true)]
    [InlineData("[a-z&&[^aeiou]]+", "xaz", false)]
    [InlineData("[a-c[x-z]]+", "axz", true)]
    [InlineData("\\\\d+", "\u0661", false)]
    [InlineData("(?<first>a)(b)\\\\k<first>\\\\2", "abab", true)]
    [InlineData("(?i)ABC", "abc", true)]
    [InlineData(".", "\\n", false)]
    [InlineData("(?s).", "\\n", true)]
    public void Patterns_MeanWhatTheyMeanInJava(string pattern, string text, bool matches) =>
        Assert.Equal($"boolean:{(matches ? "true" : "false")}", JavaBench.Eval($"new java.lang.String('{text}').matches('{pattern}')"));

    [Theory]
    [InlineData("new java.lang.String('a1b22').replaceAll('([a-z])(\\\\d+)', '$2$1')", "object:1a22b")]
    [InlineData("new java.lang.String('a.b').replaceAll('\\\\.', '\\\\$')", "object:a$b")]
    [InlineData("java.util.Arrays.toString(new java.lang.String('a,b,,').split(','))", "string:[a, b]")]
    [InlineData("java.util.Arrays.toString(new java.lang.String('a,b,,').split(',', -1))", "string:[a, b, , ]")]
    [InlineData("java.util.Arrays.toString(new java.lang.String('abc').split(''))", "string:[a, b, c]")]
    [InlineData("var m = java.util.regex.Pattern.compile('(?<y>\\\\d{4})-(\\\\d\\\\d)').matcher('on 2024-05'); m.find() + m.group('y') + m.group(2) + m.start()", "string:true2024053")]
    [InlineData("new java.math.BigDecimal('10').divide(new java.math.BigDecimal('3'), 4, java.math.RoundingMode.HALF_UP).toString()", "string:3.3333")]
    [InlineData("new java.math.BigDecimal('2.345').setScale(2, java.math.BigDecimal.ROUND_HALF_EVEN).toPlainString()", "string:2.34")]
    [InlineData("new java.math.BigDecimal('1E+3').stripTrailingZeros().toString() + new java.math.BigDecimal('0.0000001').toString()", "string:1E+31E-7")]
    [InlineData("new java.math.BigDecimal(0.1).toString()", "string:0.1000000000000000055511151231257827021181583404541015625")]
    [InlineData("new java.math.BigInteger('123456789012345678901234567890').multiply(java.math.BigInteger.TEN).toString()", "string:1234567890123456789012345678900")]
    [InlineData("java.lang.Double.toString(1e10) + ' ' + java.lang.Double.toString(100) + ' ' + java.lang.Double.toString(1.5e-7)", "string:1.0E10 100.0 1.5E-7")]
    [InlineData("java.lang.Integer.toHexString(-1) + java.lang.Integer.parseInt('ff', 16) + java.lang.Integer.MAX_VALUE", "string:ffffffff2552147483647")]
    [InlineData("var r = new java.util.Random(42); r.nextInt() + ' ' + r.nextInt()", "string:-1170105035 234785527")]
    [InlineData("java.util.Base64.getEncoder().encodeToString(new java.lang.String('häß').getBytes('UTF-8'))", "string:aMOkw58=")]
    [InlineData("new java.lang.String(java.util.Base64.getDecoder().decode('aMOkw58='), 'UTF-8')", "object:häß")]
    [InlineData("new java.lang.String('hé').getBytes('ISO-8859-1')[1]", "number:-23")]
    public void Values(string script, string expected) => Assert.Equal(expected, JavaBench.Eval(script));

    private static FakeTimeProvider Clock(string zone)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2024, 6, 1, 0, 0, 0, TimeSpan.Zero));
        clock.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById(zone));
        return clock;
    }
}
