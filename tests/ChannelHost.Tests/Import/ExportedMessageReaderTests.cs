using System.Text;
using ChannelHost.Import.Messages;
using CsCheck;

namespace ChannelHost.Tests.Import;

public sealed class ExportedMessageReaderTests
{
    private const string Raw = "MSH|^~\\&|A\rPID|1\r";

    [Fact]
    public void Message_IsReadWithAllItsParts()
    {
        var message = Assert.Single(Read(Exported.Message(7, Exported.Source(Raw, response: "MSA|AA|1\r"), Exported.Destination(2, "EHR", "SENT", "x\ry", "thanks", "<p><template>z &amp; z</template></p>"))));

        Assert.Equal((7, Exported.ChannelId, "Old", DateTimeOffset.FromUnixTimeMilliseconds(1767268800000)), (message.Id, message.ChannelId, message.ChannelName, message.ReceivedAt));
        Assert.Equal((Raw, "MSA|AA|1\r", MessageStatus.Transformed), (message.Source!.Raw, message.Source.Response, message.Source.Status));
        Assert.Equal(["originalFilename", "number"], message.Source.SourceMap.Keys);
        var destination = Assert.Single(message.Destinations);
        Assert.Equal((2, "EHR", "x\ry", "z & z", "thanks", MessageStatus.Sent, true), (destination.Id, destination.Name, destination.Encoded, destination.Sent, destination.Response, destination.ResponseStatus, destination.WasSent));
        Assert.Null(message.Problem);
        Assert.Equal("export.xml:1", message.Place);
    }

    [Fact]
    public void ListsAndMessagesBehindEachOther_AreAllRead()
    {
        var one = Exported.Message(1, Exported.Source(Raw));
        var other = Exported.Message(2, Exported.Source(Raw));

        Assert.Equal([1, 2], Read($"<?xml version=\"1.0\"?><list>{one}{other}</list>").Select(message => message.Id));
        Assert.Equal([1, 2, 1], Read($"{one}\n{other}{one}").Select(message => message.Id));
        Assert.Empty(Read(""));
        Assert.Empty(Read("<channel/>"));
    }

    [Fact]
    public void Base64Content_IsDecoded()
    {
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes("MSH|\v é"));
        var message = Exported.Message(1, Exported.Source("x")).Replace("<content>x</content>", $"<content encoding=\"base64\">{text}</content>", StringComparison.Ordinal);

        Assert.Equal("MSH|\v é", Assert.Single(Read(message)).Source!.Raw);
    }

    [Fact]
    public void EncryptedOrEmptyMessages_SayWhatToDo()
    {
        var encrypted = Exported.Message(1, Exported.Source(Raw).Replace("<encrypted>false", "<encrypted>true", StringComparison.Ordinal));
        var empty = Exported.Message(2);

        Assert.Equal(["its content is encrypted; export it again without encryption", "it has no raw content; export it with its content"], Read(encrypted + empty).Select(message => message.Problem));
    }

    [Theory]
    [InlineData("<!DOCTYPE m [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]><message><messageId>&b;</messageId></message>")]
    [InlineData("<!DOCTYPE m [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><message>&x;</message>")]
    [InlineData("<message><messageId>1</messageId>")]
    [InlineData("MSH|^~\\&|no export")]
    public void WhatIsNoExport_IsOneProblemWithItsPlace(string text)
    {
        var message = Assert.Single(Read(text));

        Assert.Contains("no XML from here on", message.Problem, StringComparison.Ordinal);
        Assert.Equal("export.xml:1", message.Place);
    }

    [Fact]
    public void BrokenLater_WhatStandsBeforeIsRead()
    {
        var messages = Read(Exported.Message(1, Exported.Source(Raw)) + "\n<message><oops></message>").ToList();

        Assert.Equal(2, messages.Count);
        Assert.Null(messages[0].Problem);
        Assert.NotNull(messages[1].Problem);
    }

    [Fact]
    public void AnyBytes_NeverThrow()
    {
        var sample = Encoding.UTF8.GetBytes(Exported.Message(1, Exported.Source(Raw, response: "x"), Exported.Destination(1, "EHR", "SENT", "x", "y", "<a/>")));
        var bytes = Gen.OneOf(
            Gen.Byte.Array[0, 200],
            Gen.Int[0, sample.Length].Select(length => sample[..length]),
            Gen.Select(Gen.Int[0, sample.Length - 1], Gen.Byte).Select((at, value) => { var copy = sample.ToArray(); copy[at] = value; return copy; }));

        bytes.Sample(content => Assert.True(ExportedMessageReader.Read(new MemoryStream(content), "x").Count() <= 1_000), iter: 2_000);
    }

    private static IEnumerable<ExportedMessage> Read(string text) => ExportedMessageReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "export.xml");
}
