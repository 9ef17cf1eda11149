using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChannelHost.Tests.Scripting.Java;

/// <summary>Expressions with what the reference engine made of them, as far as they are about Java.</summary>
public sealed partial class JavaExampleTests
{
    // Where we say something else on purpose: lists can be looped over with for-of, and a Java text lists no members.
    private static readonly string[] OnPurpose = ["for (var k of l)", "for (var c in s) c", "s.valueOf()"];

    // Their last statement is no expression; JavaScopeTests has them.
    private static readonly string[] Elsewhere = ["switch(", "switch (", "try {", "with ("];

    /// <summary>The examples.</summary>
    public static TheoryData<string, string?, string?> Examples()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Scripting", "E4x", "Data", "e4x-examples.json"));
        using var json = JsonDocument.Parse(file);
        var data = new TheoryData<string, string?, string?>();
        foreach (var item in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            var script = item.GetProperty("expr").GetString()!;
            if (Java().IsMatch(script) && !item.TryGetProperty("hostBug", out _)
                && !OnPurpose.Concat(Elsewhere).Any(part => script.Contains(part, StringComparison.Ordinal)))
            {
                data.Add(script, Optional(item, "text"), Optional(item, "throws"));
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void UnderMirthCompatibility_JavaBehavesAsInTheReference(string script, string? text, string? throws)
    {
        var result = JavaBench.Eval(script, Compatibility.Mirth);

        if (throws is not null)
        {
            Assert.StartsWith("throws:", result, StringComparison.Ordinal);
        }
        else
        {
            Assert.False(result.StartsWith("throws:", StringComparison.Ordinal), result);
            Assert.Equal(text, result[(result.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        }
    }

    private static string? Optional(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.GetString() : null;

    [GeneratedRegex(@"\bjava\.|Packages\.|typeof java|Java(Importer|Adapter)|importPackage", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Java();
}
