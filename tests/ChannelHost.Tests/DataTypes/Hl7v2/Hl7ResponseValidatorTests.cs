using System.Text;
using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.Testing;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

public sealed class Hl7ResponseValidatorTests
{
    private const string Header = "MSH|^~\\&|B||A||2026||ACK|9|P|2.5\r";

    // Name, answer, status, whether the connection is discarded. The table of README.md.
    public static TheoryData<string, string, MessageStatus, bool> Unusable => new()
    {
        { "empty", "", MessageStatus.Queued, true },
        { "blank", " \r\n", MessageStatus.Queued, true },
        { "garbage", "\u0001\u0002 hello", MessageStatus.Queued, true },
        { "no header", "MSA|AA|ID1", MessageStatus.Queued, true },
        { "header only", Header, MessageStatus.Queued, true },
        { "no fields", Header + "MSA", MessageStatus.Queued, true },
        { "empty fields", Header + "MSA||", MessageStatus.Queued, true },
        { "empty code", Header + "MSA||ID1", MessageStatus.Queued, true },
        { "unknown code", Header + "MSA|ZZ|ID1", MessageStatus.Queued, true },
        { "small letters", Header + "MSA|aa|ID1", MessageStatus.Queued, true },
        { "no control id", Header + "MSA|AA", MessageStatus.Queued, true },
        { "another message", Some.Messages["dft"].AsText(), MessageStatus.Queued, true },
        { "our own message", "MSH|^~\\&|A|B|C|D|2026||ADT^A01|ID1|P|2.5\rPID|1", MessageStatus.Queued, true },
        { "web page", "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", MessageStatus.Queued, true },
        { "web page in XML", "<html><body>OK MSA AA ID1</body></html>", MessageStatus.Queued, true },
        { "HTTP", "HTTP/1.1 200 OK\r\n\r\n", MessageStatus.Queued, true },
        { "JSON", "{\"ack\":\"AA\"}", MessageStatus.Queued, true },
        { "XML cut off", "<ACK><MSA><MSA.1>AA</MSA.1><MSA.2>ID1", MessageStatus.Queued, true },
        { "XML without MSA", "<ACK><MSH/></ACK>", MessageStatus.Queued, true },
        { "XML empty code", "<ACK><MSA><MSA.1/><MSA.2>ID1</MSA.2></MSA></ACK>", MessageStatus.Queued, true },
        { "XML unknown code", "<ACK><MSA><MSA.1>ZZ</MSA.1><MSA.2>ID1</MSA.2></MSA></ACK>", MessageStatus.Queued, true },
        { "XML other id", "<ACK><MSA><MSA.1>AA</MSA.1><MSA.2>ID2</MSA.2></MSA></ACK>", MessageStatus.Queued, true },
        { "XML no id", "<ACK><MSA><MSA.1>AA</MSA.1></MSA></ACK>", MessageStatus.Queued, true },
        { "XML with entities", "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><ACK><MSA><MSA.1>AA</MSA.1><MSA.2>ID1</MSA.2></MSA>&e;</ACK>", MessageStatus.Queued, true },
    };

