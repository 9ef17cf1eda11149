using ChannelHost.Import.Reports;

namespace ChannelHost.Tests.Import;

/// <summary>What becomes of a channel.</summary>
public sealed class ChannelImportTests
{
    [Fact]
    public void PlainChannel_RunsAsItIs()
    {
        var result = Exports.Import(Exports.Channel());

        var channel = Assert.Single(result.Channels);
        Assert.Equal(("imported/adt-in", "ADT In", true), (channel.Name, channel.Title, channel.IsEnabled));
        Assert.Equal([], result.Findings.Where(finding => finding.Level != ImportLevel.Runs).Select(finding => finding.What));
        Assert.Equal("""
            description: "ADT In: Takes admissions."
            title: ADT In
            id: 11111111-2222-3333-4444-555555555555
            compatibility: mirth

            source:
              type: mllp
              listen: 127.0.0.1:26661
              connections: 10
              idleTimeout: 0s
              acknowledge: after-transform
              dataType:
                type: hl7v2
                requireHeader: false
                fieldOrder: tree
                lineBreaks: keep
                oddities: true
                acknowledgments: mirth
                charsetFromMessage: false
                segmentEnd: cr

            destinations:
              - name: Archive-files
                title: Archive files
                id: 2
                type: files
                folder: /var/spool/adt
                file: ${message.messageId}.hl7
                exists: replace
                queue:
                  mode: on-failure
                  retry:
                    delay: 10s
                    maximum: 10s

            """, result.File("imported/adt-in/channel.yaml"));
    }

    private static string WebService(string address, string envelope, string action) => $"""
        <properties class="com.mirth.connect.connectors.ws.WebServiceDispatcherProperties" version="4.5.2">
          <wsdlUrl>https://soap.example.org/registry?wsdl</wsdlUrl><service>s</service><port>p</port><operation>add</operation><locationURI>{address}</locationURI>
          <socketTimeout>30000</socketTimeout><useAuthentication>false</useAuthentication><username/><password/><envelope>{envelope}</envelope><oneWay>false</oneWay>
          <headers class="linked-hash-map"><entry><string>X-Site</string><list><string>north</string></list></entry></headers><useMtom>false</useMtom>
          <attachmentNames/><attachmentContents/><attachmentTypes/><soapAction>{action}</soapAction><wsdlDefinitionMap/>
        </properties>
        """;

