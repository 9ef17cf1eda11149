using System.Text;
using ChannelHost.DataTypes.Xml;

namespace ChannelHost.Tests.DataTypes.Xml;

public sealed class XmlCompareTests
{
    [Theory]
    [InlineData("<a x='1' y='2'><b>t</b></a>", "<?xml version=\"1.0\"?>\n<a y=\"2\"\n x=\"1\">\n  <!-- c --><b>t</b>\n</a>")]
    [InlineData("<p:a xmlns:p='urn:x'><p:b/></p:a>", "<a xmlns='urn:x'><b></b></a>")]
    [InlineData("<a>&lt;<![CDATA[&]]></a>", "<a>&#60;&amp;</a>")]
    public void SameMeaning_NoDifference(string expected, string actual) => Assert.Empty(Compare(expected, actual));

    [Fact]
    public void Differences_AreToldByPath() => Assert.Equal(
        [
            new MessageDifference("/r/item[1]/@id", null, "1", "3"),
            new MessageDifference("/r/item[2]", null, "b", "c"),
            new MessageDifference("/r/gone", null, "<gone/>", null),
            new MessageDifference("/r/new", null, null, "<new>x</new>"),
        ],
        Compare("<r><item id='1'>a</item><item id='2'>b</item><gone/></r>", "<r><item id='3'>a</item><item id='2'>c</item><new>x</new></r>"));

    [Fact]
    public void InsertedElement_IsOneDifference() =>
        Assert.Equal([new MessageDifference("/r/i[1]", null, null, "<i>9</i>")], Compare("<r><i>1</i><i>2</i></r>", "<r><i>9</i><i>1</i><i>2</i></r>"));

    [Fact]
    public void Namespaces_Count() => Assert.NotEmpty(Compare("<a xmlns='urn:x'/>", "<a xmlns='urn:y'/>"));

    [Fact]
    public void WhiteSpaceInValues_Counts() => Assert.Single(Compare("<a> x</a>", "<a>x</a>"));

    [Theory]
    [InlineData("/root/item[*]/@id")]
    [InlineData("/root/item/@id")]
    [InlineData("/root/*/@*")]
    [InlineData("/root/item")]
    [InlineData("/root")]
    public void Ignored_IsPassedOver(string path) =>
        Assert.Empty(Compare("<root><item id='1'/><item id='2'/></root>", "<root><item id='3'/><item id='4'/></root>", path));

    [Fact]
    public void Ignored_IndexCounts() => Assert.Equal("/r/i[1]", Assert.Single(Compare("<r><i>1</i><i>2</i></r>", "<r><i>3</i><i>4</i></r>", "/r/i[2]")).Path);

    [Fact]
    public void NoXml_BytesAreCompared() => Assert.Equal("byte 1", Assert.Single(Compare("x", "<a/>")).Path);

    private static IReadOnlyList<MessageDifference> Compare(string expected, string actual, params string[] ignore) =>
        new XmlDataType().CreateCodec(new XmlOptions()).Compare(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(actual), ignore);
}
