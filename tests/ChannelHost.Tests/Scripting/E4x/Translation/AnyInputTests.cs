using System.Diagnostics;
using Acornima;
using ChannelHost.Scripting.Compilation;
using ChannelHost.Scripting.E4x.Translation;
using CsCheck;

namespace ChannelHost.Tests.Scripting.E4x.Translation;

public class AnyInputTests(ITestOutputHelper output)
{
    private static readonly string[] Pieces =
    [
        "x", "..", ".", ".@", "@", ".*", "*", "::", ".(", "(", ")", "[", "]", "{", "}", "<a>", "</a>", "<a b=", "'", "\"", "/>", "<", ">", "<>", "</>", "`", "${", "$",
        "/", "//", "/*", "*/", "<!--", "-->", "<![CDATA[", "]]>", "<?p", "?>", "\\", "\n", "\r\n", "\u2028", "for each (", "var y in z", " in ", " of ", "default xml namespace = ",
        "default", "case", "switch (x) {", "function f() {", "class A {", "=>", "=", "+=", "+", "++", "-", "typeof ", "delete ", "new ", "return ", "yield ", "await ", "?.", "?", ":", ";", ",",
        "1", "1.", ".5", "0x", "1e", "__e4x", "__x1", "super", "this", "if (x) ", "else ", "do ", "\u200B", "\uD842", "\\u{", "#p", "let ", "const a = ", "async ", "'s'", "n", "n::a", "x..a", "x.@a", "<b c={d}>{e}</b>",
    ];

