using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.Testing;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

public sealed class Hl7PathTests
{
    private static readonly IMessageTree Adt = Hl7.Codec().Parse(Some.AdtMessage());
    private static readonly IMessageTree Oru = Hl7.Codec().Parse(Some.OruMessage());

    [Theory]
    [InlineData("MSH-1", "|")]
    [InlineData("MSH-2", "^~\\&")]
    [InlineData("MSH-2.1", "^~\\&")]
    [InlineData("MSH-2.2", null)]
    [InlineData("MSH-3", "PMS")]
    [InlineData("MSH-9", "ADT^A04^ADT_A01")]
    [InlineData("MSH-9.2", "A04")]
    [InlineData("MSH-18", "UNICODE UTF-8")]
    [InlineData("MSH-19", null)]
    [InlineData("PID-2", "")]
    [InlineData("PID-3", "4711^^^NORTH&1.2.3.4.5&ISO^MR")]
    [InlineData("PID-3[2]", "99-12345^^^HEALTHCO^SN")]
    [InlineData("PID-3[2].1", "99-12345")]
    [InlineData("PID-3[3]", null)]
    [InlineData("PID-3.4", "NORTH&1.2.3.4.5&ISO")]
    [InlineData("PID-3.4.2", "1.2.3.4.5")]
    [InlineData("PID-3.4.4", null)]
    [InlineData("PID-3.1.1", "4711")]
    [InlineData("PID-3.1.2", null)]
    [InlineData("PID-5.1", "Brandt")]
    [InlineData("PID.5.1", "Brandt")]
    [InlineData("PID-5-1", "Brandt")]
    [InlineData("PID-5.4", "")]
    [InlineData("PID-5.9", null)]
    [InlineData("PID-8", "M")]
    [InlineData("PID-8.1", "M")]
    [InlineData("PID-8.1.1", "M")]
    [InlineData("PID-30", "N")]
    [InlineData("PID-99", null)]
    [InlineData("IN1-4", "HealthCo & Sons")]
    [InlineData("ZPI", "ZPI|1|VIP^no|note: prefers mornings")]
    [InlineData("ZZZ-1", null)]
    [InlineData("PID[2]-3", null)]
    public void Get_Registration(string path, string? expected) => Assert.Equal(expected, Adt.Get(path));

    [Theory]
    [InlineData("OBX-3.2", "Glucose")]
    [InlineData("OBX[2]-3.2", "Sodium")]
    [InlineData("OBX[3]-5", "straw & clear")]
    [InlineData("OBX[4]-5", "first line\nsecond line")]
    [InlineData("OBX[4]-5[2]", "another repetition")]
    [InlineData("OBX[5]-5", null)]
    [InlineData("NTE-3", "Sample slightly ^ haemolysed ~ repeat if in doubt")]
    public void Get_Result(string path, string? expected) => Assert.Equal(expected, Oru.Get(path));

    [Theory]
    [InlineData("")]
    [InlineData("PID-")]
    [InlineData("PID-0")]
    [InlineData("PID-x")]
    [InlineData("PID-5.")]
    [InlineData("PID-5.1.1.1")]
    [InlineData("PID-5[0]")]
    [InlineData("PID-5[")]
    [InlineData("PID-5[1")]
    [InlineData("PID[x]-5")]
    [InlineData("PID 5")]
    [InlineData("PID-99999999999")]
    [InlineData("5.1")]
    [InlineData("-5")]
    [InlineData("PÏD-5")]
    public void Get_PathThatCannotBeRead_SaysWhereAndHow(string path)
    {
        var problem = Assert.Throws<FormatException>(() => Adt.Get(path));

        Assert.Contains("PID-5.1", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_NothingWasTakenApart()
    {
        var tree = Hl7.Codec().Parse(Some.AdtMessage());

        Assert.Equal("Brandt", tree.Get("PID-5.1"));
        Assert.Null(tree.Get("PV2-1"));

        Assert.True(tree.Root.IsPacked);
    }

    [Fact]
    public void Get_BelowASegmentAFieldAndAComponent()
    {
        var pid = Adt.Root.Copy().FirstChild("PID")!;

        Assert.Equal("Jonas", Adt.Get("5.2", pid));
        Assert.Equal("Jonas", Adt.Get("PID-5.2", pid));
        Assert.Equal("99-12345", Adt.Get("3[2].1", pid));
        var field = pid.Children.First(child => child.Name == "PID.3");
        Assert.Equal("1.2.3.4.5", Adt.Get("4.2", field));
        var component = field.Children[3];
        Assert.Equal("ISO", Adt.Get("3", component));
        Assert.Throws<FormatException>(() => Adt.Get("4.2.1", field));
        Assert.Throws<FormatException>(() => Adt.Get("4.2", component));
        Assert.Throws<FormatException>(() => Adt.Get("PV1-2", pid));
    }

    [Fact]
    public void Get_FromNodes_SameAsFromBytes()
    {
        string[] paths = ["MSH-1", "MSH-2", "MSH-9", "MSH-9.2", "PID-3", "PID-3[2].1", "PID-3.4.2", "PID-3.1.1", "PID-3.1.2", "PID-5", "PID-5.1", "PID-2", "PID-8.1.1", "PID-99", "IN1-4", "PID[2]-1", "MSH-2.2"];
        var tree = Hl7.Codec().Parse(Some.AdtMessage());
        tree.Root = TreeXml.Read(TreeXml.Write(tree.Root).Replace("&", "&amp;", StringComparison.Ordinal));

        Assert.All(paths, path => Assert.Equal(Adt.Get(path), tree.Get(path)));
    }

    [Theory]
    [InlineData("OBX", 4)]
    [InlineData("OBX[2]", 1)]
    [InlineData("OBX-3", 4)]
    [InlineData("OBX-5", 5)]
    [InlineData("OBX[4]-5[2]", 1)]
    [InlineData("OBX-3.2", 4)]
    [InlineData("OBX-3.2.1", 4)]
    [InlineData("OBX-3.9", 0)]
    [InlineData("ZZZ-3.9", 0)]
    public void All_GivesEveryNode(string path, int count) => Assert.Equal(count, Oru.All(path).Count);

    [Fact]
    public void All_BelowNodes()
    {
        var tree = Hl7.Codec().Parse(Some.AdtMessage());
        var pid = tree.All("PID")[0];

        Assert.Equal(["4711", "99-12345"], tree.All("3.1", pid).Select(node => node.Text));
        Assert.Equal(["NORTH", "1.2.3.4.5", "ISO"], tree.All("3[1].4", pid)[0].Children.Select(node => node.Text));
        Assert.Equal(["HEALTHCO"], tree.All("4", tree.All("3[2]", pid)[0]).Select(node => node.Text));
    }

    [Fact]
    public void Paths_AreRememberedWithinBounds()
    {
        var paths = new Hl7Paths();
        for (var i = 0; i < 10_000; i++)
        {
            paths.Read($"PID-{i + 1}");
        }

        Assert.Same(paths.Read("PID-1"), paths.Read("PID-1"));
        Assert.NotSame(paths.Read("PID-9999"), paths.Read("PID-9999"));
    }
}
