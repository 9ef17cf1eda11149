using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using ChannelHost.DataTypes.Delimited;

namespace ChannelHost.Tests.DataTypes.Delimited;

public sealed class DelimitedSplitterTests
{
    [Fact]
    public void Rows_AreMessagesWithTheHeader()
    {
        var parts = Csv.Parts("mrn,name\r\n1,A\r\n\r\n2,\"B\r\nC\"\r\n3,D");

        Assert.Equal(["mrn,name\r\n1,A\r\n", "mrn,name\r\n2,\"B\r\nC\"\r\n", "mrn,name\r\n3,D"], parts.Select(Csv.Text));
        Assert.Equal(["line 2", "line 4", "line 6"], parts.Select(part => part.Place));
        Assert.Equal([1, 2, 3], parts.Select(part => part.Number));
        Assert.All(parts, part => Assert.Null(part.Problem));
    }

    [Fact]
    [Trait("Row", "F36")]
    public void BadRows_AreVisibleAndTheGoodOnesGoOn()
    {
        var parts = Csv.Parts("a,b\n1,2\n3\n4,5\n6,\"7\n8,9\n");

        Assert.Equal(["1,2\n", "3\n", "4,5\n", "6,\"7\n", "8,9\n"], parts.Select(part => part.Text()["a,b\n".Length..]));
        Assert.Equal([null, "The row has 1 value; the header names 2.", null, "A quote is opened and never closed.", null], parts.Select(part => part.Problem));
    }

    [Fact]
    [Trait("Row", "F37")]
    public void UndecodableRow_IsAloneWithItsProblem()
    {
        byte[] file = [.. "a\nx\n"u8, 0xE9, .. "\ny\n"u8];

        var parts = Csv.Splitter().Split(file).ToArray();

        Assert.Equal([true, false, true], parts.Select(part => part.Problem is null));
        Assert.True(parts[1].Content.Span.SequenceEqual(file[..2].Concat(file[4..6]).ToArray()));
    }

    [Fact]
    public void SeveralRows_MakeAMessage()
    {
        var parts = Csv.Parts("a\n1\n2\n3\n4\n5\n", new DelimitedBatchOptions { Rows = 2 });

        Assert.Equal(["a\n1\n2\n", "a\n3\n4\n", "a\n5\n"], parts.Select(Csv.Text));
    }

    [Fact]
    public void SeveralRows_BadOneStandsAlone()
    {
        var parts = Csv.Parts("a\n1\n2,x\n3\n4\n", new DelimitedBatchOptions { Rows = 3 });

        Assert.Equal(["a\n1\n", "a\n2,x\n", "a\n3\n4\n"], parts.Select(Csv.Text));
        Assert.NotNull(parts[1].Problem);
    }

    [Fact]
    public void Groups_AreRowsWithOneValue()
    {
        var parts = Csv.Parts("order,item\n1,a\n1,b\n2,c\n1,d\n", new DelimitedBatchOptions { GroupBy = "order" });

        Assert.Equal(["1,a\n1,b\n", "2,c\n", "1,d\n"], parts.Select(part => part.Text()["order,item\n".Length..]));
    }

    [Fact]
    [Trait("Row", "F36")]
    public void Groups_BadRowHoldsItsGroup()
    {
        var parts = Csv.Parts("order,item\n1,a\n1\n1,b\n2,c\n", new DelimitedBatchOptions { GroupBy = "order" });

        Assert.Equal(["The group is not whole: line 3 cannot be read. The row has 1 value; the header names 2.", null], parts.Select(part => part.Problem));
    }

    [Theory]
    [InlineData("item,order\na,1\nx\nb,2\nc,3\n", "not whole: line 3|may not be whole: line 3|")]
    [InlineData("item,order\nx\nb,2\nc,3\n", "not whole: line 2|may not be whole: line 2|")]
    [InlineData("item,order\na,1\nx\nb,1\nc,3\n", "not whole: line 3|")]
    [Trait("Row", "F36")]
    public void Groups_BadRowOfAnUnknownGroup_HoldsTheGroupsOnBothSides(string text, string expected)
    {
        var parts = Csv.Parts(text, new DelimitedBatchOptions { GroupBy = "order" });

        var wanted = expected.Split('|');
        Assert.Equal(wanted.Length, parts.Length);
        Assert.All(parts.Zip(wanted), pair => Assert.Equal(pair.Second.Length > 0, pair.First.Problem?.Contains(pair.Second, StringComparison.Ordinal) ?? false));
    }

