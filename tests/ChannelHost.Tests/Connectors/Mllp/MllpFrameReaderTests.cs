using System.Text;
using ChannelHost.Connectors.Mllp;

namespace ChannelHost.Tests.Connectors.Mllp;

public sealed class MllpFrameReaderTests
{
    private const int Maximum = 1024 * 1024;

    [Fact]
    [Trait("Row", "F26")]
    public void FrameSplitAtEveryByte_IsTheSameFrame()
    {
        var stream = Bytes("<MSH|1\x1Cx\r\n>");

        for (var cut = 0; cut <= stream.Length; cut++)
        {
            var (frames, junk) = Read([stream[..cut], stream[cut..]]);

            Assert.Equal(["MSH|1\x1Cx\r\n"], frames);
            Assert.Equal(0, junk);
        }
    }

    [Fact]
    [Trait("Row", "F26")]
    public void HundredFramesInOneSegment_ComeOutInOrder()
    {
        var stream = Bytes(string.Concat(Enumerable.Range(0, 100).Select(i => $"<message {i}>")));

        var (frames, _) = Read([stream]);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"message {i}"), frames);
    }

    [Fact]
    [Trait("Row", "F26")]
    public void RandomFramesRandomCuts_TenThousandSeeds_ComeOutAsSent()
    {
        for (var seed = 0; seed < 10_000; seed++)
        {
            var random = new Random(seed);
            var sent = new List<byte[]>();
            using var stream = new MemoryStream();
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                var content = Content(random);
                sent.Add(content);
                stream.Write([0x0B, .. content, 0x1C, 0x0D]);
                stream.Write(random.Next(4) == 0 ? "\r\n"u8 : []);
            }

            var frames = ReadFrames(Cut(stream.ToArray(), random), out _);

            Assert.Equal(sent.Count, frames.Count);
            Assert.All(frames.Zip(sent), pair => Assert.Equal(pair.Second, pair.First));
        }
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(8 * 1024, 1000)]
    [InlineData(64 * 1024, 4096)]
    [InlineData(64 * 1024 - 1, 64 * 1024)]
    [InlineData(300 * 1024 + 13, 8 * 1024 - 1)]
    [InlineData(5 * 1024 * 1024, 100_000)]
    public void LargeFrame_IsWholeAndFollowedByTheNext(int size, int chunk)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        for (var i = 0; i < size; i++)
        {
            content[i] = content[i] == 0x0B ? (byte)0x0C : content[i] == 0x0D ? (byte)0x0E : content[i];
        }

        byte[] stream = [0x0B, .. content, 0x1C, 0x0D, 0x0B, 0x41, 0x1C, 0x0D];
        var frames = ReadFrames([.. stream.Chunk(chunk)], out var junk, maximum: 8 * 1024 * 1024);

        Assert.Equal(2, frames.Count);
        Assert.True(content.AsSpan().SequenceEqual(frames[0]));
        Assert.Equal("A"u8.ToArray(), frames[1]);
        Assert.Equal(0, junk);
    }

    [Fact]
    public void EndBlockAcrossTwoParts_IsFound()
    {
        // A lone 0x1C as the last byte of every part that fills up.
        for (var size = 64 * 1024 - 20; size < 64 * 1024 + 20; size++)
        {
            var content = new byte[size * 2];
            Array.Fill(content, (byte)0x1C);

            var frames = ReadFrames([[0x0B, .. content, 0x1C, 0x0D]], out _);

            Assert.Equal(content.Length, Assert.Single(frames).Length);
        }
    }

    // < stands for the start block, > for the end block, | and letters for themselves, # for 0x1C, ~ for 0x0B inside the text.
    [Theory]
    [Trait("Row", "F30")]
    [InlineData("<a>", "a", 0)]
    [InlineData("junk<a>", "a", 4)]
    [InlineData("<a>junk<b>", "a,b", 4)]
    [InlineData("<a>\r\n<b>\r\n", "a,b", 4)]
    [InlineData("<a>\r<b>\n", "a,b", 2)]
    [InlineData("\r\n\r\n<a>", "a", 4)]
    [InlineData("<a#b>", "a#b", 0)]
    [InlineData("<a##b>", "a##b", 0)]
    [InlineData("<#>", "#", 0)]
    [InlineData("<##>", "##", 0)]
    [InlineData("<#a#>", "#a#", 0)]
    [InlineData("<\r>", "\r", 0)]
    [InlineData("<a\r\r>", "a\r\r", 0)]
    [InlineData("<\ra>", "\ra", 0)]
    [InlineData("<>", "", 0)]
    [InlineData("<><a>", ",a", 0)]
    [InlineData("<a><>", "a,", 0)]
    [InlineData(">", null, 2)]
    [InlineData(">>>", null, 6)]
    [InlineData("><a>", "a", 2)]
    [InlineData("<a>>", "a", 2)]
    [InlineData("<a>><b>", "a,b", 2)]
    [InlineData("#<a>", "a", 1)]
    [InlineData("#\n<a>", "a", 2)]
    [InlineData("<a#\nb>", "a#\nb", 0)]
    [InlineData("\0\0<a>", "a", 2)]
    [InlineData("<a\0b>", "a\0b", 0)]
    [InlineData("\x7F\u00FF<\u00E9>", "\u00E9", 2)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", null, 18)]
    [InlineData("", null, 0)]
    [InlineData("<a>garbage\r\n", "a", 9)]
    [InlineData("<never ended", null, 0)]
    [InlineData("<ended by one#", null, 0)]
    public void Stream_GivesItsFramesAndCountsJunk(string stream, string? frames, long junk)
    {
        foreach (var size in new[] { 1, 2, 3, 1000 })
        {
            var (found, counted) = Read([.. Bytes(stream).Chunk(size)]);

            Assert.Equal(frames?.Replace('#', '\x1C').Split(',') ?? [], found);
            Assert.Equal(junk, counted);
        }
    }

    [Fact]
    [Trait("Row", "F29")]
    public void StartInsideFrame_IsToldAndCanRestart()
    {
        using var reader = new MllpFrameReader();
        Put(reader, Bytes("<lost<kept>"));

        Assert.Equal(MllpStep.StartInsideFrame, reader.Next(Maximum, startIsContent: false, out _));
        reader.RestartFrame();

        Assert.Equal(MllpStep.Frame, reader.Next(Maximum, startIsContent: false, out var frame));
        Assert.Equal("kept", Encoding.Latin1.GetString(frame));
        Assert.Equal(5, reader.Junk);
    }

    [Fact]
    [Trait("Row", "F29")]
    public void StartInsideFrameAsContent_IsKept()
    {
        using var reader = new MllpFrameReader();
        Put(reader, Bytes("<a<b>"));

        Assert.Equal(MllpStep.Frame, reader.Next(Maximum, startIsContent: true, out var frame));
        Assert.Equal("a\x0B" + "b", Encoding.Latin1.GetString(frame));
    }

    [Theory]
    [Trait("Row", "F31")]
    [InlineData(1000, false)]
    [InlineData(1001, true)]
    public void SizeAtTheLimit_Passes_OneMoreDoesNot(int size, bool isTooLarge)
    {
        using var reader = new MllpFrameReader();
        Put(reader, [0x0B, .. new byte[size], 0x1C, 0x0D]);

        Assert.Equal(isTooLarge ? MllpStep.TooLarge : MllpStep.Frame, reader.Next(1000, startIsContent: false, out _));
    }

    [Fact]
    [Trait("Row", "F31")]
    public void EndlessFrame_IsToldWithoutItsEnd_AndItsBeginIsKnown()
    {
        using var reader = new MllpFrameReader();
        Put(reader, [0x0B, .. "MSH|^~\\&|"u8]);
        MllpStep step;
        while ((step = reader.Next(Maximum, startIsContent: false, out _)) == MllpStep.NeedMore)
        {
            reader.Space().Span.Fill((byte)'x');
            reader.Added(reader.Space().Length);
        }

        Assert.Equal(MllpStep.TooLarge, step);
        Assert.Equal("MSH|^~\\&|"u8.ToArray(), reader.FramePrefix(9));
        Assert.True(reader.FrameLength < Maximum + (1024 * 1024));
    }

    private static byte[] Content(Random random)
    {
        // Made of the bytes that matter for framing, and few others.
        var content = new byte[random.Next(1, random.Next(10) == 0 ? 20_000 : 40)];
        for (var i = 0; i < content.Length; i++)
        {
            content[i] = random.Next(6) switch { 0 => 0x1C, 1 => 0x0A, 2 => 0x00, _ => (byte)random.Next(0x20, 0x100) };
        }

        return content;
    }

    private static List<byte[]> Cut(byte[] stream, Random random)
    {
        var pieces = new List<byte[]>();
        for (var at = 0; at < stream.Length;)
        {
            var size = Math.Min(stream.Length - at, random.Next(1, random.Next(3) == 0 ? 10_000 : 12));
            pieces.Add(stream[at..(at + size)]);
            at += size;
        }

        return pieces;
    }

    private static byte[] Bytes(string text)
    {
        var bytes = new List<byte>();
        foreach (var c in text)
        {
            bytes.AddRange(c switch { '<' => [0x0B], '>' => [0x1C, 0x0D], '#' => [0x1C], _ => [(byte)c] });
        }

        return [.. bytes];
    }

    private static (List<string> Frames, long Junk) Read(IEnumerable<byte[]> pieces) =>
        (ReadFrames([.. pieces], out var junk).ConvertAll(Encoding.Latin1.GetString), junk);

    private static List<byte[]> ReadFrames(List<byte[]> pieces, out long junk, int maximum = Maximum)
    {
        using var reader = new MllpFrameReader();
        var frames = new List<byte[]>();
        foreach (var piece in pieces)
        {
            var at = 0;
            while (at < piece.Length)
            {
                var space = reader.Space().Span;
                var count = Math.Min(space.Length, piece.Length - at);
                piece.AsSpan(at, count).CopyTo(space);
                reader.Added(count);
                at += count;
                MllpStep step;
                while ((step = reader.Next(maximum, startIsContent: false, out var frame)) == MllpStep.Frame)
                {
                    frames.Add(frame);
                }

                Assert.Equal(MllpStep.NeedMore, step);
            }
        }

        junk = reader.Junk;
        return frames;
    }

    private static void Put(MllpFrameReader reader, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var space = reader.Space().Span;
            var count = Math.Min(space.Length, bytes.Length);
            bytes[..count].CopyTo(space);
            reader.Added(count);
            bytes = bytes[count..];
        }
    }
}
