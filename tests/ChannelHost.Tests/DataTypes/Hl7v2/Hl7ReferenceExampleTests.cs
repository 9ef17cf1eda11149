using System.Text.Json;
using ChannelHost.DataTypes.Hl7v2;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

/// <summary>The tree as the reference build shows it, and its text as the reference build writes it.</summary>
public sealed class Hl7ReferenceExampleTests
{
    // Where we differ on purpose: what came in is written back as it was, and what would damage a message is refused.
    private static readonly Dictionary<string, string> DifferentTree = new()
    {
        ["MSH ^~& special"] = "MSH.2 is shown as it stands in the message, ^~&",
        ["MSH with more than 4 enc (2.7 #)"] = "the truncation character is not lost",
        ["MSH no enc"] = "an empty MSH-2 does not swallow the field after it",
        ["LF unconverted"] = "line feeds always end a segment",
    };

    private static readonly Dictionary<string, string> DifferentText = new()
    {
        ["group wrapper"] = "a segment inside a segment is an error",
        ["element without number"] = "a segment inside a segment is an error",
        ["deep 4 levels"] = "the last character is not damaged",
    };

    private static readonly JsonElement[] Cases = [.. Load().GetProperty("cases").EnumerateArray()];

    public static TheoryData<string> WithTree => [.. Cases.Where(c => c.TryGetProperty("xml", out _)).Select(Name).Where(name => !DifferentTree.ContainsKey(name))];

    public static TheoryData<string> WithScript =>
        [.. Cases.Where(c => c.TryGetProperty("xmlAfterScript", out _) && c.TryGetProperty("output", out _)).Select(Name).Where(name => !DifferentText.ContainsKey(name))];

    public static TheoryData<string> WithoutScript =>
        [.. Cases.Where(c => !c.TryGetProperty("script", out _) && c.TryGetProperty("output", out _) && c.TryGetProperty("input", out _)).Select(Name).Where(name => !DifferentTree.ContainsKey(name))];

    [Theory]
    [MemberData(nameof(WithTree))]
    public void Input_TreeIsThatOfTheReference(string name)
    {
        var example = Case(name);

        var tree = Hl7.Parse(example.GetProperty("input").GetString()!, Options(example));

        Assert.Equal(TreeXml.Normal(example.GetProperty("xml").GetString()!), TreeXml.Write(tree.Root));
    }

    [Theory]
    [MemberData(nameof(WithoutScript))]
    public void NothingChanged_TextIsThatOfTheReference(string name)
    {
        var example = Case(name);
        var expected = example.GetProperty("output").GetString()!;
        var ends = expected.EndsWith("\r\n", StringComparison.Ordinal) ? Hl7SegmentEnd.Crlf : Hl7SegmentEnd.Cr;

        var tree = Hl7.Parse(example.GetProperty("input").GetString()!, Options(example) with { SegmentEnd = ends });

        // The reference adds a separator to a segment that is nothing but its name.
        Assert.Equal(expected.Replace("ZZZ|\r", "ZZZ\r", StringComparison.Ordinal), tree.Written());
    }

    [Theory]
    [MemberData(nameof(WithScript))]
    public void TreeAfterScript_TextIsThatOfTheReference(string name)
    {
        var example = Case(name);
        var tree = Hl7.Parse(Hl7.M0, Options(example) with { SegmentEnd = Hl7SegmentEnd.Cr, FieldOrder = Hl7FieldOrder.Tree, LineBreaks = Hl7LineBreaks.Keep });

        tree.Root = TreeXml.Read(example.GetProperty("xmlAfterScript").GetString()!);

        Assert.Equal(example.GetProperty("output").GetString()!, tree.Written());
    }

    [Theory]
    [MemberData(nameof(WithTree))]
    public void TreeMadeOfText_WrittenAndParsed_IsTheSameTree(string name)
    {
        var example = Case(name);
        var options = Options(example);
        var tree = Hl7.Parse(Hl7.M0, options);

        tree.Root = TreeXml.Read(example.GetProperty("xml").GetString()!);

        var again = Hl7.Parse(tree.Written(), options);
        var expected = TreeXml.Normal(example.GetProperty("xml").GetString()!).Replace("<ZZZ></ZZZ>", "<ZZZ><ZZZ.1></ZZZ.1></ZZZ>", StringComparison.Ordinal);
        Assert.Equal(expected, TreeXml.Write(again.Root));
    }

    private static Hl7v2Options Options(JsonElement example)
    {
        var options = new Hl7v2Options { RequireHeader = false };
        if (!example.TryGetProperty("properties", out var properties) || !properties.TryGetProperty("serialization", out var inbound))
        {
            return options;
        }

        return options with
        {
            Repetitions = !inbound.TryGetProperty("handleRepetitions", out var repetitions) || repetitions.GetBoolean(),
            Subcomponents = !inbound.TryGetProperty("handleSubcomponents", out var subcomponents) || subcomponents.GetBoolean(),
        };
    }

    private static JsonElement Case(string name) => Cases.Single(c => Name(c) == name);

    private static string Name(JsonElement example) => example.GetProperty("name").GetString()!;

    private static JsonElement Load()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "DataTypes", "Hl7v2", "Data", "hl7v2-examples.json"));
        return JsonDocument.Parse(file).RootElement.Clone();
    }
}
