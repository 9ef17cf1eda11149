using System.Text.Json;
using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.Tests.DataTypes.Hl7v2;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.E4x;

/// <summary>The reference's conversions with a script: message in, script, message out, through a script unit with the settings that imported channels have.</summary>
public sealed class Hl7ScriptExampleTests
{
    // The message comes out otherwise than the reference's, and why.
    private static readonly Dictionary<string, string> Different = [];

    private static readonly JsonElement[] Cases = [.. Load().GetProperty("cases").EnumerateArray().Where(example => example.TryGetProperty("script", out _))];

    public static TheoryData<string> Names => [.. Cases.Select(Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Script_MessageIsThatOfTheReference(string name)
    {
        var example = Cases.Single(each => Name(each) == name);
        var bench = new ScriptBench { Compatibility = Compatibility.Mirth };
        var codec = Hl7.Codec(Options(example));

        var result = bench.Run(
            ScriptBench.Scope(example.GetProperty("input").GetString()!, codec),
            ScriptBench.Step(ScriptKind.Transformer, "function log(x) { logger.info(String(x)); }\n" + example.GetProperty("script").GetString()!));

        if (example.TryGetProperty("error", out _))
        {
            Assert.Equal(ScriptOutcome.Failed, result.Outcome);
            return;
        }

        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        Assert.Equal(Different.GetValueOrDefault(name) ?? example.GetProperty("output").GetString()!, ScriptBench.Text(result));
        if (example.TryGetProperty("log", out var log))
        {
            Assert.Equal(log.EnumerateArray().Select(line => line.GetString()), bench.Log.Select(line => line.Text));
        }
    }

    private static Hl7v2Options Options(JsonElement example)
    {
        var options = new Hl7v2Options
        {
            RequireHeader = false,
            Oddities = true,
            FieldOrder = Hl7FieldOrder.Tree,
            SegmentEnd = Hl7SegmentEnd.Cr,
            LineBreaks = Hl7LineBreaks.Keep,
        };
        return example.TryGetProperty("properties", out var properties) && properties.TryGetProperty("serialization", out var inbound)
            ? options with
            {
                Repetitions = !inbound.TryGetProperty("handleRepetitions", out var repetitions) || repetitions.GetBoolean(),
                Subcomponents = !inbound.TryGetProperty("handleSubcomponents", out var subcomponents) || subcomponents.GetBoolean(),
            }
            : options;
    }

    private static string Name(JsonElement example) => example.GetProperty("name").GetString()!;

    private static JsonElement Load()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "DataTypes", "Hl7v2", "Data", "hl7v2-examples.json"));
        return JsonDocument.Parse(file).RootElement.Clone();
    }
}
