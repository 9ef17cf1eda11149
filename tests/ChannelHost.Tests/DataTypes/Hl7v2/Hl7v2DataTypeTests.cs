using ChannelHost.DataTypes;
using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.Testing;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

public sealed class Hl7v2DataTypeTests : TreeDataTypeContract
{
    protected override IDataType Type => DataTypeCatalog.All.Single(type => type.Name == "hl7v2");

    protected override IReadOnlyDictionary<string, byte[]> Messages => Some.Messages;

    protected override IReadOnlyDictionary<string, byte[]> Garbage => new Dictionary<string, byte[]>
    {
        ["empty"] = [],
        ["blank"] = [.. " \r\n "u8],
        ["no header"] = [.. "PID|1||4711"u8],
        ["xml"] = [.. "<ADT_A01/>"u8],
        ["json"] = [.. "{}"u8],
        ["separator is a letter"] = [.. "MSHA^~\\&A"u8],
        ["only a name"] = [.. "MSH"u8],
        ["invalid utf-8"] = [.. "MSH|^~\\&|A\rPID|1||"u8, 0xC3, 0x28],
    };

    [Theory]
    [InlineData("PID-3.1", true)]
    [InlineData("OBX[2]-5", true)]
    [InlineData("MSH-9.2", true)]
    [InlineData("PID-", false)]
    [InlineData("PID-x", false)]
    [InlineData("5.1", false)]
    public void Path_IsToldWhenItNamesNoPlace(string path, bool isGood) =>
        Assert.Equal(isGood, Type.PathProblem(path) is null);

    [Fact]
    public void Settings_CharsetThatNobodyKnows_IsAProblem()
    {
        var options = new Hl7v2Options { Charset = "utf-9" };

        var problem = Assert.Single(Type.Validate(options));

        Assert.Equal("charset", problem.Option);
        Assert.Equal("utf-9", problem.Found);
        Assert.Throws<ArgumentException>(() => Type.CreateCodec(options));
    }
}
