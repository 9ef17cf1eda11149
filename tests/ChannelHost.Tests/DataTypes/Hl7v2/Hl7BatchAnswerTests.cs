using System.Text;
using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.Testing;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

public sealed class Hl7BatchAnswerTests
{
    private static readonly Hl7BatchSplitter Splitter = new(new Hl7BatchOptions());

    private static readonly Hl7v2Codec Codec = Hl7.Codec(new Hl7v2Options { Acknowledgments = Hl7Acknowledgments.Original });

    [Fact]
    [Trait("Row", "F36")]
    public void FileOfABatch_OneBad_AnswerStatesBoth()
    {
        var answer = Answer(Some.Batch(3), part => part.Number == 2 ? MessageStatus.Error : MessageStatus.Transformed)!;

        Assert.Equal(
            [
                "FHS|^~\\&|||PMS|NORTHCLINIC|20260314090000.000+0000||||R1|FILE77",
                "BHS|^~\\&|||PMS|NORTHCLINIC|20260314090000.000+0000||||R1|BATCH9",
                "MSH", "MSA|AA|B0001",
                "MSH", "MSA|AE|B0002|no", "ERR|||207^Application internal error^HL70357|E||||no",
                "MSH", "MSA|AA|B0003",
                "BTS|3|2 accepted, 1 failed",
                "FTS|1",
            ],
            Lines(answer));
    }

    [Fact]
    public void SeveralBatchesInAFile_EachIsAnsweredInItsOwn()
    {
        var answer = Answer("FHS#*@!%#A##B###T#\rBHS#*@!%#A########1\rMSH#*@!%#A######ADT*A08#M1#P#2.3\rBTS#1\rBHS#*@!%#A########2\rMSH#*@!%#A######ADT*A08#M2#P#2.3\rBTS#1\rFTS#2\r"u8.ToArray())!;

        Assert.Equal(
            [
                "FHS#*@!%#B##A##20260314090000.000+0000####R1#", "BHS#*@!%###A##20260314090000.000+0000####R1#1", "MSH", "MSA#AA#M1", "BTS#1#1 accepted, 0 failed",
                "BHS#*@!%###A##20260314090000.000+0000####R1.2#2", "MSH", "MSA#AA#M2", "BTS#1#1 accepted, 0 failed", "FTS#2",
            ],
            Lines(answer));
    }

    [Fact]
    public void MessageAlone_GetsItsAcknowledgmentAlone() => Assert.Equal(["MSH", "MSA|AA|MSG00001"], Lines(Answer(Some.AdtMessage())!));

    [Fact]
    public void SeveralMessagesWithoutEnvelope_AreAnsweredInABatch()
    {
        var answer = Answer([.. Some.AdtMessage("M1"), .. Some.AdtMessage("M2")])!;

        Assert.Equal(["BHS", "MSH", "MSA|AA|M1", "MSH", "MSA|AA|M2", "BTS|2|2 accepted, 0 failed"], Lines(answer).Select(line => line.StartsWith("BHS", StringComparison.Ordinal) ? "BHS" : line));
    }

    [Fact]
    public void NothingIsToBeSaid_NoAnswer() => Assert.Null(Answer(Some.Batch(2), answers: false));

    [Fact]
    public void EnvelopeWithoutMessages_IsAnsweredSo() =>
        Assert.Equal(["FHS|^~\\&||||||||||F1", "BHS|^~\\&||||||||||B1", "BTS|0|0 accepted, 0 failed", "FTS|1"], Lines(Answer("FHS|^~\\&|||||||||F1\rBHS|^~\\&|||||||||B1\rBTS|0\rFTS|1\r"u8.ToArray())!));

    [Fact]
    public void StrayLines_AreAnsweredWithoutAControlId()
    {
        var answer = Answer("BHS|^~\\&|A\rMSH|^~\\&|A||||||ADT^A08|M1|P|2.3\rBTS|2\r"u8.ToArray(), part => part.Problem is null ? MessageStatus.Transformed : MessageStatus.Error)!;

        Assert.Equal(["MSA|AA|M1", "MSA|AE||no", "BTS|2|1 accepted, 1 failed"], Lines(answer).Where(line => line[0] != 'E' && line is not ['B', 'H', ..] and not "MSH"));
    }

    [Fact]
    [Trait("Row", "F37")]
    public void Utf16_IsAnsweredInUtf16()
    {
        var batch = Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(Some.Batch(2)));

        var answer = Encoding.Unicode.GetString(Answer(batch)!);

        Assert.StartsWith("FHS|^~\\&|||PMS|NORTHCLINIC|", answer, StringComparison.Ordinal);
        Assert.EndsWith("BTS|2|2 accepted, 0 failed\rFTS|1\r", answer, StringComparison.Ordinal);
    }

    private static byte[]? Answer(byte[] batch, Func<BatchPart, MessageStatus>? status = null, bool answers = true)
    {
        var made = Splitter.Split(batch)
            .Select(part =>
            {
                var became = status?.Invoke(part) ?? MessageStatus.Transformed;
                var content = Codec.Acknowledge(part.Content, new AcknowledgmentOutcome
                {
                    Status = became,
                    Stage = AcknowledgmentStage.Application,
                    Text = became == MessageStatus.Error ? "no" : null,
                    Time = new DateTimeOffset(2026, 3, 14, 9, 0, 0, TimeSpan.Zero),
                    ControlId = $"R{part.Number}",
                });
                return new BatchAnswer(part, new SourceResponse(part.Number, true, became, answers ? content : default(ReadOnlyMemory<byte>?), null));
            })
            .ToArray();
        return Splitter.Answer(batch, made) is { } bytes ? bytes.ToArray() : null;
    }

    // The headers of the acknowledgments have tests of their own.
    private static IEnumerable<string> Lines(byte[] answer) =>
        Encoding.UTF8.GetString(answer).Split('\r', StringSplitOptions.RemoveEmptyEntries).Select(line => line.StartsWith("MSH", StringComparison.Ordinal) ? "MSH" : line);
}
