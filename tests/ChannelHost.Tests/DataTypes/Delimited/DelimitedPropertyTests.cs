using System.Text;
using ChannelHost.DataTypes.Delimited;
using CsCheck;

namespace ChannelHost.Tests.DataTypes.Delimited;

/// <summary>Two readers that were written by different people, and the writer, must agree on every message.</summary>
public sealed class DelimitedPropertyTests
{
    private static readonly Gen<string> Soup = Texts(40, "a", "b", "é", "日", ",", ",", "\"", "\"", "\n", "\r\n", "\r", " ", "\t", "\\", ";", "#");

    private static readonly Gen<string> Value = Texts(6, "a", "é", ",", "\"", "\n", "\r", " ", "\\", "#", "", "'", "|");

    [Fact]
    public void AnyText_BothReadersReadTheSame()
    {
        foreach (var options in new[]
        {
            new DelimitedOptions { Header = false },
            new DelimitedOptions { Header = false, Trim = true },
            new DelimitedOptions { Header = false, Comment = "#" },
            new DelimitedOptions { Header = false, Quote = "" },
            new DelimitedOptions { Header = false, Quote = "", Escape = "\\" },
        })
        {
            var format = new DelimitedFormat(options);
            Soup.Sample(
                soup =>
                {
                    var text = DelimitedText.Of(Encoding.UTF8.GetBytes(soup), format);
                    using var package = new CsvRowReader(format, text);
                    using var own = new DelimitedRowReader(format, text);
                    Assert.Equal(Rows(package), Rows(own));
                },
                iter: 20_000);
        }
    }

    [Fact]
    public void AnyValues_WrittenAndReadBack_AreTheSame()
    {
        foreach (var options in new[]
        {
            new DelimitedOptions { Header = false },
            new DelimitedOptions { Header = false, Trim = true, Comment = "#" },
            new DelimitedOptions { Header = false, Delimiter = "|", Quote = "'" },
            new DelimitedOptions { Header = false, Escape = "\\" },
            new DelimitedOptions { Header = false, Delimiter = "a," },
            new DelimitedOptions { Header = false, RecordSeparator = "~" },
        })
        {
            var format = new DelimitedFormat(options);
            var writer = new DelimitedWriter(format);
            Gen.Int[1, 4].SelectMany(columns => Value.Array[columns].Array[0, 5]).Sample(
                rows =>
                {
                    var text = writer.Write([], rows);
                    using var table = new DelimitedTable(format, DelimitedText.Of(Encoding.UTF8.GetBytes(text), format));
                    var read = new List<string[]>();
                    while (table.Next())
                    {
                        Assert.Null(table.Problem);
                        read.Add([.. Enumerable.Range(0, table.Columns.Length).Select(table.Value)]);
                    }

                    Assert.Equal(rows, read);
                },
                iter: 5_000);
        }
    }

    [Fact]
    public void AnyText_PartsJoinedAreTheRowsOfTheFile()
    {
        Gen.Select(Soup, Gen.Int[1, 3], Gen.Bool).Sample(
            (soup, rows, groups) =>
            {
                var file = "a,b\n" + soup;
                var batch = groups ? new DelimitedBatchOptions { GroupBy = "b" } : new DelimitedBatchOptions { Rows = rows };

                var joined = string.Concat(Csv.Parts(file, batch).Select(part => part.Text()["a,b\n".Length..]));

                // Only blank lines between messages belong to nobody.
                Assert.Equal(Dense(soup), Dense(joined));
            },
            iter: 20_000);
    }

    private static Gen<string> Texts(int most, params string[] pieces) => Gen.Int[0, pieces.Length - 1].Array[0, most].Select(picks => string.Concat(picks.Select(pick => pieces[pick])));

    private static string Dense(string text) => text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);

    private static List<string> Rows(IRowReader reader)
    {
        var rows = new List<string>();
        while (reader.Read())
        {
            var what = reader.Problem is null ? string.Join('\u241F', Enumerable.Range(0, reader.Count).Select(reader.Value)) : "problem";
            rows.Add($"line {reader.Line}, bytes {reader.Start} to {reader.End}: {what}");
        }

        return rows;
    }
}
