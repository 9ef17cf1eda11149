using System.Text;
using ChannelHost.DataTypes.Xml;

namespace ChannelHost.Tests.DataTypes.Xml;

public sealed class XmlSplitterTests
{
    private const string Two = "<?xml version='1.0'?>\n<all xmlns=\"urn:a\" xmlns:q=\"urn:q\">\n <item id=\"1\"><x/></item>\n text\n <other><item id=\"9\"/></other>\n <item q:id=\"2\">&amp;é</item>\n</all>";

    [Theory]
    [InlineData("/all/item", 2)]
    [InlineData("item", 3)]
    [InlineData("", 3)]
    [InlineData("/*/other/item", 1)]
    public void Elements_AreMessages(string node, int count) => Assert.Equal(count, Parts(Two, node).Length);

    [Fact]
    public void Elements_AreDocumentsOfTheirOwn()
    {
        var parts = Parts(Two, "/all/item");

        Assert.Equal(["<item id=\"1\" xmlns:q=\"urn:q\" xmlns=\"urn:a\"><x /></item>", "<item q:id=\"2\" xmlns:q=\"urn:q\" xmlns=\"urn:a\">&amp;é</item>"], parts.Select(Text));
        Assert.Equal(["line 3", "line 6"], parts.Select(part => part.Place));
        Assert.All(parts, part => Assert.Equal("urn:a", Codec().Parse(part.Content).Root.NamespaceUri));
    }

    [Fact]
    public void PrefixesThatOnlyValuesUse_AreDeclaredInEveryPart()
    {
        const string File = """
            <all xmlns="urn:d" xmlns:hl7="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
            <item xsi:type="hl7:CD"><x xsi:type="hl7:ST"/></item><hl7:item xmlns:hl7="urn:other">hl7:a</hl7:item><item/></all>
            """;

        var parts = Parts(File, "item").Select(part => System.Xml.Linq.XElement.Parse(Text(part))).ToList();

        Assert.Equal(["urn:hl7-org:v3", "urn:other", "urn:hl7-org:v3"], parts.Select(part => part.GetNamespaceOfPrefix("hl7")?.NamespaceName));
        Assert.All(parts, part => Assert.Equal("urn:d", part.GetDefaultNamespace().NamespaceName));
        Assert.Equal(["urn:d", "urn:other", "urn:d"], parts.Select(part => part.Name.NamespaceName));
    }

    [Fact]
    public void NestedElementsOfTheName_BelongToTheOuter() => Assert.Single(Parts("<a><b><b/></b></a>", "b"));

    [Fact]
    public void RootItself_CanBeTheMessage() => Assert.Equal("<a><b /></a>", Text(Assert.Single(Parts("<a><b/></a>", "a"))));

    [Fact]
    public void AdjacentElements_AreAllFound() => Assert.Equal(["<b>1</b>", "<b>2</b>", "<b />"], Parts("<a><b>1</b><b>2</b><b/></a>", "b").Select(Text));

    [Fact]
    public void NoSuchElement_IsAProblem() => Assert.Equal("There is no element patient (setting node).", Assert.Single(Parts("<a/>", "patient")).Problem);

    [Fact]
    public void EmptyRoot_HasNoParts() => Assert.Empty(Parts("<a> </a>"));

    [Theory]
    [InlineData("no xml")]
    [InlineData("")]
    [InlineData("<!DOCTYPE a [<!ENTITY x 'y'>]><a><b>&x;</b></a>")]
    [Trait("Row", "S24")]
    public void NoXml_IsOnePartForTheCodecToRefuse(string text)
    {
        var part = Assert.Single(Parts(text));

        Assert.Equal(text, Text(part));
        Assert.Throws<MessageFormatException>(() => Codec().Parse(part.Content));
    }

    [Fact]
    [Trait("Row", "F36")]
    public void Broken_GoodOnesAreKeptAndTheRestIsVisible()
    {
        var parts = Parts("<a>\n<b>1</b>\n<b>2</b>\n<b>3</c>\n<b>4</b></a>");

        Assert.Equal(["<b>1</b>", "<b>2</b>", "<b>3</c>\n<b>4</b></a>"], parts.Select(Text));
        Assert.StartsWith("This is no XML", parts[2].Problem, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F37")]
    public void Undecodable_IsAProblemAndNeverReplaced()
    {
        byte[] text = [.. "<a><b>1</b>"u8, .. new byte[8192].Select(_ => (byte)' '), .. "<b>"u8, 0xE9, .. "</b></a>"u8];

        var parts = Splitter().Split(text).ToArray();

        Assert.NotNull(parts[^1].Problem);
        Assert.All(parts[..^1], part => Assert.DoesNotContain('\uFFFD', Text(part)));
    }

    [Fact]
    [Trait("Row", "F37")]
    public void OtherCharset_PartsAreUtf8()
    {
        var part = Assert.Single(Splitter().Split(Encoding.Latin1.GetBytes("<?xml version='1.0' encoding='iso-8859-1'?><a><b>é</b></a>")));

        Assert.Equal("<b>é</b>", Text(part));
    }

    [Fact]
    public void Answer_StatesEveryPart()
    {
        var parts = Parts("<a><b/><b/></a>");
        BatchAnswer[] answers =
        [
            new(parts[0], new SourceResponse(1, true, MessageStatus.Transformed, null, null)),
            new(parts[1], new SourceResponse(2, true, MessageStatus.Error, null, "a < b")),
        ];

        Assert.Equal(
            "<answer accepted=\"1\" rejected=\"1\"><part number=\"1\" place=\"line 1\" status=\"accepted\" /><part number=\"2\" place=\"line 1\" status=\"error\" reason=\"a &lt; b\" /></answer>",
            Encoding.UTF8.GetString(Splitter().Answer(default, answers)!.Value.Span));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("/a/b[1]")]
    [InlineData("@id")]
    [InlineData("<a>")]
    public void WrongNode_IsNamed(string node) => Assert.Equal("node", Assert.Single(new XmlDataType().ValidateBatch(new XmlBatchOptions { Node = node }, new XmlOptions())).Option);

    private static IMessageCodec Codec() => new XmlDataType().CreateCodec(new XmlOptions());

    private static IBatchSplitter Splitter(string node = "") => new XmlDataType().CreateSplitter(new XmlBatchOptions { Node = node }, new XmlOptions());

    private static BatchPart[] Parts(string text, string node = "") => [.. Splitter(node).Split(Encoding.UTF8.GetBytes(text))];

    private static string Text(BatchPart part) => Encoding.UTF8.GetString(part.Content.Span);
}
