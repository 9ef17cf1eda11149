using System.Text;
using ChannelHost.DataTypes;
using ChannelHost.DataTypes.RowTree;

namespace ChannelHost.Tests.DataTypes.RowTree;

public sealed class RowTreeDataTypeTests : TreeDataTypeContract
{
    protected override IDataType Type => DataTypeCatalog.All.Single(type => type.Name == "delimited-tree");

    protected override IReadOnlyDictionary<string, byte[]> Messages => new Dictionary<string, byte[]>
    {
        ["plain"] = [.. "a,b,\"c,d\"\n1,,\"x\"\"y\"\n"u8],
        ["no last end"] = [.. "a,b\r\nc,d"u8],
        ["empty"] = [],
        ["blank rows"] = [.. "a\n\n\nb\n"u8],
        ["open quote"] = [.. "a,\"b\nc,d\n"u8],
    };

    protected override IReadOnlyDictionary<string, byte[]> Garbage => new Dictionary<string, byte[]> { ["no utf-8"] = [0x61, 0xFF] };

    [Theory]
    [InlineData("a,b,\"c,d\"\n1,,\"x\"\"y\"\n", "<delimited><row><column1>a</column1><column2>b</column2><column3>c,d</column3></row><row><column1>1</column1><column2></column2><column3>x\"y</column3></row></delimited>", "a,b,\"c,d\"\n1,,x\"y\n")]
    [InlineData("a,b\r\nc,d", "<delimited><row><column1>a</column1><column2>b</column2></row><row><column1>c</column1><column2>d</column2></row></delimited>", "a,b\nc,d\n")]
    [InlineData("a\n\nb,\n", "<delimited><row><column1>a</column1></row><row><column1></column1></row><row><column1>b</column1><column2></column2></row></delimited>", "a\n\nb,\n")]
    [InlineData("\"a\"b,c\"d\"\n", "<delimited><row><column1>ab</column1><column2>c\"d\"</column2></row></delimited>", "ab,c\"d\"\n")]
    public void Rows_AreTheTreeOfTheReference_AndAreWrittenLikeIt(string input, string xml, string written)
    {
        var tree = Parse(input, new RowTreeOptions());

        Assert.Equal(TreeXml.Normal(xml), TreeXml.Write(tree.Root));
        Assert.Equal(written, Rewritten(tree));
    }

    [Fact]
    public void NamedColumns_OthersAreNumberedByPlace()
    {
        var tree = Parse("1,2,3\n", new RowTreeOptions { Columns = ["id", "name"], NumberedRows = true });

        Assert.Equal("<delimited><row1><id>1</id><name>2</name><column3>3</column3></row1></delimited>", TreeXml.Write(tree.Root));
        Assert.Equal("2", tree.Get("row1/name"));
    }

    [Fact]
    public void FixedWidth_LeadingBlanksStayAndTrailingGo_AndAreWrittenBack()
    {
        var tree = Parse("ab 12345\nabc  7\n", new RowTreeOptions { Widths = [3, 5] });

        Assert.Equal(["ab", "12345", "abc", "  7"], tree.All("row/*").Select(node => node.Text));
        Assert.Equal("ab 12345\nabc  7  \n", Rewritten(tree));
    }

    [Fact]
    public void EscapedQuotes_AreReadAndWritten()
    {
        var tree = Parse("\"a\\\"b,\",c\n", new RowTreeOptions { DoubledQuotes = false });

        Assert.Equal("a\"b,", tree.Get("row/column1"));
        Assert.Equal("\"a\\\"b,\",c\n", Rewritten(tree));
    }

    [Fact]
    public void CellChanged_OnlyThatDiffers()
    {
        var tree = Parse("a|b\nc|d\n", new RowTreeOptions { Delimiter = "|" });

        tree.Set("row[2]/column1", "x|y");

        Assert.Equal("a|b\n\"x|y\"|d\n", Text(tree.Serialize()));
    }

    [Theory]
    [InlineData("h\na,1\nb,2\n", "{ skip 1 }", "a,1|b,2")]
    [InlineData("a,1\na,2\nb,3\na,4", "{ group }", "a,1\na,2|b,3|a,4")]
    [InlineData("a\nb\n--\nc\n", "{ delimiter }", "a\nb\n|\nc\n")]
    [InlineData("a\nb\n--\nc\n", "{ keep }", "a\nb\n--|\nc\n")]
    public void Batch_IsTakenApart(string input, string how, string parts)
    {
        var options = how switch
        {
            "{ skip 1 }" => new RowTreeBatchOptions { SkipRows = 1 },
            "{ group }" => new RowTreeBatchOptions { GroupBy = "column1" },
            "{ keep }" => new RowTreeBatchOptions { Delimiter = "--", KeepDelimiter = true },
            _ => new RowTreeBatchOptions { Delimiter = "--" },
        };

        var found = Type.CreateSplitter(options, new RowTreeOptions()).Split(Encoding.UTF8.GetBytes(input)).ToList();

        Assert.Equal(parts.Split('|'), found.Select(part => Text(part.Content)));
        Assert.All(found, part => Assert.Null(part.Problem));
    }

    private static IMessageTree Parse(string text, RowTreeOptions options) => new RowTreeDataType().CreateCodec(options).Parse(Encoding.UTF8.GetBytes(text));

    // As after a script that touched the message.
    private static string Rewritten(IMessageTree tree)
    {
        tree.Root = tree.Root.Copy();
        return Text(tree.Serialize());
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
