using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Reads <c>acknowledge:</c>, a word, or <c>destination: NAME</c> or <c>variable: KEY</c> as a block or as one text.</summary>
internal sealed class AcknowledgeReader(OptionBinder binder, ProblemList problems)
{
    private const string Field = "source.acknowledge";
    private const string Prefix = "destination:";
    private const string VariablePrefix = "variable:";

    /// <summary>The words there are.</summary>
    public static readonly IReadOnlyDictionary<string, AcknowledgeWhen> Words = Enum.GetValues<AcknowledgeWhen>()
        .Where(when => when is not (AcknowledgeWhen.Destination or AcknowledgeWhen.Variable))
        .ToDictionary(when => OptionText.Kebab(when.ToString()), StringComparer.Ordinal);

    private static readonly string Wanted = $"one of {string.Join(", ", Words.Keys)}, destination: NAME, variable: KEY";

    /// <summary>The choice; null when it cannot be read, which is in the problems then.</summary>
    public AcknowledgeChoice? Read(YamlValue? value)
    {
        switch (value)
        {
            case null:
                return new AcknowledgeChoice(AcknowledgeWhen.AfterDestinations, null);
            case YamlBlock { Entries: [{ Key: "destination" } entry] }:
                return binder.AsText(entry.Value, $"{Field}.destination", "a destination's name") is { } name ? Destination(name) : null;
            case YamlBlock { Entries: [{ Key: "variable" } entry] }:
                return binder.AsText(entry.Value, $"{Field}.variable", "a key of the response map") is { } key ? new AcknowledgeChoice(AcknowledgeWhen.Variable, key) : null;
            case YamlText:
                return binder.AsText(value, Field, Wanted) is { } text ? FromText(text, value) : null;
            default:
                problems.Add(value, Field, value.Shape, Wanted);
                return null;
        }
    }

    private AcknowledgeChoice? FromText(string text, YamlValue value)
    {
        if (Words.TryGetValue(text, out var when))
        {
            return new AcknowledgeChoice(when, null);
        }

        if (text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length..].Trim() is { Length: > 0 } name)
        {
            return Destination(name);
        }

        if (text.StartsWith(VariablePrefix, StringComparison.Ordinal) && text[VariablePrefix.Length..].Trim() is { Length: > 0 } key)
        {
            return new AcknowledgeChoice(AcknowledgeWhen.Variable, key);
        }

        problems.Add(value, Field, value.Shape, Suggestion.OneOf(text, [.. Words.Keys, "destination: NAME", "variable: KEY"]));
        return null;
    }

    private static AcknowledgeChoice Destination(string name) => new(AcknowledgeWhen.Destination, name);
}
