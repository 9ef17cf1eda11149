using System.Diagnostics;
using System.Text;
using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.Testing;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

/// <summary>Messages made to hurt, and large ones that are honest. Time bounds are a hundredfold of what is needed: they tell linear from quadratic.</summary>
public sealed class Hl7LimitTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    public static TheoryData<string, string> Bombs => new()
    {
        { "repetitions", "MSH|^~\\&|A\rPID|1||" + new string('~', 1_000_000) },
        { "components", "MSH|^~\\&|A\rPID|1||" + new string('^', 1_000_000) },
        { "sub-components", "MSH|^~\\&|A\rPID|1||" + new string('&', 1_000_000) },
        { "fields", "MSH|^~\\&|A\rPID|1" + new string('|', 1_000_000) },
        { "all of them", "MSH|^~\\&|A\rPID|1||" + new StringBuilder().Insert(0, "a^b&c~", 200_000) },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    [Trait("Row", "S26")]
    public void Bomb_ReadByPathInLinearTime_TreeIsRefused_RawIsKept(string name, string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        var watch = Stopwatch.StartNew();
        var tree = Hl7.Codec().Parse(bytes);

        Assert.Equal("A", tree.Get("MSH-3"));
        _ = tree.Get("PID-3[1000000].1");
        _ = tree.Get("PID-999999");
        var problem = Assert.Throws<MessageFormatException>(() => Hl7.WalkAll(tree.Root));

        Assert.Contains("maxParts", problem.Message, StringComparison.Ordinal);
        Assert.True(tree.Serialize().Span.SequenceEqual(bytes), name);
        Assert.True(watch.Elapsed < Bound, $"{name}: {watch.Elapsed}");
    }

    [Fact]
    [Trait("Row", "S26")]
    public void EscapeChain_LinearTime()
    {
        var chain = new StringBuilder().Insert(0, "\\T\\", 1_000_000).ToString();
        var watch = Stopwatch.StartNew();
        var tree = Hl7.Parse("MSH|^~\\&|A\rNTE|1||" + chain + "\rNTE|2||" + new string('\\', 1_000_001));

        Assert.Equal(new string('&', 1_000_000), tree.Get("NTE-3"));
        Assert.Equal(1_000_001, tree.Get("NTE[2]-3")!.Length);
        tree.Set("NTE-3", new string('&', 1_000_000));
        Assert.Equal(new string('&', 1_000_000), tree.Get("NTE-3"));
        Assert.True(watch.Elapsed < Bound, $"{watch.Elapsed}");
    }

    [Fact]
    [Trait("Row", "S26")]
    public void SegmentsWithoutEnd_AreOneSegment_LinearTime()
    {
        var watch = Stopwatch.StartNew();
        var tree = Hl7.Parse("MSH|^~\\&|A|" + new StringBuilder().Insert(0, "PID|1||4711^x~y&z|", 200_000));

        Assert.Single(tree.Root.Children);
        Assert.Throws<MessageFormatException>(() => Hl7.WalkAll(tree.Root));
        Assert.True(watch.Elapsed < Bound, $"{watch.Elapsed}");
    }

    [Fact]
    [Trait("Row", "S26")]
    public void SegmentsWithoutNumber_LimitIsAnError()
    {
        var codec = Hl7.Codec(new Hl7v2Options { MaxSegments = 1_000 });
        var message = "MSH|^~\\&|A\r" + new StringBuilder().Insert(0, "X\r", 1_000);

        var problem = Assert.Throws<MessageFormatException>(() => codec.Parse(Encoding.UTF8.GetBytes(message)));

        Assert.Contains("maxSegments", problem.Message, StringComparison.Ordinal);
        Assert.Equal(1_000, codec.Parse(Encoding.UTF8.GetBytes(message[..^2])).Root.Children.Count);
    }

    [Fact]
    [Trait("Row", "S26")]
    public void TooLarge_IsAnErrorBeforeAnythingElse()
    {
        var codec = Hl7.Codec(new Hl7v2Options { MaxSize = new ByteSize(1024) });

        Assert.Contains("maxSize", Assert.Throws<MessageFormatException>(() => codec.Parse(new byte[1025])).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S26")]
    public void BlankLines_AMillion_CostNoMemory()
    {
        var bytes = Encoding.UTF8.GetBytes("MSH|^~\\&|A" + new string('\r', 5_000_000) + "PID|1");
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal("1", Hl7.Codec().Parse(bytes).Get("PID-1"));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 50_000);
    }

    [Theory]
    [InlineData("PID.2000000000")]
    [InlineData("PID.150000")]
    public void NumberFarAway_WrittenByAScript_IsAnErrorAndNotAFloodOfSeparators(string name)
    {
        var tree = Hl7.Parse(Hl7.M0);
        tree.Root.At("PID", name).SetText("x");

        Assert.Contains("maxParts", Assert.Throws<MessageFormatException>(() => tree.Serialize()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TreeDeeperThanAnyStack_IsWritten()
    {
        var tree = Hl7.Parse(Hl7.M0);
        var node = tree.Root.At("PID", "PID.5", "PID.5.1");
        node.SetText("");
        node = node.At("PID.5.1.1");
        for (var i = 0; i < 200_000; i++)
        {
            var child = MessageNode.NewElement("x");
            node.Append(child);
            node = child;
        }

        node.SetText("deep");

        Assert.Contains("|deep^JOHN^Q|", tree.Written(), StringComparison.Ordinal);
        Assert.Equal("deep", tree.Root.Copy().At("PID", "PID.5", "PID.5.1").Text);
    }

    [Fact]
    public void Document_OfTwentyMegabytes_IsNotCopiedByReadingBesideIt()
    {
        var bytes = Some.OruWithPdf(15_000_000);
        var codec = Hl7.Codec();
        _ = Read(codec, Some.OruWithPdf(100));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var tree = Read(codec, bytes);
        var segment = tree.All("OBX")[0];
        _ = tree.All("OBX-5.4");
        _ = codec.Describe(bytes);
        var copy = segment.Copy();

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 1024, $"{GC.GetAllocatedBytesForCurrentThread() - before} bytes");
        Assert.Equal(segment.Length, copy.Length);
    }

    [Fact]
    public void Document_OfTwentyMegabytes_IsWrittenOnceWhenAnotherFieldChanges()
    {
        var bytes = Some.OruWithPdf(15_000_000);
        var tree = Hl7.Codec().Parse(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();

        tree.Set("OBX-11", "C");
        tree.Set("PID-5.1", "Changed");
        var written = tree.Serialize();

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < bytes.Length + (256 * 1024));
        Assert.Equal("C", Hl7.Codec().Parse(written).Get("OBX-11"));
        Assert.True(written.Span.IndexOf("JVBERi0xLjQK"u8) > 0);
    }

    private static IMessageTree Read(Hl7v2Codec codec, byte[] bytes)
    {
        var tree = codec.Parse(bytes);
        Assert.Equal("Brandt", tree.Get("PID-5.1"));
        Assert.Equal("application", tree.Get("OBX-5.2"));
        Assert.Equal("F", tree.Get("OBX-11"));
        Assert.Equal("Report of March", tree.Get("OBX[2]-5"));
        return tree;
    }
}
