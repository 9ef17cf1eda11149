using ChannelHost.Connectors.Database;

namespace ChannelHost.Tests.Connectors.Database;

public sealed class JdbcTextTests
{
    public static TheoryData<object, string, string> Values => new()
    {
        { "text", "", "text" },
        { 42L, "", "42" },
        { 1.0, "", "1.0" },
        { 0.1, "", "0.1" },
        { -2.5, "", "-2.5" },
        { 1e7, "", "1.0E7" },
        { 1234567.0, "", "1234567.0" },
        { 123456789.25, "", "1.2345678925E8" },
        { 0.00012, "", "1.2E-4" },
        { 1e21, "", "1.0E21" },
        { 5e-324, "", "5.0E-324" },
        { double.NaN, "", "NaN" },
        { double.NegativeInfinity, "", "-Infinity" },
        { 12.50m, "", "12.50" },
        { true, "", "true" },
        { new DateTime(2024, 1, 2, 3, 4, 5), "timestamp", "2024-01-02 03:04:05.0" },
        { new DateTime(2024, 1, 2, 3, 4, 5).AddTicks(1_230_000), "timestamp", "2024-01-02 03:04:05.123" },
        { new DateTime(2024, 1, 2), "date", "2024-01-02" },
        { new TimeSpan(3, 4, 5), "time", "03:04:05" },
        { new Guid("11112222-3333-4444-5555-666677778888"), "uuid", "11112222-3333-4444-5555-666677778888" },
        { new byte[] { 0xC3, 0xA9 }, "", "w6k=" },
    };

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void Value_LooksAsInJava(object value, string type, string expected) => Assert.Equal(expected, JdbcText.Of(value, type));

    [Theory]
    [InlineData("Utf8", "é")]
    [InlineData("Latin1", "Ã©")]
    public void Bytes_CanBeText(string form, string expected) => Assert.Equal(expected, JdbcText.Of(new byte[] { 0xC3, 0xA9 }, "", Enum.Parse<BinaryForm>(form)));

    [Theory]
    [InlineData("MRN", "mrn")]
    [InlineData("Last Name", "last_name")]
    [InlineData("count(*)", "count___")]
    [InlineData("1st", "_st")]
    [InlineData("größe-1.x", "größe-1.x")]
    [InlineData("a:b", "a_b")]
    [InlineData("", "_")]
    public void Label_BecomesAName(string label, string expected) => Assert.Equal(expected, RowXml.NameOf(label));

    [Fact]
    public void Row_LeavesNullsOutAndEscapesText()
    {
        var xml = new RowXml([("ID", "int"), ("none", "int"), ("text", "text")], BinaryForm.Base64);

        Assert.Equal("<result><id>5</id><text>a&lt;b&gt; &amp; \"c\"&#13;&#1;\n</text></result>", xml.Write([5L, null, "a<b> & \"c\"\r\u0001\n"]));
        Assert.Equal("<results><result><id>1</id></result><result></result></results>", xml.Write([[1L, null, null], [null, null, null]]));
    }

    [Theory]
    [InlineData("id", "ID")]
    [InlineData("a b", "a_b")]
    public void ColumnsOfTheSameName_AreAnError(string first, string second) =>
        Assert.Contains("two columns", Assert.Throws<FormatException>(() => new RowXml([(first, ""), (second, "")], BinaryForm.Base64)).Message, StringComparison.Ordinal);

    [Fact]
    public void OnceKey_TellsRowsApart()
    {
        (string, string)[] columns = [("a", ""), ("b", "")];
        TakenRow[] rows = [new(columns, ["x", "y"]), new(columns, ["x:1", "y"]), new(columns, [null, "y"]), new(columns, ["-", "y"]), new(columns, ["", "y"])];

        Assert.Equal(rows.Length, rows.Select(row => row.OnceKey(["a", "b"])).Distinct().Count());
        Assert.Equal(rows[0].OnceKey(["A"]), new TakenRow(columns, ["x", "other"]).OnceKey(["a"]));
        Assert.Throws<FormatException>(() => rows[0].OnceKey(["c"]));
    }
}