    public static TheoryData<string, MessageStatus> Codes => new()
    {
        { "AA", MessageStatus.Sent },
        { "CA", MessageStatus.Sent },
        { "AE", MessageStatus.Error },
        { "CE", MessageStatus.Error },
        { "AR", MessageStatus.Error },
        { "CR", MessageStatus.Error },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    [Trait("Row", "F11")]
    public void UnusableAnswer_IsNeverSent(string name, string answer, MessageStatus status, bool discard)
    {
        var verdict = Judge(answer);

        Assert.Equal(status, verdict.Response.Status);
        Assert.Equal(discard, verdict.DiscardConnection);
        Assert.True(verdict.Response.IsUncertain, name);
        Assert.NotEmpty(verdict.Response.StatusMessage);
    }

    [Fact]
    [Trait("Row", "F11")]
    public void InvalidBytesInAnswer_IsNeverSent()
    {
        var answer = Encoding.Latin1.GetBytes(Header + "MSA|AA|ID1é");

        Assert.Equal(MessageStatus.Queued, Hl7.Codec().ValidatorFor(Sent("ID1"))!.Judge(answer).Response.Status);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    [Trait("Row", "F12")]
    public void Code_DecidesOnTheOutcome(string code, MessageStatus expected)
    {
        Assert.Equal(expected, Judge($"{Header}MSA|{code}|ID1\r").Response.Status);
        Assert.Equal(expected, Judge($"<?xml version=\"1.0\"?><ACK xmlns=\"urn:hl7-org:v2xml\"><MSH/><MSA><MSA.1>{code}</MSA.1><MSA.2>ID1</MSA.2></MSA></ACK>").Response.Status);
        Assert.False(Judge($"{Header}MSA|{code}|ID1\r").DiscardConnection);
    }

    [Theory]
    [InlineData("AE", "error", "retry", MessageStatus.Error)]
    [InlineData("CE", "retry", "error", MessageStatus.Queued)]
    [InlineData("AE", "retry", "error", MessageStatus.Queued)]
    [InlineData("AR", "retry", "error", MessageStatus.Error)]
    [InlineData("CR", "error", "retry", MessageStatus.Queued)]
    [InlineData("AR", "error", "retry", MessageStatus.Queued)]
    [Trait("Row", "F12")]
    public void NegativeCode_FollowsThePolicy(string code, string onError, string onReject, MessageStatus expected)
    {
        var options = new Hl7v2Options
        {
            OnError = Enum.Parse<Hl7AnswerPolicy>(onError, ignoreCase: true),
            OnReject = Enum.Parse<Hl7AnswerPolicy>(onReject, ignoreCase: true),
        };

        var verdict = Hl7.Codec(options).ValidatorFor(Sent("ID1"))!.Judge(Encoding.UTF8.GetBytes($"{Header}MSA|{code}|ID1\r"));

        Assert.Equal(expected, verdict.Response.Status);
        Assert.False(verdict.DiscardConnection);
        Assert.False(verdict.Response.IsUncertain);
    }

    [Theory]
    [InlineData("AA")]
    [InlineData("AE")]
    [InlineData("CR")]
    [Trait("Row", "F10")]
    public void AnotherControlId_IsNotSentAndTheConnectionGoes(string code)
    {
        var verdict = Judge($"{Header}MSA|{code}|OTHER\r");

        Assert.Equal(MessageStatus.Queued, verdict.Response.Status);
        Assert.True(verdict.DiscardConnection);
        Assert.Contains("\"ID1\"", verdict.Response.Error, StringComparison.Ordinal);
        Assert.Contains("\"OTHER\"", verdict.Response.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ID1", "ID1", true)]
    [InlineData("ID1", " ID1 ", true)]
    [InlineData("ID1^X", "ID1^X", true)]
    [InlineData("ID1^X", "ID1", true)]
    [InlineData("ID1", "id1", false)]
    [InlineData("ID1", "ID10", false)]
    [InlineData("ID10", "ID1", false)]
    [Trait("Row", "F10")]
    public void ControlId_MustBeTheOneSent(string sent, string answered, bool isSent)
    {
        var verdict = Hl7.Codec().ValidatorFor(Sent(sent))!.Judge(Encoding.UTF8.GetBytes($"{Header}MSA|AA|{answered}\r"));

        Assert.Equal(isSent, verdict.Response.Status == MessageStatus.Sent);
    }

    [Fact]
    public void ControlId_NotChecked_WhereTheSettingsSaySo_OrNoneWasSent()
    {
        var answer = Encoding.UTF8.GetBytes($"{Header}MSA|AA|OTHER\r");

        Assert.Equal(MessageStatus.Sent, Hl7.Codec(new Hl7v2Options { CheckControlId = false }).ValidatorFor(Sent("ID1"))!.Judge(answer).Response.Status);
        Assert.Equal(MessageStatus.Sent, Hl7.Codec().ValidatorFor(Sent(""))!.Judge(answer).Response.Status);
    }

    [Fact]
    public void PartnersText_StandsInTheErrorAndNowhereElse()
    {
        var verdict = Judge($"{Header}MSA|AE|ID1|Brandt is unknown\rERR|||204^Unknown key|E||||patient 4711\u0007 not found\r");

        Assert.DoesNotContain("Brandt", verdict.Response.StatusMessage, StringComparison.Ordinal);
        Assert.Contains("Brandt is unknown Unknown key patient 4711  not found", verdict.Response.Error, StringComparison.Ordinal);
        Assert.True(verdict.Response.Content.Length > 0);
    }

    [Fact]
    public void OtherDelimiters_AreThoseOfTheAnswer() => Assert.Equal(MessageStatus.Sent, Judge("MSH#*@!%#B\rMSA#AA#ID1\r").Response.Status);

    [Fact]
    public void OurOwnAcknowledgment_ConfirmsTheMessage()
    {
        foreach (var (name, bytes) in Some.Messages.Where(message => message.Key is not ("batch" or "utf16")))
        {
            var codec = Hl7.Codec();
            var answer = codec.Acknowledge(bytes, new AcknowledgmentOutcome { Status = MessageStatus.Sent, Stage = AcknowledgmentStage.Application, Time = DateTimeOffset.UnixEpoch, ControlId = "1" });

            Assert.True(MessageStatus.Sent == codec.ValidatorFor(bytes)!.Judge(answer!.Value).Response.Status, name);
        }
    }

    private static byte[] Sent(string controlId) => Encoding.UTF8.GetBytes($"MSH|^~\\&|A|B|C|D|2026||ADT^A01|{controlId}|P|2.5\rPID|1\r");

    private static ResponseVerdict Judge(string answer) => Hl7.Codec().ValidatorFor(Sent("ID1"))!.Judge(Encoding.UTF8.GetBytes(answer));
}
