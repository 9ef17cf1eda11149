using System.Text.Json;
using ChannelHost.DataTypes.Hl7v2;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

/// <summary>The tree as the reference build shows it, and its text as the reference build writes it.</summary>
public sealed class Hl7ReferenceExampleTests
{
    // What comes in and cannot be shown as the reference shows it, with the setting oddities or without.
    private static readonly Dictionary<string, string> DifferentTree = new()
    {
        ["MSH no enc"] = "an empty MSH-2 does not swallow the field after it",
        ["LF unconverted"] = "line feeds always end a segment",
    };

    // Where we are right by default, and like the reference with the setting oddities.
    private static readonly HashSet<string> Odd =
    [
        "MSH ^~& special", "MSH with more than 4 enc (2.7 #)", "group wrapper", "element without number", "deep 4 levels",
    ];

    private static readonly JsonElement[] Cases = [.. Load().GetProperty("cases").EnumerateArray()];

    public static TheoryData<string> WithTree => [.. Cases.Where(c => c.TryGetProperty("xml", out _)).Select(Name).Where(name => !DifferentTree.ContainsKey(name))];

    public static TheoryData<string> WithScript =>
        [.. Cases.Where(c => c.TryGetProperty("xmlAfterScript", out _) && c.TryGetProperty("output", out _)).Select(Name)];

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

        Assert.Equal(expected, tree.Written());
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

    [Fact]
    public void OddCases_AreDifferentWithoutTheSetting()
    {
        foreach (var name in Odd)
        {
            var example = Case(name);
            var options = Options(example) with { SegmentEnd = Hl7SegmentEnd.Cr, FieldOrder = Hl7FieldOrder.Tree, LineBreaks = Hl7LineBreaks.Keep, Oddities = false };

            var written = example.TryGetProperty("xmlAfterScript", out var after) ? Refused(options, after.GetString()!) : Hl7.Parse(example.GetProperty("input").GetString()!, options).Written();

            Assert.NotEqual(example.GetProperty("output").GetString(), written);
        }
    }

    private static string Refused(Hl7v2Options options, string xml)
    {
        var tree = Hl7.Parse(Hl7.M0, options);
        tree.Root = TreeXml.Read(xml);
        try
        {
            return tree.Written();
        }
        catch (MessageFormatException problem)
        {
            return problem.Message;
        }
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
        var options = new Hl7v2Options { RequireHeader = false, Oddities = true };
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