    [Fact]
    public void WebServiceSender_PostsTheEnvelope()
    {
        var result = Exports.Import(Exports.Channel(
            destination: WebService("https://soap.example.org/registry", "&lt;e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"&gt;${message.encodedData}&lt;/e:Envelope&gt;", "urn:add"),
            transport: "Web Service Sender"));

        Assert.True(Assert.Single(result.Channels).IsEnabled);
        Assert.Equal([], result.Findings.Where(finding => finding.Level != ImportLevel.Runs).Select(finding => finding.What));
        var yaml = result.File("imported/adt-in/channel.yaml");
        Assert.Contains("    type: http\n    url: https://soap.example.org/registry\n    method: POST\n", yaml, StringComparison.Ordinal);
        Assert.Contains("      - name: X-Site\n        value: north\n      - name: SOAPAction\n        value: \"\\\"urn:add\\\"\"\n", yaml, StringComparison.Ordinal);
        Assert.Contains("    contentType: \"text/xml; charset=utf-8\"\n", yaml, StringComparison.Ordinal);
        Assert.Contains("/envelope/\\\">${message.encodedData}</e:Envelope>", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void WebServiceSenderOfSoap12WithoutAddress_WaitsForIt()
    {
        var result = Exports.Import(Exports.Channel(
            destination: WebService("", "&lt;e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"/&gt;", "urn:add"), transport: "Web Service Sender"));

        Assert.False(Assert.Single(result.Channels).IsEnabled);
        Assert.Contains("the server's address was read from the WSDL", Assert.Single(result.Findings, finding => finding.Level == ImportLevel.Decision).What, StringComparison.Ordinal);
        var yaml = result.File("imported/adt-in/channel.yaml");
        Assert.Contains("    url: https://soap.example.org/registry\n", yaml, StringComparison.Ordinal);
        Assert.Contains("application/soap+xml; charset=utf-8; action=\\\"urn:add\\\"\"", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("SOAPAction", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void DocumentWriter_WritesItsHtmlAndSaysThatItIsNoPdf()
    {
        var result = Exports.Import(Exports.Channel(
            destination: """
                <properties class="com.mirth.connect.connectors.doc.DocumentDispatcherProperties" version="4.5.2">
                  <host>/var/spool/letters</host><outputPattern>letter-${message.messageId}.pdf</outputPattern><documentType>pdf</documentType><encrypt>false</encrypt><password/>
                  <pageWidth>8.5</pageWidth><pageHeight>11</pageHeight><pageUnit>INCHES</pageUnit><template>&lt;html&gt;${name}&lt;/html&gt;</template><output>FILE</output>
                </properties>
                """,
            transport: "Document Writer"));

        Assert.False(Assert.Single(result.Channels).IsEnabled);
        Assert.StartsWith("PDF documents were made of HTML: here the HTML itself is written", Assert.Single(result.Findings, finding => finding.Level != ImportLevel.Runs).What, StringComparison.Ordinal);
        var yaml = result.File("imported/adt-in/channel.yaml");
        Assert.Contains("    type: files\n    folder: /var/spool/letters\n    file: letter-${message.messageId}.html\n    exists: replace\n    content: \"<html>${name}</html>\"\n", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void HttpListener_AnswersWithStatusAndHeadersOfTheMessage()
    {
        const string Listener = """
            <properties class="com.mirth.connect.connectors.http.HttpReceiverProperties" version="4.5.2">
              <listenerConnectorProperties version="4.5.2"><host>127.0.0.1</host><port>8081</port></listenerConnectorProperties>
              <sourceConnectorProperties version="4.5.2"><responseVariable>None</responseVariable></sourceConnectorProperties>
              <xmlBody>false</xmlBody><parseMultipart>false</parseMultipart><includeMetadata>false</includeMetadata><responseContentType>${type}</responseContentType>
              <responseDataTypeBinary>false</responseDataTypeBinary><responseStatusCode>${status}</responseStatusCode>
              <responseHeaders class="linked-hash-map"><entry><string>X-Id</string><list><string>${id}</string></list></entry></responseHeaders>
              <useResponseHeadersVariable>false</useResponseHeadersVariable><responseHeadersVariable/><charset>UTF-8</charset><contextPath>in</contextPath><timeout>0</timeout>
            </properties>
            """;

        var result = Exports.Import(Exports.Channel(source: Listener));
        var fromVariable = Exports.Import(Exports.Channel(source: Listener.Replace("Variable>false<", "Variable>true<", StringComparison.Ordinal).Replace("<responseHeadersVariable/>", "<responseHeadersVariable>more</responseHeadersVariable>", StringComparison.Ordinal)));

        Assert.Equal([], result.Findings.Where(finding => finding.Level != ImportLevel.Runs).Select(finding => finding.What));
        Assert.Contains(
            "  answerStatus: ${status}\n  answerHeaders:\n    - name: Content-Type\n      value: ${type}\n    - name: X-Id\n      value: ${id}\n", result.File("imported/adt-in/channel.yaml"), StringComparison.Ordinal);
        Assert.Contains("  answerHeadersFrom: more\n", fromVariable.File("imported/adt-in/channel.yaml"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JSON", "json")]
    [InlineData("XML", "xml")]
    public void FhirDataType_IsReadAsWhatItIsWrittenIn(string format, string type)
    {
        var export = Exports.Channel();
        var first = export.IndexOf("<inboundDataType>", StringComparison.Ordinal);
        export = export.Remove(first) + export[first..].Replace("HL7V2", "FHIR", StringComparison.Ordinal)
            .Replace("class=\"com.mirth.connect.plugins.datatypes.hl7v2.HL7v2DataTypeProperties\" version=\"4.5.2\">", $"class=\"com.mirth.connect.plugins.datatypes.fhir.shared.FhirDataTypeProperties\" version=\"4.5.2\"><serializationProperties><format>{format}</format></serializationProperties>", StringComparison.Ordinal);

        var result = Exports.Import(export);

        Assert.DoesNotContain(result.Findings, finding => finding.Level == ImportLevel.Unsupported);
        Assert.Contains(result.Findings, finding => finding.Level == ImportLevel.Decision && finding.What.StartsWith($"FHIR was a data type of its own (an extension): its resources are read as {type} here", StringComparison.Ordinal));
        Assert.Contains($"dataType: {type}\n", result.File("imported/adt-in/channel.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void DefaultScripts_AreLeftOut_OwnOnesAreNot()
    {
        var own = Exports.Channel().Replace("return message;", "return message.replace('\\n', '\\r');", StringComparison.Ordinal);

        Assert.Single(Exports.Import(Exports.Channel()).Channels.Single().Files);
        Assert.Contains("preprocessor: preprocess.js", Exports.Import(own).File("imported/adt-in/channel.yaml"), StringComparison.Ordinal);
        Assert.Equal("// Modify the message variable below to pre process data\nreturn message.replace('\\n', '\\r');\n", Exports.Import(own).File("imported/adt-in/preprocess.js"));
    }

    [Fact]
    public void UnknownElement_IsKeptInTheReportWithItsLine_WithoutItsSecrets()
    {
        var result = Exports.Import(Exports.Channel(properties: "<brandNew><mode>7</mode><apiPassword>hunter2</apiPassword></brandNew>"));

        var finding = Assert.Single(result.Findings, finding => finding.What.Contains("brandNew", StringComparison.Ordinal));
        Assert.Equal(ImportLevel.Decision, finding.Level);
        Assert.Equal("<brandNew><mode>7</mode><apiPassword>***</apiPassword></brandNew>", finding.Xml);
        Assert.Equal(LineOf(Exports.Channel(properties: "<brandNew>"), "<brandNew>"), finding.ExportLine);
    }

    [Fact]
    public void SmtpSender_BecomesSmtp_AndItsPasswordASecret()
    {
        var result = Exports.Import(Exports.Channel(
            destination: "<properties class=\"com.mirth.connect.connectors.smtp.SmtpDispatcherProperties\" version=\"4.0.0\"><smtpHost>mail.example.org</smtpHost><smtpPort>587</smtpPort><timeout>5000</timeout>"
                + "<encryption>tls</encryption><authentication>true</authentication><username>clinic</username><password>hunter2</password><to>${doctor}</to><from>clinic@example.org</from><cc></cc><bcc></bcc><replyTo></replyTo>"
                + "<headers class=\"linked-hash-map\"><entry><string>X-Clinic</string><string>north</string></entry></headers><subject>Result ${id}</subject><charsetEncoding>UTF-8</charsetEncoding><html>true</html><body>&lt;p&gt;${id}&lt;/p&gt;</body>"
                + "<attachments><com.mirth.connect.connectors.smtp.Attachment><name>m.hl7</name><content>${message.encodedData}</content><mimeType>text/plain</mimeType></com.mirth.connect.connectors.smtp.Attachment></attachments></properties>",
            transport: "SMTP Sender"));

        var yaml = result.File("imported/adt-in/channel.yaml");
        foreach (var part in new[]
        {
            "type: smtp", "connect: mail.example.org:587", "security: starttls", "user: clinic", "password: ${secret:", "from: clinic@example.org", "to: ${doctor}", "subject: Result ${id}", "html: true", "<p>${id}</p>",
            "name: X-Clinic", "attach:", "name: m.hl7", "content: ${message.encodedData}", "timeout: 5s",
        })
        {
            Assert.Contains(part, yaml, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("hunter2", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Findings, finding => finding.Level == ImportLevel.Unsupported);
        Assert.True(result.Channels.Single().IsEnabled);
    }

    [Fact]
    public void UnsupportedConnector_ChannelIsNotEnabled_AndSaysWhy()
    {
        var result = Exports.Import(Exports.Channel(destination: "<properties class=\"com.mirth.connect.connectors.jms.JmsDispatcherProperties\"><clientId>mail</clientId><password>p</password></properties>", transport: "JMS Sender"));

        Assert.False(result.Channels.Single().IsEnabled);
        Assert.Contains("enabled: false", result.File("imported/adt-in/channel.yaml"), StringComparison.Ordinal);
        Assert.Contains("throw new Error('The connector JMS Sender", result.File("imported/adt-in/Archive-files/write.js"), StringComparison.Ordinal);
        Assert.Contains(result.Findings, finding => finding is { Level: ImportLevel.Unsupported, Channel: "imported/adt-in" } && finding.What.Contains("JMS Sender", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Findings, finding => finding.Xml?.Contains("<password>p<", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("None", "acknowledge: none")]
    [InlineData("Auto-generate (Before processing)", "acknowledge: on-receipt")]
    [InlineData("Auto-generate (Destinations completed)", "acknowledge: after-destinations")]
    [InlineData("d2", "destination: Archive-files")]
    [InlineData("myAnswer", "variable: myAnswer")]
    public void ResponseVariable_BecomesAcknowledge(string variable, string written) =>
        Assert.Contains(written, Exports.Import(Exports.Channel(responseVariable: variable)).File("imported/adt-in/channel.yaml"), StringComparison.Ordinal);

    [Fact]
    public void Password_GoesToTheSecrets_AndIsNotInAnyFile()
    {
        const string Sender = """
            <properties class="com.mirth.connect.connectors.http.HttpDispatcherProperties" version="4.5.2">
              <host>https://ehr.example.org/api/${mrn}</host><method>post</method><useAuthentication>true</useAuthentication><authenticationType>Basic</authenticationType>
              <username>clinic</username><password>open sesame</password><content>${message.encodedData}</content><contentType>application/hl7-v2</contentType>
            </properties>
            """;

        var result = Exports.Import(Exports.Channel(destination: Sender, transport: "HTTP Sender"));

        var secret = Assert.Single(result.Secrets);
        Assert.Equal(("adt-in-archive-files-password", "open sesame"), (secret.Name, secret.Value));
        Assert.Contains("password: ${secret:adt-in-archive-files-password}", result.File("imported/adt-in/channel.yaml"), StringComparison.Ordinal);
        Assert.DoesNotContain("open sesame", ImportReport.Of(result, []).ToJson() + ImportReport.Of(result, []).ToMarkdown() + result.File("imported/adt-in/channel.yaml"), StringComparison.Ordinal);
        Assert.DoesNotContain("open sesame", secret.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ListenerInRawFrames_IsUnsupported()
    {
        var raw = Exports.TcpListener.Replace("<serverMode>", "<transmissionModeProperties class=\"x\"><pluginPointName>Basic</pluginPointName><startOfMessageBytes>02</startOfMessageBytes><endOfMessageBytes>03</endOfMessageBytes></transmissionModeProperties><serverMode>", StringComparison.Ordinal);

        var result = Exports.Import(Exports.Channel(source: raw));

        Assert.False(result.Channels.Single().IsEnabled);
        Assert.Contains(result.Findings, finding => finding.Level == ImportLevel.Unsupported && finding.What.Contains("begin with 02 and end with 03", StringComparison.Ordinal));
    }

    [Fact]
    public void ValueOfTheServer_NobodyGave_WaitsForADecision()
    {
        var result = Exports.Import(Exports.Channel(source: Exports.TcpListener.Replace("26661", "${adtPort}", StringComparison.Ordinal)));

        Assert.Contains("listen: 127.0.0.1:${config:adtPort}", result.File("imported/adt-in/channel.yaml"), StringComparison.Ordinal);
        Assert.Contains("adtPort: 1", result.File("config/base.yaml"), StringComparison.Ordinal);
        Assert.False(result.Channels.Single().IsEnabled);
        var finding = Assert.Single(result.Findings, finding => finding.Level == ImportLevel.Decision && finding.Channel.Length > 0);
        Assert.Contains("adtPort", finding.What, StringComparison.Ordinal);
        Assert.Equal(("imported/adt-in/channel.yaml", 10), (finding.File, finding.Line));
    }

    [Fact]
    public void SameChannelTwice_FirstCounts()
    {
        var result = Exports.Import(Exports.Channel(), Exports.Channel());

        Assert.Single(result.Channels);
        Assert.Contains(result.Findings, finding => finding.ExportFile == "export1.xml" && finding.What.Contains("twice", StringComparison.Ordinal));
    }

    [Fact]
    public void ScriptThatDoesNotParse_IsNamedByTheExportsLine_RestIsImported()
    {
        var broken = Exports.Channel(sourceElements: Exports.Script("JavaScriptStep", "Broken", 0, "var a = 1;\nvar b = ;\n"));

        var result = Exports.Import(broken);
        var reading = new ChannelReading("imported/adt-in", null, [new ChannelProblem("imported/adt-in/transform.js", 5, 9, "", "an unexpected ;", "a script that can be read")]);
        var report = ImportReport.Of(result, [reading]);

        var finding = Assert.Single(report.Channels.Single().Findings, finding => finding.Level == ImportLevel.Unsupported);
        Assert.Equal(LineOf(broken, "var b = ;"), finding.ExportLine);
        Assert.Equal("var b = ;", result.File("imported/adt-in/transform.js").Split('\n')[4]);
    }

    private static int LineOf(string export, string text) => export[..export.IndexOf(text, StringComparison.Ordinal)].Count(c => c == '\n') + 1;

    [Fact]
    public void NamesThatScriptsSay_GoOnAsTitles()
    {
        var script = Exports.Script("JavaScriptStep", "send", 0, "router.routeMessage('ADT In', msg); destinationSet.remove(['Archive files']); $r('Archive files');");

        var result = Exports.Import(Exports.Channel(sourceElements: script));

        var yaml = result.File("imported/adt-in/channel.yaml");
        Assert.Contains("title: ADT In\n", yaml, StringComparison.Ordinal);
        Assert.Contains("title: Archive files\n", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Findings, finding => finding.Level == ImportLevel.Decision);
    }

    [Fact]
    public void TitleOfSeveralChannels_IsADecisionForScriptsThatSayIt()
    {
        var script = Exports.Script("JavaScriptStep", "send", 0, "router.routeMessage('ADT In', msg);");

        var result = Exports.Import(Exports.Channel(sourceElements: script), Exports.Channel(id: "22222222-2222-3333-4444-555555555555"));

        Assert.Contains(result.Findings, finding => finding.Level == ImportLevel.Decision && finding.What.Contains("several channels are called so", StringComparison.Ordinal));
    }
}
