using ChannelHost.Tests.Scripting.Support;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Scripting.UserClasses;

/// <summary>User classes that turn one text into another, with both behaviours.</summary>
public class FormatClassTests
{
    private const string Adt = @"'MSH|^~\\&|SA|SF|RA|RF|20240101||ADT^A01^ADT_A01|ID7|T|2.5\rPID|1||5^^^H'";

    public static TheoryData<string, string> Cases => new()
    {
        { "DateUtil.getCurrentDate('yyyyMMddHHmmss')", "20260304050607" },
        { "DateUtil.convertDate('yyyyMMdd', 'dd.MM.yyyy', '20240131')", "31.01.2024" },
        { "DateUtil.convertDate('yyyyMMdd', 'yyyy-MM-dd', '20241345')", "2025-02-14" },
        { "DateUtil.formatDate('yyyy', DateUtil.getDate('yyyyMMdd', '19991231'))", "1999" },
        { "DateUtil.formatDate('yyyyMMdd', new Date(0))", "19700101" },
        { "(function () { try { DateUtil.convertDate('yyyyMMddHHmmss', 'yyyy', '20240131') } catch (e) { return e.javaException.getClass().getName() } })()", "java.text.ParseException" },
        { "FileUtil.encode('abc')", "YWJj\r\n" },
        { "new java.lang.String(FileUtil.decode('YW Jj'))", "abc" },
        { "String(UUIDGenerator.getUUID()).length == 36", "true" },
        { "HashUtil.generate('abc')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "HashUtil.generate('abc', 'UTF-8', 'MD5')", "900150983cd24fb0d6963f7d28e17f72" },
        { "NCPDPUtil.formatNCPDPNumber('12345{', 2)", "1234.50" },
        { "NCPDPUtil.formatNCPDPNumber('123M', 2)", "-12.34" },
        { "NCPDPUtil.formatNCPDPNumber('', 2)", "" },
        { "XmlUtil.encode('<a b=\"c\">&\\n\\t\\u00e9\\'')", "&lt;a b=&quot;c&quot;&gt;&amp;&#10;\t&#233;&apos;" },
        { "XmlUtil.decode('&lt;') + XmlUtil.decode('&eacute;') + XmlUtil.decode('&#233;') + XmlUtil.decode('&lt;a')", "<éé" },
        { "XmlUtil.prettyPrint('<a><b>1</b>  <c/></a>')", "<a>\n    <b>1</b>\n    <c/>\n</a>\n" },
        { "XmlUtil.prettyPrint('no xml')", "no xml" },
        { "XmlUtil.toJson('<r><a x=\"1\">t</a><b>5</b><b>true</b><c/></r>')", "{\"r\":{\"a\":{\"@x\":1,\"$\":\"t\"},\"b\":[5,true],\"c\":null}}" },
        { "XmlUtil.toJson('<p:r xmlns:p=\"u\"><p:a>1</p:a></p:r>')", "{\"r\":{\"@xmlnsprefix\":\"p\",\"@xmlns:p\":\"u\",\"a\":{\"@xmlnsprefix\":\"p\",\"$\":1}}}" },
        { "JsonUtil.prettyPrint('{\"a\":[1,{}],\"b\":\"x\"}')", "{\n  \"a\" : [\n    1,\n    { }\n  ],\n  \"b\" : \"x\"\n}" },
        { "JsonUtil.escape('a/\"\\u00e9')", "a\\/\\\"\\u00E9" },
        { "JsonUtil.toXml('{\"r\":{\"@x\":1,\"$\":\"t\",\"b\":[1,2]}}')", "<?xml version=\"1.0\" ?><r x=\"1\">t<b>1</b><b>2</b></r>" },
        { "ACKGenerator.generateAckResponse(" + Adt + ", 'AA', 'ok')", "MSH|^~\\&|RA|RF|SA|SF|20260304050607||ACK^A01^ACK|20260304050607|T|2.5\rMSA|AA|ID7|ok\r" },
        { "HTTPUtil.parseHeaders('A: 1\\r\\nB: 2\\r\\n\\r\\nbody').get('B')", "2" },
        { "Lists.list('a').append('b').append('c').size()", "3" },
        { "Lists.list().append('x').get(0)", "x" },
        { "Maps.map('k', 'v').add('l', 'w').get('l')", "w" },
        { "SerializerFactory.getSerializer('hl7v2').toXML(" + Adt + ").indexOf('<PID.3><PID.3.1>5</PID.3.1>') > 0", "true" },
        { "new XML(SerializerFactory.getSerializer('HL7V2').toXML(" + Adt + "))['PID']['PID.3']['PID.3.4'].toString()", "H" },
        { "SerializerFactory.getSerializer('HL7V2').fromXML(SerializerFactory.getSerializer('HL7V2').toXML(" + Adt + "))", "MSH|^~\\&|SA|SF|RA|RF|20240101||ADT^A01^ADT_A01|ID7|T|2.5\rPID|1||5^^^H\r" },
        { "SerializerFactory.getSerializer('DELIMITED').toXML('a,b\\nc,d').indexOf('<column2>b</column2>') > 0", "true" },
        { "SerializerFactory.getSerializer('NOTHING')", "null" },
        { "SerializerFactory.getDefaultSerializationProperties('HL7V2').get('handleRepetitions')", "true" },
        { "new Response(Status.QUEUED, 'm', 'line').toString()", "QUEUED: line" },
        { "ResponseFactory.getErrorResponse('bad').getStatus() == Status.ERROR", "true" },
        { "new RawMessage('x', [1, 2], Maps.map('a', 'b')).getSourceMap().get('a')", "b" },
        { "new Attachment('7', 'text', 'text/plain').getAttachmentId()", "${ATTACH:7}" },
        { "new Attachment('7', 'text', 'text/plain').getContentString()", "text" },
        { "Packages.com.mirth.connect.server.userutil.DateUtil === DateUtil", "true" },
        { "String(com.mirth.connect.server.userutil.UUIDGenerator.getUUID()).length > 0", "true" },
        { "DeployedState.STARTED + '/' + DeployedState.STARTED.name()", "Started/STARTED" },
        { "newStringOrUndefined(null) + '|' + typeof newStringOrUndefined('x') + '|' + (newNumberOrUndefined('5') + 1)", "null|object|6" },
        { "validate('a.b', '', [['\\\\.', '$0$0']])", "a..b" },
        { "getArrayOrXmlLength(Lists.list('a').append('b')) + getArrayOrXmlLength('abc') + getArrayOrXmlLength(undefined)", "5" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Expression_GivesWhatTheReferenceGives(string expression, string expected)
    {
        foreach (var compatibility in Enum.GetValues<Compatibility>())
        {
            var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
            time.SetLocalTimeZone(TimeZoneInfo.Utc);
            var bench = new MirthBench(compatibility: compatibility, time: time);

            Assert.Equal((compatibility, expected), (compatibility, bench.Text(expression)));
        }
    }

    [Theory]
    [InlineData("SMTPConnectionFactory.createSMTPConnection()", "needs a mail server")]
    [InlineData("EncryptionUtil.encrypt('x')", "do not get the host's keys")]
    [InlineData("DICOMUtil.getDICOMRawData(connectorMessage)", "reads no DICOM")]
    [InlineData("ResponseFactory.getSuccessResponse('x')", "getSentResponse")]
    [InlineData("FileUtil.read('/etc/passwd')", "declare access: { folders:")]
    [InlineData("ChannelUtil.startChannel('x')", "declare access: { channels: true }")]
    [InlineData("JsonUtil.toXml('[1]')", "exactly one member")]
    [InlineData("XmlUtil.toJson('<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>')", "no XML")]
    [InlineData("new DateUtil()", "cannot be made with new")]
    public void WhatCannotBe_SaysWhyAndWhatToDo(string script, string reason)
    {
        foreach (var compatibility in Enum.GetValues<Compatibility>())
        {
            Assert.Contains(reason, new MirthBench(compatibility: compatibility).Fail(script).Message, StringComparison.Ordinal);
        }
    }
}
