using System.Text;
using ChannelHost.Server.Sending;

namespace ChannelHost.Tests.Server;

public sealed class Er7TextTests
{
    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void FileWithSeveralMessages_IsSplitAtMsh(string lineEnd)
    {
        var file = string.Join(lineEnd, "MSH|^~\\&|A|B|C|D|1||ADT^A01|1|P|2.5", "PID|1", "MSH|^~\\&|A|B|C|D|1||ADT^A01|2|P|2.5", "PID|2", "");

        var messages = Split(file);

        Assert.Equal(["MSH|^~\\&|A|B|C|D|1||ADT^A01|1|P|2.5\rPID|1\r", "MSH|^~\\&|A|B|C|D|1||ADT^A01|2|P|2.5\rPID|2\r"], messages);
    }

    [Fact]
    public void Batch_LosesItsEnvelopeAndNothingElse()
    {
        var messages = Split("FHS|^~\\&|X\nBHS|^~\\&|X\nMSH|^~\\&|||||1||A|1|P|2.3\nNTE|1||MSH in a text\nBTS|1\nFTS|1\n");

        Assert.Equal(["MSH|^~\\&|||||1||A|1|P|2.3\rNTE|1||MSH in a text\r"], messages);
    }

    [Fact]
    public void ByteOrderMarkAndBlankLines_AreLeftOut()
    {
        Assert.Equal(["MSH|^~\\&|a\rPID|b\r"], Split("\uFEFFMSH|^~\\&|a\n\nPID|b\n\n"));
    }

    [Fact]
    public void FileWithoutMsh_IsOneMessageAsItIs()
    {
        Assert.Equal(["{\"not\": \"hl7\"}\n"], Split("{\"not\": \"hl7\"}\n"));
    }

    [Fact]
    public void Bytes_ThatAreNoTextStayAsTheyAre()
    {
        byte[] file = [.. "MSH|^~\\&|"u8, 0xE4, 0xFF, 0x00, .. "\nPID|1\n"u8];

        var message = Assert.Single(Er7Text.Split(file));

        Assert.Equal([.. "MSH|^~\\&|"u8, 0xE4, 0xFF, 0x00, .. "\rPID|1\r"u8], message.ToArray());
    }

    [Theory]
    [InlineData("MSH", 10, "ID7")]
    [InlineData("MSH", 3, "APP")]
    [InlineData("MSA", 1, "AE")]
    [InlineData("MSA", 3, "no such patient")]
    [InlineData("MSA", 9, null)]
    [InlineData("ERR", 1, null)]
    public void Field_IsFoundByTheMessagesOwnSeparator(string segment, int number, string? value)
    {
        var message = Encoding.UTF8.GetBytes("MSH#^~\\&#APP#F#G#H#20260102##ACK#ID7#P#2.5\rMSA#AE#ID6#no such patient\r");

        Assert.Equal(value, Er7Text.Field(message, Encoding.UTF8.GetBytes(segment), number));
    }

    private static IEnumerable<string> Split(string file) => Er7Text.Split(Encoding.UTF8.GetBytes(file)).Select(message => Encoding.UTF8.GetString(message.Span));
}
