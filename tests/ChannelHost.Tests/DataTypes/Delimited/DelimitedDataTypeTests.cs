using System.Text;
using ChannelHost.DataTypes;
using ChannelHost.DataTypes.Delimited;

namespace ChannelHost.Tests.DataTypes.Delimited;

public sealed class DelimitedDataTypeTests : DataTypeContract
{
    protected override IDataType Type => DataTypeCatalog.All.Single(type => type.Name == "delimited");

    protected override IReadOnlyDictionary<string, byte[]> Messages => new Dictionary<string, byte[]>
    {
        ["rows"] = [.. "mrn,family,given\r\n4711,Brandt,Jonas\r\n4712,Čapek,Eva\r\n"u8],
        ["quotes"] = [.. "a,b\n\"x, y\",\"say \"\"no\"\"\"\n\"two\nlines\",\n"u8],
        ["no end"] = [.. "a\n1\n2"u8],
        ["marked"] = [0xEF, 0xBB, 0xBF, .. "a,b\n1,2\n"u8],
        ["utf-16"] = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a,b\n日,2\n")],
        ["header only"] = [.. "a,b\n"u8],
        ["nothing"] = [],
        ["stray quote"] = [.. "size,n\n5\" pipe,1\n"u8],
        ["dos"] = [.. "a,b\r\n1,2\r\n\x1A"u8],
    };

    protected override IReadOnlyDictionary<string, byte[]> Garbage => new Dictionary<string, byte[]>
    {
        ["short row"] = [.. "a,b\n1\n"u8],
        ["long row"] = [.. "a,b\n1,2,3\n"u8],
        ["open quote"] = [.. "a,b\n1,\"2\n3,4\n"u8],
        ["text after quote"] = [.. "a,b\n\"1\"x,2\n"u8],
        ["name twice"] = [.. "a,a\n1,2\n"u8],
        ["latin-1"] = [.. "a,b\n1,"u8, 0xE9, .. "\n"u8],
        ["bad header"] = [.. "a,\"b\n1,2\n"u8],
        ["odd utf-16"] = [0xFF, 0xFE, 0x41],
    };

    [Fact]
    public void Rows_AreObjectsByColumn() => Assert.Equal(
        "{\"columns\":[\"mrn\",\"family\",\"given\"],\"rows\":[{\"mrn\":\"4711\",\"family\":\"Brandt\",\"given\":\"Jonas\"},{\"mrn\":\"4712\",\"family\":\"Čapek\",\"given\":\"Eva\"}]}",
        Codec.ReadJson(Messages["rows"]));

    [Fact]
    public void Quotes_HoldDelimitersLineEndsAndQuotes() => Assert.Equal(
        "{\"columns\":[\"a\",\"b\"],\"rows\":[{\"a\":\"x, y\",\"b\":\"say \\\"no\\\"\"},{\"a\":\"two\\nlines\",\"b\":\"\"}]}",
        Codec.ReadJson(Messages["quotes"]));

    [Fact]
    public void Text_IsTheTextAndNotTheObject() => Assert.Equal("a,b\n1,2\n", Codec.Decode(Messages["marked"]));

    [Theory]
    [InlineData("a,b\n1,2,3\n4,5\n6\n", "Line 2: The row has 3 values; the header names 2. Line 4: The row has 1 value; the header names 2.")]
    [InlineData("a,b\n\"x\ny\",2\n1\n", "Line 4: The row has 1 value; the header names 2.")]
    [InlineData("a,b\n\n# no comment\n", "Line 3: The row has 1 value; the header names 2.")]
    [InlineData("a,b\n1,\"2\n3,4\n", "Line 2: A quote is opened and never closed.")]
    [InlineData("a,b\n\"1\"x,2\n", "Line 2: Text follows the quote that closes a value.")]
    [InlineData("a,a\n", "The header in line 1 gives column 2 the name of column 1: a row could not keep both. Name the columns by the setting columns.")]
    public void BadRows_AreNamedByLine(string text, string problem) => Assert.Equal(problem, Csv.Problem(text));

    [Fact]
    public void ManyBadRows_OnlyTheFirstAreNamed()
    {
        var problem = Csv.Problem("a,b\n" + string.Concat(Enumerable.Repeat("1\n", 100)));

        Assert.Contains("Line 6:", problem, StringComparison.Ordinal);
        Assert.EndsWith("And 95 more rows.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_HoldNothingOfTheContent() => Assert.DoesNotContain("Brandt", Csv.Problem("a,b\nBrandt\n\"Brandt\"Brandt,1\nBrandt,\"Brandt"), StringComparison.Ordinal);

