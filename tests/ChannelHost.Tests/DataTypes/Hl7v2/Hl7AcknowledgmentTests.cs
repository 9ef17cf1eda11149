using System.Text;
using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.Testing;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

public sealed class Hl7AcknowledgmentTests
{
    private static readonly string[] Conditions = ["AL", "NE", "ER", "SU", ""];

    // One line for each MSH-15, one cell for each MSH-16, both in the order of Conditions; -- is no answer.
    private const string CommitGood = "CA CA CA CA CA|-- -- -- -- --|-- -- -- -- --|CA CA CA CA CA|-- -- -- -- AA";
    private const string CommitBad = "CE CE CE CE CE|-- -- -- -- --|CE CE CE CE CE|-- -- -- -- --|-- -- -- -- AE";
    private const string CommitRefused = "CR CR CR CR CR|-- -- -- -- --|CR CR CR CR CR|-- -- -- -- --|-- -- -- -- AR";
    private const string ApplicationGood = "AA CA CA AA CA|AA -- -- AA --|AA -- -- AA --|AA CA CA AA CA|AA -- -- AA AA";
    private const string ApplicationBad = "AE CE AE CE CE|AE -- AE -- --|AE CE AE CE CE|AE -- AE -- --|AE -- AE -- AE";

    public static TheoryData<string, string, string, AcknowledgmentStage, string> Cells
    {
        get
        {
            var data = new TheoryData<string, string, string, AcknowledgmentStage, string>();
            Add(data, "good", AcknowledgmentStage.Commit, CommitGood);
            Add(data, "bad", AcknowledgmentStage.Commit, CommitBad);
            Add(data, "refused", AcknowledgmentStage.Commit, CommitRefused);
            Add(data, "good", AcknowledgmentStage.Application, ApplicationGood);
            Add(data, "bad", AcknowledgmentStage.Application, ApplicationBad);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    [Trait("Row", "F35")]
    public void Mode_AnswersAsAsked(string accept, string application, string message, AcknowledgmentStage stage, string expected)
    {
        var incoming = Encoding.UTF8.GetBytes($"MSH|^~\\&|A|B|C|D|2026||ADT^A01|ID1|P|2.5|||{accept}|{application}\rPID|1\r");

        var answer = Hl7.Codec().Acknowledge(incoming, Outcome(stage, message));

        Assert.Equal(expected, answer is null ? "--" : Hl7.Codec().Parse(answer.Value).Get("MSA-1"));
    }

    [Theory]
    [InlineData("XX", "", "CA")]
    [InlineData("\"\"", "\"\"", "AA")]
    [InlineData(" AL ", "NE", "CA")]
    public void Mode_OddValues_AreNoReasonForSilence(string accept, string application, string expected)
    {
        var incoming = Encoding.UTF8.GetBytes($"MSH|^~\\&|A|B|C|D|2026||ADT^A01|ID1|P|2.5|||{accept}|{application}\r");

        Assert.Equal(expected, Code(incoming, Outcome(AcknowledgmentStage.Application, "good")));
    }

    [Fact]
    public void Mode_Original_IgnoresWhatIsAsked()
    {
        var codec = Hl7.Codec(new Hl7v2Options { Acknowledgments = Hl7Acknowledgments.Original });
        var incoming = "MSH|^~\\&|A|B|C|D|2026||ADT^A01|ID1|P|2.5|||NE|NE\r"u8.ToArray();

        Assert.Equal("AA", Hl7.Codec().Parse(codec.Acknowledge(incoming, Outcome(AcknowledgmentStage.Commit, "good"))!.Value).Get("MSA-1"));
    }

    [Theory]
    [InlineData(false, "AA")]
    [InlineData(true, "AR")]
    public void Filtered_IsAcceptedUnlessTheSettingsSayOtherwise(bool reject, string expected)
    {
        var codec = Hl7.Codec(new Hl7v2Options { RejectFiltered = reject });
        var outcome = Outcome(AcknowledgmentStage.Application, "good") with { Status = MessageStatus.Filtered };

        Assert.Equal(expected, codec.Parse(codec.Acknowledge(Some.DftMessage(), outcome)!.Value).Get("MSA-1"));
    }

    [Fact]
    public void Answer_IsInTheSendersTerms()
    {
        var incoming = "MSH#*@!%#SA*x#SF#RA#RF#2026##ADT*A08*ADT_A01#ID*7#T*D#2.5.1######8859/1\rPID#1\r"u8.ToArray();

        var answer = Hl7.Codec().Acknowledge(incoming, Outcome(AcknowledgmentStage.Application, "bad") with { Text = "größer # als 5*3" })!.Value;

        Assert.Equal(
            "MSH#*@!%#RA#RF#SA*x#SF#20260314093000.000+0100##ACK*A08*ACK#A-1#T*D#2.5.1######8859/1\r"
            + "MSA#AE#ID*7#größer !F! als 5!S!3\r"
            + "ERR###207*Application internal error*HL70357#E####größer !F! als 5!S!3\r",
            Encoding.Latin1.GetString(answer.Span));
    }

    [Theory]
    [InlineData("2.3", "ACK", "P|2.3\r", false)]
    [InlineData("2.3.1", "ACK", "P|2.3.1\r", false)]
    [InlineData("2.4", "ACK^A01^ACK", "P|2.4\r", false)]
    [InlineData("2.5^DE", "ACK^A01^ACK", "P|2.5^DE\r", true)]
    [InlineData("2.8.2", "ACK^A01^ACK", "P|2.8.2\r", true)]
    [InlineData("", "ACK^A01^ACK", "P|2.4\r", false)]
    [InlineData("new", "ACK^A01^ACK", "P|new\r", false)]
    public void Answer_DependsOnTheVersion(string version, string type, string end, bool hasError)
    {
        var incoming = Encoding.UTF8.GetBytes($"MSH|^~\\&|A|B|C|D|2026||ADT^A01|ID1|P|{version}\r");

        var answer = Text(incoming, Outcome(AcknowledgmentStage.Application, "bad"));

        Assert.Contains($"||{type}|A-1|{end}", answer, StringComparison.Ordinal);
        Assert.Equal(hasError, answer.Contains("\rERR|", StringComparison.Ordinal));
    }

    [Fact]
    public void Answer_OldVersion_HasNoFractionOfASecond() =>
        Assert.Contains("|20260314093000||ACK|", Text("MSH|^~\\&|A|B|C|D|||ADT^A01|ID1|P|2.2\r"u8.ToArray(), Outcome(AcknowledgmentStage.Application, "good")), StringComparison.Ordinal);

    [Theory]
    [InlineData("good", "AA")]
    [InlineData("bad", "AE")]
    [InlineData("refused", "AR")]
    public void Garbage_GetsAPlainAnswer(string message, string code)
    {
        foreach (var incoming in new byte[][] { [], [.. "GET / HTTP/1.1"u8], [0xFF, 0xFE, 0x00], [.. "MSH"u8], [.. "<ADT/>"u8] })
        {
            var answer = Text(incoming, Outcome(AcknowledgmentStage.Application, message));

            Assert.Equal($"MSH|^~\\&|||||20260314093000.000+0100||ACK|A-1|P|2.4\rMSA|{code}|{(message == "good" ? "" : "|why")}\r", answer);
        }
    }

    [Fact]
    public void Answer_TextThatTheCharsetLacks_BecomesQuestionMarks()
    {
        var incoming = "MSH|^~\\&|A|B|C|D|||ADT^A01|ID1|P|2.3||||||ASCII\r"u8.ToArray();

        Assert.EndsWith("MSA|AE|ID1|gr??er\r", Text(incoming, Outcome(AcknowledgmentStage.Application, "bad") with { Text = "größer" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_NoEscapeCharacter_TextCannotBreakTheMessage()
    {
        var answer = Text("MSH|^~|A|B|C|D|||ADT^A01|ID1|P|2.3\r"u8.ToArray(), Outcome(AcknowledgmentStage.Application, "bad") with { Text = "a|b\rMSA|AA" });

        Assert.EndsWith("MSA|AE|ID1|a?b?MSA?AA\r", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_EmptyEncodingCharacters_UsualOnes() =>
        Assert.StartsWith("MSH|^~\\&|", Text("MSH||A\r"u8.ToArray(), Outcome(AcknowledgmentStage.Application, "good")), StringComparison.Ordinal);

    [Fact]
    public void Batch_IsAnsweredForItsHeader() =>
        Assert.Contains("MSA|AA|FILE77\r", Text(Some.Batch(), Outcome(AcknowledgmentStage.Application, "good")), StringComparison.Ordinal);

    [Fact]
    public void Utf16_IsAnsweredInUtf16()
    {
        var answer = Hl7.Codec().Acknowledge(Some.Messages["utf16"], Outcome(AcknowledgmentStage.Application, "good"))!.Value;

        Assert.Contains("MSA|AA|W1\r", Encoding.Unicode.GetString(answer.Span), StringComparison.Ordinal);
    }

    private static void Add(TheoryData<string, string, string, AcknowledgmentStage, string> data, string message, AcknowledgmentStage stage, string table)
    {
        var rows = table.Split('|');
        for (var accept = 0; accept < 5; accept++)
        {
            var cells = rows[accept].Split(' ');
            for (var application = 0; application < 5; application++)
            {
                data.Add(Conditions[accept], Conditions[application], message, stage, cells[application]);
            }
        }
    }

    private static AcknowledgmentOutcome Outcome(AcknowledgmentStage stage, string message) => new()
    {
        Status = message == "good" ? MessageStatus.Transformed : MessageStatus.Error,
        IsRejected = message == "refused",
        Stage = stage,
        Text = message == "good" ? null : "why",
        Time = new DateTimeOffset(2026, 3, 14, 9, 30, 0, TimeSpan.FromHours(1)),
        ControlId = "A-1",
    };

    private static string Text(byte[] incoming, AcknowledgmentOutcome outcome) => Encoding.UTF8.GetString(Hl7.Codec().Acknowledge(incoming, outcome)!.Value.Span);

    private static string? Code(byte[] incoming, AcknowledgmentOutcome outcome) => Hl7.Codec().Parse(Hl7.Codec().Acknowledge(incoming, outcome)!.Value).Get("MSA-1");
}