    [Fact]
    public void Groups_NoSuchColumn_IsAProblemOfTheWhole() =>
        Assert.Equal("There is no column visit to group by (setting groupBy).", Assert.Single(Csv.Parts("a\n1\n", new DelimitedBatchOptions { GroupBy = "visit" })).Problem);

    [Fact]
    public void BadHeader_IsAProblemOfTheWhole()
    {
        var part = Assert.Single(Csv.Parts("a,a\n1,2\n"));

        Assert.StartsWith("The header in line 1", part.Problem, StringComparison.Ordinal);
        Assert.Equal("a,a\n1,2\n", part.Text());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("a,b\r\n")]
    public void NoRows_NoParts(string text) => Assert.Empty(Csv.Parts(text));

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-8")]
    [Trait("Row", "F37")]
    public void MarkedFile_PartsAreMarkedAndInTheSameCharset(string charset)
    {
        var encoding = Encoding.GetEncoding(charset);
        byte[] file = [.. encoding.GetPreamble(), .. encoding.GetBytes("a\n日\n😀\n")];

        var parts = Csv.Splitter().Split(file).ToArray();

        byte[] expected = [.. encoding.GetPreamble(), .. encoding.GetBytes("a\n😀\n")];
        Assert.True(parts[1].Content.Span.SequenceEqual(expected));
        Assert.Contains("😀", Csv.Codec().ReadJson(parts[1].Content), StringComparison.Ordinal);
    }

    [Fact]
    public void NoHeader_PartsAreSlices()
    {
        var file = Encoding.UTF8.GetBytes("1,2\n3,4\n");

        var parts = Csv.Splitter(options: new DelimitedOptions { Header = false }).Split(file).ToArray();

        Assert.Equal(["1,2\n", "3,4\n"], parts.Select(Csv.Text));
    }

    [Fact]
    public void Answer_StatesEveryPart()
    {
        var parts = Csv.Parts("a\n1\n2,3\n4\n");
        var answers = parts.Select(part => new BatchAnswer(part, part.Number switch
        {
            1 => new SourceResponse(1, true, MessageStatus.Transformed, null, null),
            2 => new SourceResponse(2, true, MessageStatus.Error, null, part.Problem),
            _ => new SourceResponse(3, true, MessageStatus.Filtered, null, null),
        })).ToArray();

        var answer = Csv.Splitter().Answer(default, answers);

        Assert.Equal(
            "number,place,status,reason\r\n1,line 2,accepted,\r\n2,line 3,error,The row has 2 values; the header names 1.\r\n3,line 4,filtered,\r\n",
            Encoding.UTF8.GetString(answer!.Value.Span));
    }

    [Fact]
    public void BatchSettings_AreChecked()
    {
        var type = new DelimitedDataType();

        Assert.Equal("rows", Assert.Single(type.ValidateBatch(new DelimitedBatchOptions { Rows = 2, GroupBy = "a" }, new DelimitedOptions())).Option);
        Assert.Equal("groupBy", Assert.Single(type.ValidateBatch(new DelimitedBatchOptions { GroupBy = "z" }, new DelimitedOptions { Columns = ["a"] })).Option);
    }

    [Fact]
    public void LargeFile_IsSplitLazilyWithFlatMemory()
    {
        var row = Encoding.ASCII.GetBytes("4711,Brandt,Jonas,1980-01-01,\"Street 5, North\"\n");
        var file = new byte[24 * 1024 * 1024 / row.Length * row.Length];
        for (var at = 0; at < file.Length; at += row.Length)
        {
            row.CopyTo(file, at);
        }

        "mrn,family,given,born,address                  \n"u8[..row.Length].CopyTo(file);
        file[row.Length - 1] = (byte)'\n';
        var (count, first) = Walk(file);

        GC.Collect();
        Assert.Equal((file.Length / row.Length) - 1, count);
        Assert.False(first.IsAlive);
    }

    // Apart, so that no local of the test holds a part.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (int Count, WeakReference First) Walk(byte[] file)
    {
        var count = 0;
        var first = new WeakReference(null);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var part in Csv.Splitter().Split(file))
        {
            Assert.Null(part.Problem);
            if (++count == 1)
            {
                Assert.True(MemoryMarshal.TryGetArray(part.Content, out var bytes));
                first.Target = bytes.Array;
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 1024 * 1024);
            }
        }

        return (count, first);
    }
}
