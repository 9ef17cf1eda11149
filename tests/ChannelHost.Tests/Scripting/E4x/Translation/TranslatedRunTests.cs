using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.E4x.Translation;

/// <summary>The author's text, the translator and the runtime together.</summary>
public class TranslatedRunTests
{
    private const string Order = "var order = <order id='7'><line n='1'><sku>A</sku><qty>2</qty></line><line n='2'><sku>B</sku><qty>5</qty></line></order>;\n";

    private readonly ScriptBench _bench = new();

    [Theory]
    [InlineData("order.@id", "7")]
    [InlineData("order..sku[1]", "B")]
    [InlineData("order.line.(qty > 2).@n", "2")]
    [InlineData("order.line.(sku == wanted).qty", "2")]
    [InlineData("order.line.(@n == 2 && sku == 'B').length()", "1")]
    [InlineData("order.line.(nothing == 1).length()", "0")]
    [InlineData("order.(line.(qty == 5).length() == 1).@id", "7")]
    [InlineData("order.*.length()", "2")]
    [InlineData("typeof order.line", "xml")]
    [InlineData("typeof missing", "undefined")]
    [InlineData("typeof order == 'undefined'", "false")]
    [InlineData("(order.line[0] + order..line).length()", "3")]
    [InlineData("<a b={wanted + '<'}>{1 + 1}`\\n${wanted}</a>.toXMLString()", "<a b=\"A&lt;\">2`\\n$A</a>")]
    public void Expression_GivesItsValue(string expression, string expected)
    {
        var result = _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, $"{Order}var wanted = 'A';\nreturn String({expression});"));

        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        Assert.Equal(expected, result.Value);
    }

    [Fact]
    public void Statements_DoTheirWork()
    {
        const string Script = Order + """
            var seen = '';
            for each (var line in order.line) { seen += line.sku + '/' }
            for each (seen2 in [1, 2]) seen += seen2;
            order.line[0].@n = 9;
            order.line += <line n='3'/>;
            order.note = <note>{seen}</note>;
            delete order.line[1];
            return order.@id + ':' + order.line.@n[0] + ':' + order..line.length() + ':' + order.note;
            """;

        var result = _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, Script));

        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        Assert.Equal("7:9:2:A/B/12", result.Value);
    }

    [Fact]
    public void DefaultNamespaceAndQualifiedNames_FindTheirElements()
    {
        const string Script = """
            default xml namespace = 'urn:a';
            var n = new Namespace('urn:a'), o = new Namespace('urn:b');
            var doc = <doc xmlns:o="urn:b"><x>1</x><o:x>2</o:x></doc>;
            return doc.x + '|' + doc.o::x + '|' + doc.*::x.length() + '|' + doc..n::x + '|' + doc.*.(n::x == 1).length();
            """;

        var result = _bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, Script));

        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        Assert.Equal("1|2|2|1|0", result.Value);
    }

    [Fact]
    public void ErrorInAPredicate_NamesTheAuthorsPlace()
    {
        var error = _bench.Fail(Order + "  order.line.(sku == undefinedThing());");

        Assert.Equal((2, 22), (error.Line, error.Column));
    }

    [Fact]
    public void LiteralThatDoesNotMatch_FailsInItsStatement()
    {
        var error = _bench.Fail("var a = 1;\nvar b = <a></b>;");

        // The engine tells the statement for what a template's function throws.
        Assert.Equal((2, 1), (error.Line, error.Column));
    }
}
