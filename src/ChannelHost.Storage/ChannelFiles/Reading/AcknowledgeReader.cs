using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Reads <c>acknowledge:</c>, a word, or <c>destination: NAME</c> as a block or as one text.</summary>
internal sealed class AcknowledgeReader(OptionBinder binder, ProblemList problems)
{
    private const string Field = "source.acknowledge";
    private const string Prefix = "destination:";

    /// <summary>The words there are.</summary>
    public static readonly IReadOnlyDictionary<string, AcknowledgeWhen> Words = Enum.GetValues<AcknowledgeWhen>()
        .Where(when => when != AcknowledgeWhen.Destination)
        .ToDictionary(when => OptionText.Kebab(when.ToString()), StringComparer.Ordinal);

    private static readonly string Wanted = $"one of {string.Join(", ", Words.Keys)}, destination: NAME";

    /// <summary>The choice; null when it cannot be read, which is in the problems then.</summary>
    public AcknowledgeChoice? Read(YamlValue? value)
    {
        switch (value)
        {
            case null:
                return new AcknowledgeChoice(AcknowledgeWhen.AfterDestinations, null);
            case YamlBlock { Entries: [{ Key: "destination" } entry] }:
                return binder.AsText(entry.Value, $"{Field}.destination", "a destination's name") is { } name ? Destination(name) : null;
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

        problems.Add(value, Field, value.Shape, Suggestion.OneOf(text, [.. Words.Keys, "destination: NAME"]));
        return null;
    }

    private static AcknowledgeChoice Destination(string name) => new(AcknowledgeWhen.Destination, name);
}
