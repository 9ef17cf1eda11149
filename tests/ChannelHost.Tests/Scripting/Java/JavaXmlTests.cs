using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.Java;

/// <summary>XSLT as scripts call it: <c>javax.xml.transform</c>.</summary>
public class JavaXmlTests
{
    private const string Head = "<xsl:stylesheet version=\"1.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\">";

    [Fact]
    public void Stylesheet_TransformsTextToText() => Assert.Equal(
        "string:<?xml version=\"1.0\" encoding=\"UTF-8\"?><names><n>QUILL</n><n>OTTER</n></names>",
        Run("<xsl:template match=\"/\"><names><xsl:for-each select=\"//name\"><xsl:sort select=\"@at\"/><n><xsl:value-of select=\".\"/></n></xsl:for-each></names></xsl:template>",
            "<p><name at=\"2\">OTTER</name><name at=\"1\">QUILL</name></p>"));

    [Fact]
    public void TemplatesThatCallTemplates_SeeTheirParameters() => Assert.Equal(
        "string:321",
        Run("<xsl:output method=\"text\"/><xsl:template name=\"down\"><xsl:param name=\"n\"/><xsl:if test=\"$n &gt; 0\"><xsl:value-of select=\"$n\"/>" +
            "<xsl:call-template name=\"down\"><xsl:with-param name=\"n\" select=\"$n - 1\"/></xsl:call-template></xsl:if></xsl:template>" +
            "<xsl:template match=\"/\"><xsl:call-template name=\"down\"><xsl:with-param name=\"n\" select=\"3\"/></xsl:call-template></xsl:template>", "<p/>"));

    [Fact]
    public void ParametersAndOutputProperties_AreThoseOfTheScript() => Assert.Equal(
        "string:<r by=\"hub\" />",
        Run("<xsl:param name=\"by\"/><xsl:template match=\"/\"><r by=\"{$by}\"/></xsl:template>", "<p/>",
            "t.setParameter('by', 'hub'); t.setOutputProperty(javax.xml.transform.OutputKeys.OMIT_XML_DECLARATION, 'yes');"));

    [Fact]
    public void WithoutStylesheet_XmlIsCopied() => Assert.Equal(
        "string:<a><b>1</b></a>",
        JavaBench.Eval(
            "var t = javax.xml.transform.TransformerFactory.newInstance().newTransformer(); t.setOutputProperty('omit-xml-declaration', 'yes'); var w = new java.io.StringWriter();" +
            "t.transform(new javax.xml.transform.stream.StreamSource(new java.io.StringReader('<a><b>1</b></a>')), new javax.xml.transform.stream.StreamResult(w)); w.toString()"));

    [Theory]
    [InlineData("<xsl:template match=\"/\"><xsl:copy-of select=\"document('file:///etc/hostname')\"/></xsl:template>")]
    [InlineData("<xsl:import href=\"file:///etc/other.xsl\"/>")]
    [InlineData("<xsl:include href=\"http://127.0.0.1:1/other.xsl\"/>")]
    [InlineData("<s:script xmlns:s=\"urn:schemas-microsoft-com:xslt\" language=\"C#\" implements-prefix=\"u\" xmlns:u=\"urn:u\">public int f() { return 1; }</s:script><xsl:template match=\"/\" xmlns:u=\"urn:u\"><xsl:value-of select=\"u:f()\"/></xsl:template>")]
    public void Stylesheet_ReachesNothingOutside(string sheet) => Assert.StartsWith("throws:", Run(sheet, "<p/>"), StringComparison.Ordinal);

    [Fact]
    public void Dtd_IsRefused() => Assert.StartsWith(
        "throws:", Run("<xsl:template match=\"/\"><r/></xsl:template>", "<!DOCTYPE p [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><p>&e;</p>"), StringComparison.Ordinal);

    [Theory]
    [InlineData("<xsl:template match=\"/\" name=\"again\"><xsl:call-template name=\"again\"/><xsl:text>x</xsl:text></xsl:template>")]
    [InlineData("<xsl:template match=\"/\" name=\"again\"><xsl:call-template name=\"again\"/></xsl:template>")]
    [InlineData("<xsl:template match=\"/\"><xsl:call-template name=\"twice\"><xsl:with-param name=\"n\" select=\"60\"/></xsl:call-template></xsl:template>" +
        "<xsl:template name=\"twice\"><xsl:param name=\"n\"/><xsl:if test=\"$n &gt; 0\"><xsl:call-template name=\"twice\"><xsl:with-param name=\"n\" select=\"$n - 1\"/></xsl:call-template>" +
        "<xsl:call-template name=\"twice\"><xsl:with-param name=\"n\" select=\"$n - 1\"/></xsl:call-template></xsl:if></xsl:template>")]
    public void StylesheetWithoutEnd_MeetsTheLimits(string sheet)
    {
        var bench = new ScriptBench { With = environment => environment with { Limits = new ScriptLimits { Time = TimeSpan.FromMilliseconds(500) } } };

        var result = bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, Script(sheet, "<p/>", "")));

        Assert.Equal(ScriptOutcome.Failed, result.Outcome);
    }

    [Fact]
    public void DeepSource_IsRefused() => Assert.StartsWith(
        "throws:", Run("<xsl:template match=\"/\"><r/></xsl:template>", string.Concat(Enumerable.Repeat("<a>", 2000)) + string.Concat(Enumerable.Repeat("</a>", 2000))), StringComparison.Ordinal);

    private static string Run(string sheet, string source, string more = "") => JavaBench.Eval(Script(sheet, source, more) + " w.toString()");

    private static string Script(string sheet, string source, string more) =>
        $"var f = javax.xml.transform.TransformerFactory.newInstance();" +
        $"var t = f.newTransformer(new javax.xml.transform.stream.StreamSource(new java.io.StringReader({Quoted($"{Head}{sheet}</xsl:stylesheet>")}))); {more}" +
        $"var w = new java.io.StringWriter(); t.transform(new javax.xml.transform.stream.StreamSource(new java.io.StringReader({Quoted(source)})), new javax.xml.transform.stream.StreamResult(w));";

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