    [Fact]
    public void Ragged_Pad_FillsShortRowsOnly()
    {
        var options = new DelimitedOptions { Ragged = DelimitedRagged.Pad };

        Assert.Equal("{\"columns\":[\"a\",\"b\"],\"rows\":[{\"a\":\"1\",\"b\":\"\"}]}", Csv.Json("a,b\n1\n", options));
        Assert.StartsWith("Line 2:", Csv.Problem("a,b\n1,2,3\n", options), StringComparison.Ordinal);
    }

    [Fact]
    public void NoHeader_ColumnsAreNumberedOrNamed()
    {
        Assert.Equal("{\"columns\":[\"column1\",\"column2\"],\"rows\":[{\"column1\":\"1\",\"column2\":\"2\"}]}", Csv.Json("1,2\n", new DelimitedOptions { Header = false }));
        Assert.Equal("{\"columns\":[\"a\",\"b\"],\"rows\":[{\"a\":\"1\",\"b\":\"2\"}]}", Csv.Json("1,2\n", new DelimitedOptions { Header = false, Columns = ["a", "b"] }));
        Assert.Equal("{\"columns\":[\"a\",\"b\"],\"rows\":[{\"a\":\"1\",\"b\":\"2\"}]}", Csv.Json("x,x\n1,2\n", new DelimitedOptions { Columns = ["a", "b"] }));
        Assert.Contains("names 1", Csv.Problem("x,x\n1,2\n", new DelimitedOptions { Columns = ["a"] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(";", "\"", "", "", "a;b\n\"1;2\";3\n", "1;2", "3")]
    [InlineData("tab", "\"", "", "", "a\tb\n1\t3\n", "1", "3")]
    [InlineData("|", "'", "", "", "a|b\n'it''s'|3\n", "it's", "3")]
    [InlineData(",", "", "", "", "a,b\n\"1,3\n", "\"1", "3")]
    [InlineData(",", "", "\\", "", "a,b\n1\\,2,3\n", "1,2", "3")]
    [InlineData(",", "\"", "\\", "", "a,b\n\"1\\\"\\\\\",3\n", "1\"\\", "3")]
    [InlineData("||", "\"", "", "", "a||b\n\"1||2\"||3\n", "1||2", "3")]
    [InlineData("§", "\"", "", "", "a§b\n1§3\n", "1", "3")]
    [InlineData(",", "\"", "", "~", "a,b~1\n2,3~", "1\n2", "3")]
    public void Formats_AreReadAndWritten(string delimiter, string quote, string escape, string separator, string text, string a, string b)
    {
        var options = new DelimitedOptions { Delimiter = delimiter, Quote = quote, Escape = escape, RecordSeparator = separator };
        Assert.Empty(Type.Validate(options));

        var json = Csv.Json(text, options);

        Assert.Equal($"{{\"columns\":[\"a\",\"b\"],\"rows\":[{{\"a\":{System.Text.Json.JsonSerializer.Serialize(a, Relaxed)},\"b\":\"{b}\"}}]}}", json);
        Assert.Equal(json, Csv.Json(Csv.Written(json, options), options));
    }

    [Fact]
    public void CommentsAndBlanks_ArePassedOver()
    {
        var options = new DelimitedOptions { Comment = "#", Trim = true };

        Assert.Equal("{\"columns\":[\"a\",\"b\"],\"rows\":[{\"a\":\"1\",\"b\":\" 2 \"}]}", Csv.Json("# made by \"hand\na , b\n\n#\n 1 , \" 2 \" \n", options));
    }

    [Fact]
    public void FixedWidth_IsCutByCharacters()
    {
        var options = new DelimitedOptions { Widths = [4, 6, 2], Columns = ["mrn", "name", "x"], Header = false };

        Assert.Equal("{\"columns\":[\"mrn\",\"name\",\"x\"],\"rows\":[{\"mrn\":\"4711\",\"name\":\"Čapek\",\"x\":\"1\"}]}", Csv.Json("4711Čapek 1 \r\n", options));
        Assert.Equal("4711Čapek 1 \r\n", Csv.Written("{\"rows\":[{\"mrn\":4711,\"name\":\"Čapek\",\"x\":1}]}", options));
        Assert.Equal("Line 1: The row has 2 values; wanted are 3.", Csv.Problem("4711Brandt\n", options));
        Assert.StartsWith("Line 1: The row has 13 characters; the widths come to 12.", Csv.Problem("4711Brandt123\n", options), StringComparison.Ordinal);
        Assert.StartsWith("The value of column 2 in row 1 has 7 characters", Assert.Throws<MessageFormatException>(() => Csv.Written("[[\"1\",\"Weidner\",\"\"]]", options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("windows-1252")]
    [InlineData("utf-16")]
    [Trait("Row", "F37")]
    public void Detect_ThreeCharsetsInOneFolder_AreAllRead(string charset)
    {
        var encoding = charset == "windows-1252" ? CodePagesEncodingProvider.Instance.GetEncoding(charset)! : Encoding.GetEncoding(charset);
        byte[] file = [.. encoding.GetPreamble(), .. encoding.GetBytes("a,b\nMüller,é\n")];

        Assert.Contains("{\"a\":\"Müller\",\"b\":\"é\"}", Csv.Codec(new DelimitedOptions { Charset = "detect" }).ReadJson(file), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F37")]
    public void Undecodable_IsAnErrorWithLineAndByte()
    {
        var problem = Assert.Throws<MessageFormatException>(() => Codec.ReadJson(Messages["rows"].Concat(Garbage["latin-1"][4..]).ToArray())).Message;

        Assert.Contains("Line 4: Byte", problem, StringComparison.Ordinal);
        Assert.Contains("utf-8", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"rows\":[{\"a\":1,\"b\":true},{\"a\":null,\"c\":\"x,y\"}]}", "a,b,c\r\n1,true,\r\n,,\"x,y\"\r\n")]
    [InlineData("[{\"a\":\"\"}]", "a\r\n\"\"\r\n")]
    [InlineData("[[1,2],[3]]", "column1,column2\r\n1,2\r\n3,\r\n")]
    [InlineData("{\"columns\":[\"b\",\"a\"],\"rows\":[{\"a\":\" x\",\"b\":\"\\\"\"}]}", "b,a\r\n\"\"\"\",\" x\"\r\n")]
    [InlineData("{\"columns\":[\"a\"],\"rows\":[]}", "a\r\n")]
    public void Objects_AreWritten(string json, string text) => Assert.Equal(text, Csv.Written(json));

    [Theory]
    [InlineData("{}", "array of rows")]
    [InlineData("{\"columns\":[\"a\"],\"rows\":[{\"z\":1}]}", "Row 1 has a value that belongs to none of the 1 columns")]
    [InlineData("{\"columns\":[\"a\",\"a\"],\"rows\":[]}", "Column 2 has the name of column 1")]
    [InlineData("{\"columns\":5,\"rows\":[]}", "columns must be an array of names")]
    [InlineData("{\"columns\":[\"a\"],\"rows\":[[1,2]]}", "Row 1 has 2 values; there are 1 columns")]
    [InlineData("[{\"a\":{}}]", "Row 1 has an object or an array in column 1")]
    [InlineData("[7]", "Row 1 is neither")]
    [InlineData("x", "is no JSON")]
    public void ObjectsThatAreNoTable_AreRefused(string json, string problem) =>
        Assert.Contains(problem, Assert.Throws<MessageFormatException>(() => Csv.Written(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void NoQuotes_ValueThatWouldBreakTheRow_IsRefused() =>
        Assert.Throws<MessageFormatException>(() => Csv.Written("[[\"1,2\"]]", new DelimitedOptions { Quote = "" }));

    [Fact]
    public void Limits_AreProblems()
    {
        Assert.Contains("maxColumns", Csv.Problem("a,b\n1,2,3,4\n", new DelimitedOptions { MaxColumns = 3 }), StringComparison.Ordinal);
        Assert.Contains("maxRow", Csv.Problem("a\n" + new string('x', 2000), new DelimitedOptions { MaxRow = new ByteSize(1024) }), StringComparison.Ordinal);
        Assert.Contains("maxSize", Csv.Problem("a\n" + new string('x', 2000), new DelimitedOptions { MaxSize = new ByteSize(1024) }), StringComparison.Ordinal);
    }

    [Fact]
    public void WrongSettings_AreNamed()
    {
        var options = new DelimitedOptions { Delimiter = "", Quote = "ab", Comment = "é", Widths = [0], Columns = ["a", "a"], Charset = "klingon" };

        Assert.Equal(["delimiter", "quote", "comment", "widths", "widths", "columns", "charset"], Type.Validate(options).Select(problem => problem.Option));
        Assert.Equal(["fallback"], Type.Validate(new DelimitedOptions { Charset = "detect", Fallback = "klingon" }).Select(problem => problem.Option));
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
