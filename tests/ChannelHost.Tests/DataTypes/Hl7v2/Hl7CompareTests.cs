using System.Text;
using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.Testing;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

public sealed class Hl7CompareTests
{
    [Fact]
    public void ValuesDiffer_PathAndNameAreTold() => Assert.Equal(
        [
            new MessageDifference("PID-3[1].1", "patient identifier list, id number", "123", "124"),
            new MessageDifference("PID-5.3", "patient name, second and further given names", "Q", null),
            new MessageDifference("PID-8", "administrative sex", "M", "F"),
            new MessageDifference("PV1-3", "assigned patient location", null, "WARD"),
        ],
        Compare(Hl7.M0, Hl7.M0.Replace("||123", "||124", StringComparison.Ordinal).Replace("JOHN^Q", "JOHN", StringComparison.Ordinal).Replace("|M\r", "|F\r", StringComparison.Ordinal).Replace("PV1|1|I", "PV1|1|I|WARD", StringComparison.Ordinal)));

    [Theory]
    [InlineData("MSH|^~\\&|A\rPID|1||7^^^H||a\\T\\b~c\r", "MSH#*@!%#A\nPID#1##7***H##a&b@c###\n\n")]
    [InlineData("MSH|^~\\&|A\rNTE|1||x\\X41\\\r", "MSH|^~\\&|A\rNTE|1||xA|||\r")]
    [InlineData("MSH|^~\\&|A\r", "\uFEFFMSH|^~\\&|A||")]
    public void SameMeaning_NoDifference(string expected, string actual) => Assert.Empty(Compare(expected, actual));

    [Fact]
    public void Utf16AndUtf8_NoDifference()
    {
        var text = Encoding.UTF8.GetString(Some.AdtMessage());

        Assert.Empty(Hl7.Codec().Compare(Encoding.UTF8.GetBytes(text), Encoding.Unicode.GetBytes(text), []));
    }

    [Fact]
    public void InsertedSegment_IsOneDifference()
    {
        string[] lines = ["MSH|^~\\&|A", "OBX|1|NM|GLU||5.1", "OBX|2|NM|NA||140", "OBX|3|NM|K||4.0"];

        var added = Assert.Single(Compare(Message(lines), Message([lines[0], lines[1], "OBX|9|ST|NEW||x", lines[2], lines[3]])));
        var missing = Assert.Single(Compare(Message(lines), Message([lines[0], lines[2], lines[3]])));

        Assert.Equal(new MessageDifference("OBX[2]", null, null, "OBX|9|ST|NEW||x"), added);
        Assert.Equal(new MessageDifference("OBX[1]", null, "OBX|1|NM|GLU||5.1", null), missing);
    }

    [Fact]
    public void InsertedSegment_ThatRenumbersTheOthers_StillFindsThem()
    {
        string[] before = ["MSH|^~\\&|A", "OBX|1|NM|GLU||5.1", "OBX|2|NM|NA||140"];
        string[] after = ["MSH|^~\\&|A", "OBX|1|NM|HB||9", "OBX|2|NM|GLU||5.1", "OBX|3|NM|NA||140"];

        Assert.Equal(["OBX[1]", "OBX[1]-1", "OBX[2]-1"], Compare(Message(before), Message(after)).Select(difference => difference.Path));
    }

    [Theory]
    [InlineData("MSH-7")]
    [InlineData("MSH.7")]
    [InlineData("MSH[1]-7.1")]
    [InlineData("*-7")]
    [InlineData("MSH")]
    [InlineData("MSH-*")]
    public void Ignored_IsPassedOver(string path) => Assert.Empty(Compare("MSH|^~\\&|A||||1\rPID|1\r", "MSH|^~\\&|A||||2\rPID|1\r", path));

    [Theory]
    [InlineData("OBX[*]-14", "")]
    [InlineData("OBX-14", "")]
    [InlineData("OBX[2]-14", "OBX[1]-14")]
    [InlineData("OBX-13", "OBX[1]-14 OBX[2]-14")]
    public void Ignored_IndexesCount(string path, string left)
    {
        const string Obx = "OBX||||||||||||||";

        var paths = Compare($"MSH|^~\\&|A\r{Obx}1\r{Obx}2\r", $"MSH|^~\\&|A\r{Obx}3\r{Obx}4\r", path).Select(difference => difference.Path);

        Assert.Equal(left, string.Join(' ', paths));
    }

    [Fact]
    public void UnreadablePath_IsRefused() => Assert.Contains("PID-x", Assert.Throws<FormatException>(() => Compare(Hl7.M0, Hl7.M0, "PID-x")).Message, StringComparison.Ordinal);

    [Fact]
    public void NoMessage_BytesAreCompared() => Assert.Equal([new MessageDifference("byte 1", null, "5 bytes", $"{Hl7.M0.Length} bytes")], Compare("{...}", Hl7.M0));

    [Fact]
    public void ManyDifferences_AreBounded()
    {
        var expected = Message(["MSH|^~\\&|A", .. Enumerable.Range(0, 3_000).Select(i => $"NTE|{i}||a")]);

        Assert.Equal(1_000, Compare(expected, expected.Replace("||a", "||b", StringComparison.Ordinal)).Count);
    }

    [Fact]
    [Trait("Row", "S26")]
    public void MillionRepetitions_AreComparedInLinearTime()
    {
        var bomb = Encoding.ASCII.GetBytes("MSH|^~\\&|A\rPID|||" + new string('~', 1_000_000) + "\rPID|" + new string('^', 1_000_000) + "\r");

        Assert.Empty(Hl7.Codec().Compare(bomb, bomb.ToArray(), []));
    }

    [Fact]
    public void Names_AreThoseOfTheStandard()
    {
        Assert.Equal("message control id", Hl7FieldNames.Of("MSH", 10, 0));
        Assert.Equal("patient name, family name", Hl7FieldNames.Of("PID", 5, 1));
        Assert.Equal("observation value", Hl7FieldNames.Of("OBX", 5, 0));
        Assert.Equal("filler status code", Hl7FieldNames.Of("SCH", 25, 0));
        Assert.Equal("user message", Hl7FieldNames.Of("ERR", 8, 0));
        Assert.Equal("visit number, id number", Hl7FieldNames.Of("PV1", 19, 1));
        Assert.Equal("diagnosis type", Hl7FieldNames.Of("DG1", 6, 0));
        Assert.Equal("policy number", Hl7FieldNames.Of("IN1", 36, 0));
        Assert.Null(Hl7FieldNames.Of("ZZZ", 1, 0));
        Assert.Null(Hl7FieldNames.Of("PID", 400, 0));
    }

    private static string Message(IEnumerable<string> lines) => string.Join('\r', lines) + "\r";

    private static IReadOnlyList<MessageDifference> Compare(string expected, string actual, params string[] ignore) =>
        Hl7.Codec().Compare(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(actual), ignore);
}