    private static readonly Gen<string> Scripts = Gen.OneOf(
        Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 40].Select(string.Concat),
        Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 15].Select(pieces => "x..a; " + string.Join(' ', pieces)),
        Gen.String[0, 80]);

    private static readonly (string Source, string Plain, bool IsXml)[] Leaves =
    [
        ("x", "x", false),
        ("'</a>'", "'</a>'", false),
        ("/[/<]'/g", "/[/<]'/g", false),
        ("<a/>", "__e4x.xml`<a/>`", true),
        ("<a b=\"{`}\">\\</a>", "__e4x.xml`<a b=\"{\\`}\">\\\\</a>`", true),
    ];

    // Source, and what it means.
    private static readonly Gen<(string Source, string Plain, bool IsXml)> Expressions = Gen.Recursive<(string Source, string Plain, bool IsXml)>((depth, inner) =>
    {
        var leaf = Gen.Int[0, Leaves.Length - 1].Select(i => Leaves[i]);
        if (depth > 6)
        {
            return leaf;
        }

        return Gen.OneOf(
            leaf,
            inner.Select(e => ($"({e.Source})..n", $"__e4x.desc(({e.Plain}), 'n')", true)),
            inner.Select(e => ($"({e.Source}) . @ n", $"({e.Plain})['@n']", true)),
            inner.Select(e => ($"({e.Source}).*", $"({e.Plain})['*']", true)),
            inner.Select(e => ($"({e.Source}).n::m", $"({e.Plain})[__e4x.qn(n, 'm')]", false)),
            inner.Select(e => ($"({e.Source}).m", $"({e.Plain}).m", false)),
            inner.Select(e => ($"f({e.Source})", $"f({e.Plain})", false)),
            inner.Select(e => ($"`a${{{e.Source}}}<b>`", $"`a${{{e.Plain}}}<b>`", false)),
            inner.Select(e => ($"<a {{1}} b = {{{e.Source}}}>t{{ {e.Source} }}$</a>", $"__e4x.xml`<a ${{1}} b = ${{{e.Plain}}}>t${{ {e.Plain} }}$</a>`", true)),
            inner.Select(e => ($"<><a/>{{{e.Source}}}</>", $"__e4x.list`<><a/>${{{e.Plain}}}</>`", true)),
            Gen.Select(inner, inner, (a, b) => ($"({a.Source}) + ({b.Source})", a.IsXml || b.IsXml ? $"__e4x.add(({a.Plain}), ({b.Plain}))" : $"({a.Plain}) + ({b.Plain})", a.IsXml || b.IsXml)),
            Gen.Select(inner, inner, (a, b) => ($"({a.Source}) < ({b.Source}) / 2", $"({a.Plain}) < ({b.Plain}) / 2", false)),
            Gen.Select(inner, inner, (a, b) => ($"1 ? {a.Source} : {b.Source}", $"1 ? {a.Plain} : {b.Plain}", a.IsXml || b.IsXml)));
    });

    public static TheoryData<string, string, string> Hostile => new()
    {
        { "", "<a>", "" },
        { "x = ", "<a>", "" },
        { "x = ", "<a b='", "" },
        { "x = <a>", "{1}`\\${", "</a>" },
        { "x = <a>", "<b></c>", "</a>" },
        { "x = <a>", "<!--", "</a>" },
        { "", "x..a;", "" },
        { "", "x..a.b..c.@d;", "" },
        { "x", "..a", "" },
        { "x", ".@a", "" },
        { "", "x.(a == b);", "" },
        { "", "x.(", "" },
        { "x..a;", "(", "" },
        { "x..a;", "{", "" },
        { "x..a;", "`${", "" },
        { "x..a;", "/* ", "" },
        { "x..a;", "/**/x ", "" },
        { "x..a;", "for/**/", "" },
        { "x..a;", "default /**/", "" },
        { "x..a;", "n /**/ :: ", "" },
        { "x..a;", "x = x / 2;", "" },
        { "x..a;", "for each (a in b) c..d;", "" },
        { "x..a;", "x.@[", "" },
        { "", "<a/>+", "1" },
        { "", "default xml namespace = ", "1" },
        { "x..a;", "// @no-e4x", "" },
        { "x..a;", "// @no-e4x\r", "" },
        { "x..a;", "\n \n", "" },
        { "x..a;", "\u200B", "" },
        { "x..a;", "'\\\n", "" },
        { "x..a;", "/[", "" },
        { "x..a;", "a?b:", "1" },
    };

    [Fact]
    public void AnyText_IsReadOrRefused() => Scripts.Sample(Read, iter: 30_000);

    [Fact]
    public void AnyExpression_MeansWhatItsPartsMean() => Expressions.Sample(
        expression =>
        {
            var plain = new Translator(e4x: true, Compatibility.None).Read($"y = {expression.Source}", "s.js").Text;
            return SyntaxText.Of($"y = {expression.Plain}") == SyntaxText.Of(plain);
        },
        iter: 3_000,
        print: expression => expression.Source);

    [Theory]
    [MemberData(nameof(Hostile))]
    public void EightTimesTheText_TakesAboutEightTimesAsLong(string before, string repeated, string after)
    {
        // Were it quadratic, it would take 64 times as long; the machine may be busy meanwhile.
        var small = Duration(before, repeated, after, 30_000);
        var large = Duration(before, repeated, after, 240_000);

        output.WriteLine($"{small.TotalMilliseconds:F1} ms, {large.TotalMilliseconds:F1} ms");
        Assert.True(large < (24 * small) + TimeSpan.FromMilliseconds(200), $"{small.TotalMilliseconds:F1} ms became {large.TotalMilliseconds:F1} ms.");
    }

    private static TimeSpan Duration(string before, string repeated, string after, int length)
    {
        var script = before + string.Concat(Enumerable.Repeat(repeated, length / repeated.Length)) + after;
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var start = Stopwatch.GetTimestamp();
            Read(script);
            var took = Stopwatch.GetElapsedTime(start);
            best = took < best ? took : best;
        }

        return best;
    }

    // What comes out is a script with as many lines, or a place in the text.
    private static void Read(string script)
    {
        try
        {
            var translation = new Translator(e4x: true, Compatibility.Mirth).Read(script, "s.js");
            Assert.Equal(ParsedScript.SplitLines(script).Length, ParsedScript.SplitLines(translation.Text).Length);
            if (!ReferenceEquals(translation.Text, script))
            {
                new Parser(new ParserOptions { AllowReturnOutsideFunction = true }).ParseScript(translation.Text);
                Assert.InRange(translation.AuthorColumn(1, 0), 0, script.Length);
            }
        }
        catch (TranslationException exception)
        {
            Assert.InRange(exception.Offset, 0, script.Length);
        }
        catch (Exception exception) when (exception is ParseErrorException or InsufficientExecutionStackException)
        {
            // Refused by the parser, with its own place.
        }
    }
}
