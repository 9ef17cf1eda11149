using System.Text;
using ChannelHost.DataTypes.Hl7v2;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

/// <summary>The acknowledgments of Mirth, for channels that came from there: the examples were seen on the reference engine.</summary>
public sealed class Hl7MirthAcknowledgmentTests
{
    private const string Now = "20240102030405.678";

    private static readonly DateTimeOffset At = new(2024, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Theory]
    [InlineData("MSH|^~\\&|SA|SF|RA|RF|20240101||ADT^A01^ADT_A01|ID7|T|2.5", "MSH|^~\\&|RA|RF|SA|SF|<now>||ACK^A01^ACK|<now>|T|2.5\rMSA|AA|ID7\r")]
    [InlineData("MSH|^~\\&|SA^x|SF||RF|20240101||ADT^A01|ID7|P^D|2.3", "MSH|^~\\&|MIRTH|RF|SA|SF|<now>||ACK|<now>|P^D|2.3\rMSA|AA|ID7\r")]
    [InlineData("MSH|^~\\&|SA", "MSH|^~\\&|MIRTH||SA||<now>||ACK^^ACK|<now>|P|2.4\rMSA|AA|1\r")]
    [InlineData("MSH#*@!%#A#B", "MSH#*@!%#MIRTH##A#B#<now>##ACK***ACK#<now>#P#2.4\rMSA#AA#1\r")]
    public void Success_IsAnsweredAsByTheReference(string message, string answer) =>
        Assert.Equal(answer.Replace("***", "**", StringComparison.Ordinal).Replace("<now>", Now, StringComparison.Ordinal), Answer(message, MessageStatus.Sent, new Hl7v2Options()));

    [Theory]
    [InlineData(MessageStatus.Error, "MSA|AE|1|An Error Occurred Processing Message.\r")]
    [InlineData(MessageStatus.Filtered, "MSA|AR|1|Message Rejected.\r")]
    [InlineData(MessageStatus.Queued, "MSA|AA|1\r")]
    [InlineData(MessageStatus.Transformed, "MSA|AA|1\r")]
    public void Status_DecidesOnCodeAndText(MessageStatus status, string msa) =>
        Assert.EndsWith(msa, Answer("MSH|^~\\&|SA", status, new Hl7v2Options()), StringComparison.Ordinal);

    [Fact]
    public void CodesTextsAndTime_AreTheSettings()
    {
        var options = new Hl7v2Options { SuccessCode = "CA", SuccessText = "thanks | all", AcknowledgmentTime = "yyyyMMddHHmm" };

        Assert.Equal("MSH|^~\\&|MIRTH||SA||202401020304||ACK^^ACK|202401020304|P|2.4\rMSA|CA|1|thanks | all\r", Answer("MSH|^~\\&|SA", MessageStatus.Sent, options));
    }

    [Theory]
    [InlineData("AL", true, true)]
    [InlineData("NE", false, false)]
    [InlineData("ER", false, true)]
    [InlineData("SU", true, false)]
    [InlineData("", true, true)]
    public void Msh15_DecidesWhereItIsHonoured(string condition, bool whenGood, bool whenBad)
    {
        var message = $"MSH|^~\\&|SA|SF|RA|RF|||ADT|1|P|2.5|||{condition}";
        var options = new Hl7v2Options { HonourMsh15 = true };

        Assert.Equal(whenGood, Answer(message, MessageStatus.Sent, options) is not null);
        Assert.Equal(whenBad, Answer(message, MessageStatus.Error, options) is not null);
        Assert.NotNull(Answer(message, MessageStatus.Error, new Hl7v2Options()));
    }

    [Theory]
    [InlineData("MSH|^~")]
    [InlineData("hello")]
    [InlineData("")]
    public void WhatIsNoMessage_HasNoAnswer(string message) => Assert.Null(Answer(message, MessageStatus.Error, new Hl7v2Options()));

    private static string? Answer(string message, MessageStatus status, Hl7v2Options options)
    {
        var codec = new Hl7v2DataType().CreateCodec(options with { Acknowledgments = Hl7Acknowledgments.Mirth });
        var outcome = new AcknowledgmentOutcome { Status = status, Stage = AcknowledgmentStage.Application, Time = At, ControlId = "x" };
        return codec.Acknowledge(Encoding.UTF8.GetBytes(message), outcome) is { } answer ? Encoding.UTF8.GetString(answer.Span) : null;
    }

    [Fact]
    public void Facts_AreWhatScriptsFindInTheConnectorMap()
    {
        var codec = new Hl7v2DataType().CreateCodec(new Hl7v2Options());

        Assert.Equal(
            new Dictionary<string, string> { ["mirth_source"] = "SF", ["mirth_type"] = "ADT-A01", ["mirth_version"] = "2.5" },
            codec.Facts("MSH|^~\\&|SA|SF^1|RA|RF|||ADT^A01|1|P|2.5^x"u8.ToArray()));
        Assert.Equal("ACK", codec.Facts("MSH|^~\\&|SA|SF|RA|RF|||ACK|1|P|2.5"u8.ToArray())!["mirth_type"]);
        Assert.Null(codec.Facts("hello"u8.ToArray()));
    }
}
