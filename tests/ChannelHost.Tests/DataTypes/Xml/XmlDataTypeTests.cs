using System.Text;
using ChannelHost.DataTypes;
using ChannelHost.DataTypes.Xml;

namespace ChannelHost.Tests.DataTypes.Xml;

public sealed class XmlDataTypeTests : TreeDataTypeContract
{
    private const string Patient = "<?xml version=\"1.0\"?>\n<!-- made up -->\n<p:patient xmlns:p='urn:x' id='1'>\n  <p:name use=\"official\">Brandt</p:name>\n  <p:name>Joe &amp; Co<![CDATA[<3]]></p:name>\r\n\t<empty/>\n</p:patient>\n<?end?>";

    protected override IDataType Type => DataTypeCatalog.All.Single(type => type.Name == "xml");

    protected override IReadOnlyDictionary<string, byte[]> Messages => new Dictionary<string, byte[]>
    {
        ["patient"] = Encoding.UTF8.GetBytes(Patient),
        ["marked"] = [0xEF, 0xBB, 0xBF, .. "<a b='&lt;'>é日😀</a>"u8],
        ["utf-16"] = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("<?xml version='1.0' encoding='utf-16'?><a>日</a>")],
        ["latin-1"] = Encoding.Latin1.GetBytes("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>é</a>"),
        ["cr"] = [.. "<a>\r<b >\r\n x</b\n>\r <c d = \"'>'\" /> t </a>"u8],
        ["blank"] = [.. "<a> <b> </b> </a>"u8],
        ["deep"] = Nested(256),
    };

    protected override IReadOnlyDictionary<string, byte[]> Garbage => new Dictionary<string, byte[]>
    {
        ["empty"] = [],
        ["text"] = [.. "hello"u8],
        ["cut off"] = [.. "<a><b>"u8],
        ["two roots"] = [.. "<a/><b/>"u8],
        ["undeclared prefix"] = [.. "<x:a/>"u8],
        ["invalid utf-8"] = [.. "<a>"u8, 0xE9, .. "</a>"u8],
        ["unknown charset"] = [.. "<?xml version=\"1.0\" encoding=\"klingon\"?><a>\xE9</a>"u8],
        ["nul"] = [.. "<a>\0</a>"u8],
        ["unknown entity"] = [.. "<a>&nbsp;</a>"u8],
        ["too deep"] = Nested(257),
        ["deeper than any stack"] = Nested(200_000),
        ["laughs"] = [.. Laughs],
    };

    private static ReadOnlySpan<byte> Laughs => "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><l>&c;</l>"u8;

    [Fact]
    public void Values_AreReadByPath()
    {
        var tree = Parse(Patient);

        Assert.Equal("Brandt", tree.Get("name"));
        Assert.Equal("Joe & Co<3", tree.Get("/patient/name[2]"));
        Assert.Equal("official", tree.Get("/p:patient/p:name/@use"));
        Assert.Equal("1", tree.Get("@id"));
        Assert.Equal("", tree.Get("empty"));
        Assert.Null(tree.Get("absent/x"));
        Assert.Null(tree.Get("/other/name"));
        Assert.Equal(2, tree.All("name").Count);
        Assert.Equal("official", tree.Get("@use", tree.All("name")[0]));
        Assert.Equal(3, tree.All("*").Count);
        Assert.Equal("urn:x", tree.Root.NamespaceUri);
    }

    [Fact]
    public void OneValueChanged_AllElseStaysAsItWas()
    {
        var tree = Parse(Patient);

        tree.Set("name[2]", "A & B");

        Assert.Equal(
            Patient.Replace("Joe &amp; Co<![CDATA[<3]]>", "A &amp; B", StringComparison.Ordinal).Replace("'urn:x' id='1'", "\"urn:x\" id=\"1\"", StringComparison.Ordinal),
            Written(tree));
    }

    [Fact]
    public void MissingPlaces_AreMade()
    {
        var tree = Parse("<patient/>");

        tree.Set("name/family", "Brandt");
        tree.Set("name/@use", "official");
        tree.Set("/patient/name[2]", "x");
        tree.Set("empty", null);

        Assert.Equal("<patient><name use=\"official\"><family>Brandt</family></name><name>x</name><empty/></patient>", Written(tree));
    }

    [Fact]
    public void Removed_IsGone()
    {
        var tree = Parse("<a><b c='1'/><b/></a>");

        Assert.Equal(1, tree.Remove("b/@c"));
        Assert.Equal(1, tree.Remove("b[2]"));
        Assert.Equal("<a><b/></a>", Written(tree));
        Assert.Throws<FormatException>(() => tree.Remove("/a"));
    }

    [Theory]
    [InlineData("a//b")]
    [InlineData("@a/b")]
    [InlineData("")]
    [InlineData("a[0x]")]
    public void WrongPaths_AreRefused(string path) => Assert.Contains("is no path to an element", Assert.Throws<FormatException>(() => Parse("<a/>").Get(path)).Message, StringComparison.Ordinal);

    [Fact]
    public void PlaceThatIsNotOne_IsNotWritten()
    {
        Assert.Throws<FormatException>(() => Parse("<a><b/><b/></a>").Set("b", "x"));
        Assert.Throws<FormatException>(() => Parse("<a/>").Set("b[3]", "x"));
        Assert.Throws<FormatException>(() => Parse("<a/>").Set("/z/b", "x"));
    }

    [Fact]
    public void CharacterThatTheCharsetLacks_BecomesAReference()
    {
        var tree = Codec.Parse(Messages["latin-1"]);

        tree.Set("@x", "é日😀");

        Assert.Equal("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a x=\"&#233;&#26085;&#128512;\">&#233;</a>", Encoding.Latin1.GetString(tree.Serialize().Span));
        Assert.Equal("é日😀", Codec.Parse(tree.Serialize()).Get("@x"));
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("\uFFFF")]
    public void CharacterThatXmlLacks_IsRefused(string value)
    {
        var tree = Parse("<a/>");
        tree.Set("b", value);

        Assert.Throws<MessageFormatException>(() => tree.Serialize());
    }

    [Theory]
    [InlineData("<!DOCTYPE a SYSTEM 'file:///etc/hostname'><a/>")]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>")]
    [InlineData("<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/x'>%p;]><a/>")]
    [Trait("Row", "S24")]
    public void DocumentTypes_AreNeverRead(string text)
    {
        var problem = Assert.Throws<MessageFormatException>(() => Parse(text)).Message;

        Assert.Equal("The XML has a document type (DTD) in line 1; none is ever read.", problem);
    }

    [Fact]
    [Trait("Row", "S24")]
    public void Includes_AreOrdinaryElements() =>
        Assert.Equal("", Parse("<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='file:///etc/hostname' parse='text'/></a>").Get("include"));

    [Fact]
    [Trait("Row", "S24")]
    public void EntityBomb_CostsNothing()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<MessageFormatException>(() => Codec.Parse(Laughs.ToArray()));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [Fact]
    public void Limits_AreNamed()
    {
        Assert.Contains("maxDepth", Refused(Nested(300)), StringComparison.Ordinal);
        Assert.Contains("maxNodes", Refused(Encoding.UTF8.GetBytes("<a>" + string.Concat(Enumerable.Repeat("<b/>", 200)) + "</a>"), new XmlOptions { MaxNodes = 100 }), StringComparison.Ordinal);
        Assert.Contains("maxSize", Refused(new byte[2_000], new XmlOptions { MaxSize = new ByteSize(1024) }), StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_SayWhereAndNothingOfTheContent()
    {
        var problem = Assert.Throws<MessageFormatException>(() => Parse("<a>\n<Brandt></Jonas></a>"));

        Assert.Contains("line 2", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Brandt", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void RootIsTheMessageType()
    {
        Assert.Equal(new MessageDescription(null, "patient"), Codec.Describe(Messages["patient"]));
        Assert.Equal(default, Codec.Describe(Garbage["text"]));
    }

    private static byte[] Nested(int depth) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("<a>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth)));

    private string Refused(byte[] bytes, XmlOptions? options = null) => Assert.Throws<MessageFormatException>(() => Type.CreateCodec(options ?? new XmlOptions()).Parse(bytes)).Message;

    private IMessageTree Parse(string text) => Codec.Parse(Encoding.UTF8.GetBytes(text));

    private static string Written(IMessageTree tree) => Encoding.UTF8.GetString(tree.Serialize().Span);

    [Fact]
    public void StrippedNamespaces_NamesAreInNone()
    {
        var codec = new XmlDataType().CreateCodec(new XmlOptions { StripNamespaces = true });

        var tree = codec.Parse("<a xmlns=\"urn:x\" xmlns:xsi = \"urn:y\" b=\"1\"><c/></a>"u8.ToArray());

        Assert.Null(tree.Root.NamespaceUri);
        Assert.Equal("<a b=\"1\"><c/></a>", Encoding.UTF8.GetString(tree.Serialize().Span));
        Assert.Throws<MessageFormatException>(() => codec.Parse("<p:a xmlns:p=\"urn:x\"/>"u8.ToArray()));
        Assert.Equal("urn:x", codec.Parse("<a xmlns='urn:x'/>"u8.ToArray()).Root.NamespaceUri);
    }
}
