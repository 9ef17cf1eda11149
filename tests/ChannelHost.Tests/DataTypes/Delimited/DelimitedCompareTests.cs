using System.Text;

namespace ChannelHost.Tests.DataTypes.Delimited;

public sealed class DelimitedCompareTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "a,b\r\n\"1\",2")]
    [InlineData("a,b\n1,2\n", "b,a\n\n2,1\n")]
    public void SameMeaning_NoDifference(string expected, string actual) => Assert.Empty(Compare(expected, actual));

    [Fact]
    public void Values_AreToldByLineAndColumn() =>
        Assert.Equal([new MessageDifference("line 3, column b", "b", "4", "5")], Compare("a,b\n1,2\n3,4\n", "a,b\n1,2\n3,5\n"));

    [Fact]
    public void InsertedRow_IsOneDifference() =>
        Assert.Equal([new MessageDifference("line 2", null, null, "9, 9")], Compare("a,b\n1,2\n3,4\n", "a,b\n9,9\n1,2\n3,4\n"));

    [Fact]
    public void Columns_AreComparedToo() =>
        Assert.Equal([new MessageDifference("header, column b", null, "b", null), new MessageDifference("header, column c", null, null, "c")], Compare("a,b\n1,2\n", "a,c\n1,2\n"));

    [Theory]
    [InlineData("column b")]
    [InlineData("line *, column b")]
    [InlineData("line 2, column b")]
    [InlineData("line 2")]
    public void Ignored_IsPassedOver(string path) => Assert.Empty(Compare("a,b\n1,2\n", "a,b\n1,3\n", path));

    [Fact]
    public void UnreadablePath_IsRefused() => Assert.Throws<FormatException>(() => Compare("a\n", "a\n", "b"));

    [Fact]
    public void RaggedRows_BytesAreCompared() => Assert.Equal("byte 6", Assert.Single(Compare("a,b\n1\n", "a,b\n1,2\n")).Path);

    private static IReadOnlyList<MessageDifference> Compare(string expected, string actual, params string[] ignore) =>
        Csv.Codec().Compare(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(actual), ignore);
}
