using System.Text;
using ChannelHost.DataTypes;
using ChannelHost.DataTypes.Raw;

namespace ChannelHost.Tests.DataTypes.Raw;

public sealed class RawDataTypeTests : DataTypeContract
{
    protected override IDataType Type => DataTypeCatalog.All.Single(type => type.Name == "raw");

    protected override IReadOnlyDictionary<string, byte[]> Messages => new Dictionary<string, byte[]>
    {
        ["text"] = [.. "Anything at all\r\n\t\0 é 日 😀"u8],
        ["empty"] = [],
        ["marked"] = [0xEF, 0xBB, 0xBF, .. "x"u8],
    };

    protected override IReadOnlyDictionary<string, byte[]> Garbage => new Dictionary<string, byte[]>
    {
        ["latin-1"] = [0x41, 0xE9, 0x42],
        ["cut off"] = [0xE6, 0x97],
    };

    [Fact]
    public void Text_EncodedAgain_SameBytes()
    {
        foreach (var (name, bytes) in Messages)
        {
            Assert.True(Codec.Encode(Codec.Decode(bytes)).Span.SequenceEqual(bytes), name);
        }
    }

    [Theory]
    [InlineData("windows-1252")]
    [InlineData("iso-8859-15")]
    [InlineData("1252")]
    [InlineData("utf-16")]
    [InlineData("shift_jis")]
    public void Charset_IsTheSettings(string charset)
    {
        var codec = Type.CreateCodec(new RawOptions { Charset = charset });

        Assert.Equal("abc", codec.Decode(codec.Encode("abc")));
        if (charset is "windows-1252" or "1252")
        {
            Assert.Equal(new byte[] { 0x80 }, codec.Encode("€").ToArray());
            Assert.Throws<MessageFormatException>(() => codec.Encode("日"));
        }
    }

    [Fact]
    public void UndecodableByte_ErrorSaysWhich()
    {
        var problem = Assert.Throws<MessageFormatException>(() => Codec.Decode(Garbage["latin-1"]));

        Assert.Contains("Byte 1 ", problem.Message, StringComparison.Ordinal);
        Assert.Contains("utf-8", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownCharset_IsAProblemOfTheSettings()
    {
        Assert.Equal("charset", Assert.Single(Type.Validate(new RawOptions { Charset = "nope" })).Option);
        Assert.Throws<ArgumentException>(() => Type.CreateCodec(new RawOptions { Charset = "utf-7" }));
    }

    [Fact]
    public void LargeText_IsNotReplacedAnywhere()
    {
        var bytes = Encoding.UTF8.GetBytes(new string('é', 100_000));
        bytes[150_001] = 0x41;

        var problem = Assert.Throws<MessageFormatException>(() => Codec.Decode(bytes));

        Assert.Contains("Byte 150000 ", problem.Message, StringComparison.Ordinal);
    }
}
