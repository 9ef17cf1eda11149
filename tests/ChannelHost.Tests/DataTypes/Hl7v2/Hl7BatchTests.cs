using System.Text;
using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.Testing;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

public sealed class Hl7BatchTests
{
    [Fact]
    public void Batch_GivesEachMessageAsItStands()
    {
        var pieces = Hl7Batch.Split(Some.Batch(3)).ToArray();

        Assert.Equal(3, pieces.Length);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(pieces[i].Span.SequenceEqual(Some.AdtMessage($"B{i + 1:D4}", mrn: $"{5001 + i}")));
        }
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
    public void TextOutsideMessages_IsAPieceOfItsOwn()
    {
        var pieces = Hl7Batch.Split("PID|lost\rFHS|^~\\&\r\rMSH|^~\\&|A\r\nPID|1\r\n\r\nBTS|1\nstray\rFTS\r"u8.ToArray()).Select(piece => Encoding.UTF8.GetString(piece.Span));

        Assert.Equal(["PID|lost\r", "MSH|^~\\&|A\r\nPID|1\r\n\r\n", "stray\r"], pieces);
    }

    [Fact]
    public void NoBatch_IsOnePiece() => Assert.Single(Hl7Batch.Split(Some.AdtMessage()));

    [Fact]
    public void Nothing_IsNoPiece() => Assert.Empty(Hl7Batch.Split(" \r\n"u8.ToArray()));
}
