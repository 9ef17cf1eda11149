using System.Text.Json;

namespace ChannelHost.Tests.Scripting.Java;

/// <summary>XSLT from scripts, as imported XSLT steps use it.</summary>
public sealed class JavaTransformTests
{
    private const string Open = "<xsl:stylesheet version=\"1.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\">";

    [Theory]
    [InlineData("<xsl:template match=\"/\"><xsl:for-each select=\"//b\"><xsl:sort select=\".\"/><c><xsl:value-of select=\".\"/></c></xsl:for-each></xsl:template>", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><c>1</c><c>2</c>")]
    [InlineData("<xsl:output omit-xml-declaration=\"yes\"/><xsl:template match=\"/\"><r n=\"{count(//b)}\"/></xsl:template>", "<r n=\"2\" />")]
    [InlineData("<xsl:output method=\"text\"/><xsl:template match=\"b\">[<xsl:value-of select=\".\"/>]</xsl:template>", "[2][1]")]
    [InlineData("<xsl:output omit-xml-declaration=\"yes\"/><xsl:template match=\"/\"><r><xsl:call-template name=\"t\"><xsl:with-param name=\"p\" select=\"'x'\"/></xsl:call-template></r></xsl:template><xsl:template name=\"t\"><xsl:param name=\"p\"/><xsl:attribute name=\"a\"><xsl:value-of select=\"$p\"/></xsl:attribute></xsl:template>", "<r a=\"x\" />")]
    public void Stylesheet_Transforms(string templates, string expected) => Assert.Equal($"string:{expected}", Transform(templates, "<a><b>2</b><b>1</b></a>"));

    [Fact]
    public void Parameter_IsSet() => Assert.Equal("string:7", Transform(
        "<xsl:output method=\"text\"/><xsl:param name=\"p\"/><xsl:template match=\"/\"><xsl:value-of select=\"$p\"/></xsl:template>", "<a/>", "t.setParameter('p', 7);"));

    [Fact]
    public void NoStylesheet_Copies() => Assert.Equal("string:<a><b>1</b></a>", JavaBench.Eval(
        """
        var w = new java.io.StringWriter();
        var t = javax.xml.transform.TransformerFactory.newInstance().newTransformer();
        t.setOutputProperty(javax.xml.transform.OutputKeys.OMIT_XML_DECLARATION, 'yes');
        t.transform(new javax.xml.transform.stream.StreamSource(new java.io.StringReader('<a><b>1</b></a>')), new javax.xml.transform.stream.StreamResult(w));
        String(w.toString())
        """));

    [Theory]
    [InlineData("<xsl:template match=\"/\"><xsl:value-of select=\"document('file:///etc/hostname')\"/></xsl:template>", "<a/>", "javax.xml.transform.Transformer")]
    [InlineData("<xsl:include href=\"file:///etc/hostname\"/>", "<a/>", "javax.xml.transform.TransformerConfigurationException")]
    [InlineData("<xsl:template match=\"/\"><x></xsl:template>", "<a/>", "The stylesheet is no XML: line 1")]
    [InlineData("<xsl:template match=\"/\"/>", "<a>", "What is transformed is no XML: line 1")]
    [InlineData("<xsl:template match=\"/\"/>", "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><a>&e;</a>", "What is transformed is no XML")]
    public void WhatIsClosedOrBroken_Throws(string templates, string source, string expected) => Assert.Contains(expected, Transform(templates, source), StringComparison.Ordinal);

    [Theory]
    [InlineData("<xsl:template match=\"/\"><xsl:call-template name=\"t\"/></xsl:template><xsl:template name=\"t\"><xsl:call-template name=\"t\"/></xsl:template>")]
    [InlineData("<xsl:template match=\"/\"><xsl:call-template name=\"t\"/></xsl:template><xsl:template name=\"t\"><x><xsl:call-template name=\"t\"/></x></xsl:template>")]
    [InlineData("<xsl:template match=\"/\"><xsl:call-template name=\"t\"/></xsl:template><xsl:template name=\"t\">xxxxxxxxxxxxxxxx<xsl:call-template name=\"t\"/></xsl:template>")]
    public void StylesheetWithoutEnd_MeetsALimit(string templates)
    {
        var result = Transform(templates, "<a/>");

        Assert.DoesNotContain("string:", result, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("var c = new java.util.zip.CRC32(); c.update(new java.lang.String('123456789').getBytes('UTF-8')); c.getValue()", "number:3421780262")]
    [InlineData("var c = new java.util.zip.Adler32(); c.update(new java.lang.String('123456789').getBytes('UTF-8')); c.getValue()", "number:152961502")]
    [InlineData("var c = new java.util.zip.CRC32(); c.update(1); c.reset(); c.getValue()", "number:0")]
    [InlineData("typeof new java.lang.String('a/b').split('/')[2]", "string:undefined")]
    public void Checksums_AndPlacesPastTheEnd(string script, string expected) => Assert.Equal(expected, JavaBench.Eval(script));

    private static string Transform(string templates, string source, string before = "") => JavaBench.Eval(
        $$"""
        var w = new java.io.StringWriter();
        var t = javax.xml.transform.TransformerFactory.newInstance()
            .newTransformer(new javax.xml.transform.stream.StreamSource(new java.io.StringReader({{JsonSerializer.Serialize($"{Open}{templates}</xsl:stylesheet>")}})));
        {{before}}
        t.transform(new javax.xml.transform.stream.StreamSource(new java.io.StringReader({{JsonSerializer.Serialize(source)}})), new javax.xml.transform.stream.StreamResult(w));
        String(w.toString())
        """);
}
