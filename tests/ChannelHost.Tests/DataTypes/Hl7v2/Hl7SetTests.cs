using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.Testing;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

/// <summary>Writing by path, on segments that are still bytes and on those taken apart: both must give the same message.</summary>
public sealed class Hl7SetTests
{
    [Theory]
    [InlineData("PID-5.1", "SMITH", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||SMITH^JOHN^Q||19700101|M")]
    [InlineData("PID-5.6", "DR", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q^^^DR||19700101|M")]
    [InlineData("PID-5", "X", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||X||19700101|M")]
    [InlineData("PID-5", "", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||||19700101|M")]
    [InlineData("PID-5.2", null, "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^^Q||19700101|M")]
    [InlineData("PID-3.1", "9", "PID|1||9^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID-3[2].1", "9", "PID|1||123^^^HOSP^MR~9^^^OTH^PI||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID-3[4].1", "9", "PID|1||123^^^HOSP^MR~456^^^OTH^PI~~9||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID-3[2]", "9", "PID|1||123^^^HOSP^MR~9||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID-3.4.2", "1.2", "PID|1||123^^^HOSP&1.2^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID-3.4.1", "N", "PID|1||123^^^N^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID-3.7.3", "N", "PID|1||123^^^HOSP^MR^^&&N~456^^^OTH^PI||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID-13.7.2", "5", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M|||||^^^^^^&5")]
    [InlineData("PID-13[3]", "5", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M|||||~~5")]
    [InlineData("PID-2.1", "x", "PID|1|x|123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID-2.2", "x", "PID|1|^x|123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID-8.1.1", "F", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|F")]
    [InlineData("PID-8", "A^B&C|D~E\\F", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|A\\S\\B\\T\\C\\F\\D\\R\\E\\E\\F")]
    [InlineData("PID-8", "a\rb\nc", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|a\\X0D\\b\\.br\\c")]
    [InlineData("PID-8", "\"\"", "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|\"\"")]
    public void Value_LandsInItsPlace(string path, string? value, string expected)
    {
        var bytes = Hl7.Parse(Hl7.M0);
        var nodes = Hl7.Parse(Hl7.M0);
        Hl7.WalkAll(nodes.Root);

        bytes.Set(path, value);
        nodes.Set(path, value);

        var whole = Hl7.M0.Replace("PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M", expected, StringComparison.Ordinal);
        Assert.Equal(whole, bytes.Written());
        Assert.Equal(whole, nodes.Written());
        Assert.Equal(value ?? "", bytes.Get(path));
        Assert.Equal(value ?? "", nodes.Get(path));
        Assert.True(bytes.Root.Children[1].IsPacked);
    }

    [Fact]
    public void AfterSet_TheTreeLooksAsIfParsed()
    {
        var tree = Hl7.Parse(Hl7.M0);
        Hl7.WalkAll(tree.Root);

        tree.Set("PID-5", "X");
        tree.Set("PID-3.4.2", "1.2");
        tree.Set("PID-2", "Y");

        Assert.Equal(TreeXml.Write((Hl7.Parse(tree.Written()).Root)), TreeXml.Write(tree.Root));
    }

    [Fact]
    public void MissingSegment_IsAddedAtTheEnd_OrAfterItsLike()
    {
        var tree = Hl7.Parse(Hl7.M0);

        tree.Set("ZPI-2", "x");
        tree.Set("PID[2]-1", "2");

        Assert.EndsWith("M\rPID|2\rPV1|1|I\rZPI||x\r", tree.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFinalLineEnd_StaysMissing_UntilASegmentIsAdded()
    {
        var tree = Hl7.Parse("MSH|^~\\&|A\nPID|1");

        tree.Set("PID-1", "2");
        Assert.Equal("MSH|^~\\&|A\nPID|2", tree.Written());

        tree.Set("PV1-1", "3");
        Assert.Equal("MSH|^~\\&|A\nPID|2\nPV1|3\n", tree.Written());
    }

    [Fact]
    public void LastSegmentRemoved_TheOneBeforeKeepsItsLineEnd()
    {
        var tree = Hl7.Parse("MSH|^~\\&|A\r\nPID|1\r\nPV1|1");

        Assert.Equal(1, tree.Remove("PV1"));

        Assert.Equal("MSH|^~\\&|A\r\nPID|1\r\n", tree.Written());
    }

    [Theory]
    [InlineData("PID")]
    [InlineData("PID[3]-1")]
    [InlineData("MSH-1.2")]
    [InlineData("PID-200000")]
    [InlineData("PID-3[200000]")]
    [InlineData("PID-3.200000")]
    public void PathThatCannotBeWritten_IsRefused(string path)
    {
        var tree = Hl7.Parse(Hl7.M0);

        Assert.Throws<FormatException>(() => tree.Set(path, "x"));

        Assert.Equal(Hl7.M0, tree.Written());
    }

    [Fact]
    public void Delimiters_Set_WholeMessageIsWrittenWithThem()
    {
        var tree = Hl7.Parse("MSH|^~\\&|A\\S\\B|#\rPID|||1^2~3&4||a*b\\F\\c\\H\\d\\N\\\r");

        tree.Set("MSH-1", "#");
        tree.Set("MSH-2", "*@!%");

        Assert.Equal("MSH#*@!%#A^B#!F!\rPID###1*2@3%4##a!S!b|c!H!d!N!\r", tree.Written());
        Assert.Equal("a*b|c\\H\\d\\N\\".Replace('\\', '!'), Hl7.Parse(tree.Written()).Get("PID-5"));
    }

    [Theory]
    [InlineData("MSH-1", "")]
    [InlineData("MSH-1", "||")]
    [InlineData("MSH-1", "x")]
    [InlineData("MSH-1", "é")]
    [InlineData("MSH-2", "^~")]
    [InlineData("MSH-2", "^^\\&")]
    [InlineData("MSH-2", "ABCD")]
    public void Delimiters_ThatCannotBe_AreRefused(string path, string value) =>
        Assert.Throws<FormatException>(() => Hl7.Parse(Hl7.M0).Set(path, value));

    [Fact]
    public void Delimiters_CannotBeRemoved() => Assert.Throws<FormatException>(() => Hl7.Parse(Hl7.M0).Remove("MSH-2"));

    [Theory]
    [InlineData("PID-5", 1, "PID|1||123^^^HOSP^MR~456^^^OTH^PI||||19700101|M")]
    [InlineData("PID-3", 2, "PID|1||||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID-3[1]", 1, "PID|1||456^^^OTH^PI||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID-5.2", 1, "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^^Q||19700101|M")]
    [InlineData("PID-3.4", 2, "PID|1||123^^^^MR~456^^^^PI||DOE^JOHN^Q||19700101|M")]
    [InlineData("PID-9", 0, "PID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M")]
    public void Removed_LeavesItsPlaceEmpty(string path, int count, string expected)
    {
        var tree = Hl7.Parse(Hl7.M0);

        Assert.Equal(count, tree.Remove(path));

        Assert.Equal(Hl7.M0.Split('\r')[0] + "\r" + expected + "\rPV1|1|I\r", tree.Written());
    }

    [Fact]
    public void Set_BelowNodes()
    {
        var tree = Hl7.Parse(Hl7.M0);
        var pid = tree.All("PID")[0];
        var second = tree.All("3[2]", pid)[0];

        tree.Set("5.1", "ROE", pid);
        tree.Set("4", "NEW", second);
        tree.Set("2", "sub", second.FirstChild("PID.3.4"));

        Assert.Contains("PID|1||123^^^HOSP^MR~456^^^NEW&sub^PI||ROE^JOHN^Q|", tree.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void Set_AfterTheScriptWroteNodes_SeesThem()
    {
        var tree = Hl7.Parse(Hl7.M0);
        tree.Root.At("PID", "PID.8", "PID.8.1").SetText("A\\T\\B");

        Assert.Equal("A&B", tree.Get("PID-8"));
        Assert.Equal("A&B", tree.Get("PID-8.1"));
        tree.Root.At("PID", "PID.8").SetText("F");
        Assert.Equal("F", tree.Get("PID-8.1"));
        tree.Set("PID-8.2", "G");
        Assert.Contains("|19700101|F^G\r", tree.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_PutsFieldsAndComponentsInOrder()
    {
        var tree = Hl7.Parse(Hl7.M0, new Hl7v2Options { FieldOrder = Hl7FieldOrder.Tree });
        var pid = tree.Root.FirstChild("PID")!;
        var pv1 = tree.Root.FirstChild("PV1")!;

        tree.Create(pv1, "PV1.7").SetText("Z");
        tree.Create(pv1, "PV1.3").SetText("W");
        tree.Create(pid, "PID.3").SetText("third");
        tree.Create(tree.Root, "NTE").At("NTE.1").SetText("n");
        tree.Create(pid.FirstChild("PID.5")!, "PID.5.5").SetText("Dr.");

        Assert.Equal(
            "MSH|^~\\&|APP|FAC|RAPP|RFAC|20240101120000||ADT^A01|MSG1|P|2.5\rPID|1||123^^^HOSP^MR~456^^^OTH^PI~third||DOE^JOHN^Q^^Dr.||19700101|M\rPV1|1|I|W||||Z\rNTE|n\r",
            tree.Written());
    }

    [Fact]
    public void SetOne_EverythingElseIsTheSameBytes()
    {
        foreach (var (name, bytes) in Some.Messages.Where(message => message.Key != "utf16"))
        {
            var tree = Hl7.Codec().Parse(bytes);
            tree.Set("MSH-3", "CHANGED");
            var start = bytes.AsSpan().IndexOf("MSH"u8);
            var separator = bytes[start + 3];
            start += 4;
            start += bytes.AsSpan(start).IndexOf(separator) + 1;
            var end = start + bytes.AsSpan(start).IndexOfAny(separator, (byte)'\r', (byte)'\n');

            byte[] expected = [.. bytes[..start], .. "CHANGED"u8, .. bytes[end..]];
            Assert.True(tree.Serialize().Span.SequenceEqual(expected), name);
        }
    }
}
