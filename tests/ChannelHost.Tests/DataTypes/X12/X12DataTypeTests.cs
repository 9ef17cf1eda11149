using System.Text;
using ChannelHost.DataTypes;
using ChannelHost.DataTypes.X12;

namespace ChannelHost.Tests.DataTypes.X12;

public sealed class X12DataTypeTests : TreeDataTypeContract
{
    private const string Header = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *240101*1200*^*00501*000000905*0*T*:~";
    private const string Claim = Header + "\nGS*HC*S*R*20240101*1200*1*X*005010X222A1~\nST*837*0001~\nSV1*HC:99213:25**UN~\nSE*3*0001~\n";

    protected override IDataType Type => DataTypeCatalog.All.Single(type => type.Name == "x12");

    protected override IReadOnlyDictionary<string, byte[]> Messages => new Dictionary<string, byte[]>
    {
        ["claim"] = Encoding.ASCII.GetBytes(Claim),
        ["no interchange"] = [.. "ST*997*1~AK1*HC*1~"u8],
        ["one segment"] = [.. "XYZ"u8],
    };

    protected override IReadOnlyDictionary<string, byte[]> Garbage => new Dictionary<string, byte[]> { ["empty"] = [], ["blank"] = [.. " \r\n"u8], ["no utf-8"] = [0x41, 0xFF] };

    [Fact]
    public void Claim_IsATreeAsTheReferenceShowsIt()
    {
        var tree = Parse(Claim);

        Assert.Equal("X12Transaction", tree.Root.Name);
        Assert.Equal(["~\n", "*", ":"], tree.Root.Attributes.Select(attribute => attribute.Value));
        Assert.Equal("<SV1><SV1.01><SV1.01.1>HC</SV1.01.1><SV1.01.2>99213</SV1.01.2><SV1.01.3>25</SV1.01.3></SV1.01><SV1.02></SV1.02><SV1.03><SV1.03.1>UN</SV1.03.1></SV1.03></SV1>", TreeXml.Write(tree.All("SV1")[0]));
        Assert.Equal(["ISA", "GS", "ST", "SV1", "SE"], tree.Root.Children.Select(segment => segment.Name));
        Assert.Equal(2, tree.All("ISA/ISA.16/*").Count);
        Assert.Equal(new MessageDescription("000000905", "837"), Codec.Describe(Encoding.ASCII.GetBytes(Claim)));
    }

    [Fact]
    public void OtherDelimiters_AreTakenFromTheHeaderAndUsedForWriting()
    {
        var tree = Parse(Claim.Replace('*', '|').Replace(':', '>').Replace("~\n", "^", StringComparison.Ordinal));

        tree.Set("ST/ST.02/ST.02.1", "0002");

        Assert.Contains("^ST|837|0002^SV1|HC>99213>25||UN^", Text(tree.Serialize()), StringComparison.Ordinal);
    }

    [Fact]
    public void TreeWithGaps_MissingElementsAreFilledForward()
    {
        var tree = Parse("REF*G1~");

        var element = tree.Create(tree.All("REF")[0], "REF.04");
        tree.Create(element, "REF.04.3").SetText("x");

        Assert.Equal("REF*G1***::x~", Text(tree.Serialize()));
    }

    [Fact]
    public void EverythingRewritten_IsTheSame()
    {
        var tree = Parse(Claim);

        tree.Root.Append(MessageNode.NewElement("IEA"));

        Assert.Equal(Claim + "IEA~\n", Text(tree.Serialize()));
    }

    [Fact]
    public void NumberFarAway_IsRefused()
    {
        var tree = Parse("REF*G1~");
        tree.Create(tree.All("REF")[0], "REF.2000000000").SetText("x");

        Assert.Throws<MessageFormatException>(() => tree.Serialize());
    }

    private static IMessageTree Parse(string text) => new X12DataType().CreateCodec(new X12Options()).Parse(Encoding.ASCII.GetBytes(text));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.ASCII.GetString(bytes.Span);
}
