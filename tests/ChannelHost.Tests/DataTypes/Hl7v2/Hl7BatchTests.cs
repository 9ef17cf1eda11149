using System.Text;
using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.Testing;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

public sealed class Hl7BatchTests
{
    private static readonly Hl7BatchSplitter Splitter = new(new Hl7BatchOptions());

    [Fact]
    public void Batch_GivesEachMessageAsItStands()
    {
        var parts = Splitter.Split(Some.Batch(3)).ToArray();

        Assert.Equal(3, parts.Length);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(parts[i].Content.Span.SequenceEqual(Some.AdtMessage($"B{i + 1:D4}", mrn: $"{5001 + i}")));
            Assert.Equal(i + 1, parts[i].Number);
            Assert.Null(parts[i].Problem);
        }

        Assert.Equal("line 3", parts[0].Place);
    }

    [Fact]
    public void Batch_WholeIsOneTree()
    {
        var tree = Hl7.Codec().Parse(Some.Batch(2));

        Assert.Equal("FHS", tree.Root.Children[0].Name);
        Assert.Equal("^~\\&", tree.Get("BHS-2"));
        Assert.Equal("B0002", tree.Get("MSH[2]-10"));
        Assert.Equal("2", tree.Get("BTS-1"));
        tree.Set("MSH[2]-10", "X");
        Assert.Equal(Encoding.UTF8.GetString(Some.Batch(2)).Replace("B0002", "X", StringComparison.Ordinal), tree.Written());
    }

    [Fact]
    public void TextOutsideMessages_IsAPartWithAProblem()
    {
        var parts = Parts("PID|lost\rFHS|^~\\&\r\rMSH|^~\\&|A\r\nPID|1\r\n\r\nBTS|1\nstray\rFTS\r");

        Assert.Equal(["PID|lost\r", "MSH|^~\\&|A\r\nPID|1\r\n\r\n", "stray\r"], parts.Select(part => Encoding.UTF8.GetString(part.Content.Span)));
        Assert.Equal(["line 1", "line 4", "line 8"], parts.Select(part => part.Place));
        Assert.Equal([true, false, true], parts.Select(part => part.Problem is not null));
    }

    [Fact]
    public void NoBatch_IsOnePartAsItCame()
    {
        byte[] message = [0xEF, 0xBB, 0xBF, (byte)'\r', .. Some.AdtMessage()];

        var part = Assert.Single(Splitter.Split(message));

        Assert.True(part.Content.Span.SequenceEqual(message));
        Assert.Null(part.Problem);
    }

    [Theory]
    [InlineData(" \r\n")]
    [InlineData("")]
    [InlineData("{\"a\":1}")]
    [InlineData("PID|1\rPV1|1\r")]
    public void NoHl7AtAll_IsOnePartForTheCodecToJudge(string text)
    {
        var part = Assert.Single(Parts(text));

        Assert.Null(part.Problem);
        Assert.Equal(text, Encoding.UTF8.GetString(part.Content.Span));
    }

    [Fact]
    public void EnvelopeWithoutMessages_HasNoParts() => Assert.Empty(Parts("FHS|^~\\&\rBHS|^~\\&\rBTS|0\rFTS|1\r"));

    [Theory]
    [InlineData("BTS|3", "BTS-1 counts 3 messages, and 2 were found")]
    [InlineData("BTS|2\rFTS|7", "FTS-1 counts 7 batches, and 1 were found")]
    public void CountsDisagree_AreAPartWithAProblem(string trailers, string problem)
    {
        var batch = $"FHS|^~\\&|A\rBHS|^~\\&|A\rMSH|^~\\&|A\rMSH|^~\\&|A\r{trailers}\r";

        var part = Parts(batch)[^1];

        Assert.Equal(3, part.Number);
        Assert.StartsWith(problem, part.Problem, StringComparison.Ordinal);
        Assert.Equal(2, new Hl7BatchSplitter(new Hl7BatchOptions { CheckCounts = false }).Split(Encoding.UTF8.GetBytes(batch)).Count());
    }

    [Theory]
    [InlineData("BTS|2\rFTS|1")]
    [InlineData("BTS|2\rFTS|2")]
    [InlineData("BTS\rFTS")]
    [InlineData("BTS|two")]
    [InlineData("")]
    public void CountsAgreeOrAreMissing_NoProblem(string trailers) =>
        Assert.All(Parts($"FHS|^~\\&|A\rBHS|^~\\&|A\rMSH|^~\\&|A\rMSH|^~\\&|A\r{trailers}\r"), part => Assert.Null(part.Problem));

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [Trait("Row", "F37")]
    public void Utf16_IsSplitAndStaysUtf16(string charset)
    {
        var encoding = Encoding.GetEncoding(charset);
        byte[] batch = [.. encoding.GetPreamble(), .. encoding.GetBytes(Encoding.UTF8.GetString(Some.Batch(2)).Replace("Brandt", "Čapek日", StringComparison.Ordinal))];

        var parts = Splitter.Split(batch).ToArray();

        Assert.Equal(2, parts.Length);
        Assert.StartsWith("MSH|^~\\&|", encoding.GetString(parts[1].Content.Span), StringComparison.Ordinal);
        Assert.Equal("B0002", Hl7.Codec().Describe(parts[1].Content).ControlId);
    }

    private static BatchPart[] Parts(string text) => [.. Splitter.Split(Encoding.UTF8.GetBytes(text))];
}
