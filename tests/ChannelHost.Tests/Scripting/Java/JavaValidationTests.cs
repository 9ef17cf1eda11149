namespace ChannelHost.Tests.Scripting.Java;

public sealed class JavaValidationTests : IDisposable
{
    private const string Schema = "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:element name=\"p\"><xs:complexType><xs:sequence><xs:element name=\"id\" type=\"xs:int\"/></xs:sequence></xs:complexType></xs:element></xs:schema>";

    private readonly string _root = Directory.CreateTempSubdirectory("java-xsd-").FullName;

    public JavaValidationTests()
    {
        File.WriteAllText(Path.Combine(_root, "types.xsd"), "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:simpleType name=\"code\"><xs:restriction base=\"xs:string\"><xs:maxLength value=\"2\"/></xs:restriction></xs:simpleType></xs:schema>");
        File.WriteAllText(Path.Combine(_root, "main.xsd"), "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:include schemaLocation=\"types.xsd\"/><xs:element name=\"c\" type=\"code\"/></xs:schema>");
        File.WriteAllText(Path.Combine(_root, "away.xsd"), "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:include schemaLocation=\"http://127.0.0.1:9/x.xsd\"/></xs:schema>");
        File.WriteAllText(Path.Combine(_root, "out.xsd"), "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:include schemaLocation=\"../../etc/passwd\"/></xs:schema>");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("check('<p><id>7</id></p>')", "string:ok")]
    [InlineData("check('<p><id>x</id></p>')", "SAXParseException: lineNumber: 1; columnNumber: ")]
    [InlineData("check('<q/>')", "'q'")]
    [InlineData("check('<p><id>7</p>')", "no XML")]
    [InlineData("check('<!DOCTYPE p [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><p><id>&e;</id></p>')", "no XML, or has a document type")]
    [InlineData("var n = 0; v.setErrorHandler({ warning: function () {}, error: function (e) { n++; }, fatalError: function (e) { n += 100; } }); check('<p><id>x</id><id/></p>') + n", "string:ok2")]
    public void Text_IsValidated(string script, string expected) => Assert.Contains(
        expected,
        Eval($"var v = javax.xml.validation.SchemaFactory.newInstance(javax.xml.XMLConstants.W3C_XML_SCHEMA_NS_URI).newSchema(source('{Schema}')).newValidator(); {script}"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("newSchema(new java.io.File(ROOT + '/main.xsd')).newValidator().validate(source('<c>ab</c>')); 'ok'", "string:ok")]
    [InlineData("newSchema(new java.io.File(ROOT + '/main.xsd')).newValidator().validate(source('<c>abc</c>')); 'ok'", "SAXParseException")]
    [InlineData("newSchema(new java.io.File(ROOT + '/away.xsd')); 'ok'", "declared folders only")]
    [InlineData("newSchema(new java.io.File(ROOT + '/out.xsd')); 'ok'", "may not read")]
    [InlineData("newSchema(source('<xs:schema')); 'ok'", "no XML")]
    [InlineData("newSchema(source('<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:element name=\"a\" type=\"none\"/></xs:schema>')); 'ok'", "cannot be used")]
    [InlineData("newSchema(source('<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:group name=\"g\"><xs:sequence><xs:element name=\"a\" maxOccurs=\"99999999\"/></xs:sequence></xs:group></xs:schema>')); 'ok'", "maxOccurs may be")]
    public void Schema_IsReadFromDeclaredFoldersOnly(string script, string expected) =>
        Assert.Contains(expected, Eval($"javax.xml.validation.SchemaFactory.newInstance('http://www.w3.org/2001/XMLSchema').{script}"), StringComparison.Ordinal);

    private string Eval(string script) => JavaBench.Eval(
        $"var ROOT = '{_root}'; function source(text) {{ return new javax.xml.transform.stream.StreamSource(new java.io.StringReader(text)); }}; function check(text) {{ v.validate(source(text)); return 'ok'; }}; {script}",
        access: new ScriptAccess { Folders = [new FolderAccess(_root, CanWrite: false)] });
}
