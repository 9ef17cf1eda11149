using System.Text;
using System.Xml.Linq;
using ChannelHost.Import;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Reports;
using CsCheck;

namespace ChannelHost.Tests.Import;

/// <summary>Exports come from outside: whatever they hold, there is a finding and no crash.</summary>
public sealed class BadExportTests
{
    [Theory]
    [InlineData("<channel version=\"4.5.2\"><id>1</id><name>x", "cannot be read")]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><channel>&b;</channel>", "cannot be read")]
    [InlineData("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><channel/>", "cannot be read")]
    [InlineData("", "Root element is missing")]
    [InlineData("just some text", "neither XML nor a configuration map")]
    [InlineData("<html><body/></html>", "no export that is known")]
    [InlineData("<transformer version=\"4.5.2\"><elements/></transformer>", "part of a channel")]
    public void WhatIsNoExport_IsSaid(string text, string what)
    {
        var result = Exports.Import(text);

        Assert.Empty(result.Channels);
        Assert.Contains(what, Assert.Single(result.Findings, finding => finding.Level == ImportLevel.Unsupported).What, StringComparison.Ordinal);
    }

    [Fact]
    public void BrokenFile_LineIsNamed_AndOthersAreImported()
    {
        var result = Exports.Import("<channel>\n<name>x</nam></channel>", Exports.Channel());

        Assert.Single(result.Channels);
        Assert.Equal(2, Assert.Single(result.Findings, finding => finding.ExportFile == "export0.xml").ExportLine);
    }

    [Fact]
    public void DepthBomb_IsRefused() =>
        Assert.Contains("deep", Assert.Single(Exports.Import(string.Concat(Enumerable.Repeat("<a>", 5000))).Findings).What, StringComparison.Ordinal);

    [Fact]
    public void ReferenceBomb_IsRefused()
    {
        var text = new StringBuilder("<list><a0>").Append(string.Concat(Enumerable.Repeat("<x/>", 100))).Append("</a0>");
        for (var level = 1; level < 12; level++)
        {
            text.Append("<a").Append(level).Append('>').Append(string.Concat(Enumerable.Repeat($"<y reference=\"../../a{level - 1}\"/>", 30))).Append("</a").Append(level).Append('>');
        }

        var error = Assert.Throws<ExportException>(() => ExportReader.Read(Encoding.UTF8.GetBytes(text.Append("</list>").ToString())));

        Assert.Contains("back references", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BackReference_StandsForWhatItPointsAt()
    {
        var root = ExportReader.Read("<list><a><b>1</b></a><c reference=\"../a\"/><d reference=\"../a/b[1]\"/><e reference=\"..\"/></list>"u8.ToArray());

        Assert.Equal("1", root.Find("c")!.Word("b"));
        Assert.Equal("1", root.Word("d"));
        Assert.Equal("..", root.Find("e")!.Attribute("reference"));
    }

    [Fact]
    public void ChannelOfFiveMegabytes_IsImported()
    {
        var script = string.Concat(Enumerable.Repeat("logger.info('a line of a very long script');\n", 110_000));

        var result = Exports.Import(Exports.Channel(sourceElements: Exports.Script("JavaScriptStep", "Long", 0, script)));

        Assert.EndsWith(script, result.File("imported/adt-in/transform.js"), StringComparison.Ordinal);
    }

    [Fact]
    public void AnyExportWithPartsMissingOrStrange_NeverCrashes()
    {
        var steps = Exports.Script("JavaScriptStep", "a", 0, "var a;") + "<com.mirth.connect.model.IteratorStep><name>i</name><sequenceNumber>1</sequenceNumber><properties><target>x</target><children><MapperStep><variable>v</variable><mapping>m</mapping></MapperStep></children></properties></com.mirth.connect.model.IteratorStep>";
        string[] texts = ["", "true", "-1", "999999999999", "${x}", "${", "$", "<", "d7", "http://", "jdbc:", "/", "..", "SFTP", "HL7V2", "a\nb"];
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 12]).Sample((seed, changes) =>
        {
            var random = new Random(seed);
            var document = XDocument.Parse(Exports.Channel(sourceElements: steps, more: "<exportData><metadata><enabled>true</enabled></metadata><codeTemplateLibraries/></exportData>"));
            for (var change = 0; change < changes; change++)
            {
                var elements = document.Descendants().ToArray();
                var element = elements[random.Next(elements.Length)];
                switch (random.Next(4))
                {
                    case 0 when element.Parent is not null:
                        element.Remove();
                        break;
                    case 1:
                        element.Value = texts[random.Next(texts.Length)];
                        break;
                    case 2 when element.Attribute("class") is { } kind:
                        kind.Value = $"x.{(random.Next(2) == 0 ? "HttpDispatcherProperties" : "FileReceiverProperties")}";
                        break;
                    default:
                        element.Add(new XElement(elements[random.Next(elements.Length)].Name, "x"));
                        break;
                }
            }

            var result = Exports.Import(document.ToString());

            Assert.InRange(result.Channels.Count, 0, 1);
            Assert.NotEmpty(ImportReport.Of(result, []).ToMarkdown());
        }, iter: 500);
    }

    [Fact]
    public void EmptyChannel_IsImportedWithWhatItLacks()
    {
        var result = Exports.Import("<channel version=\"9.9.9\"><id>1</id><name>../../etc/passwd</name></channel>");

        Assert.Equal("imported/etc-passwd", Assert.Single(result.Channels).Name);
        Assert.Contains(result.Findings, finding => finding.Level == ImportLevel.Unsupported);
    }
}
