namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>Finds what somebody meant who mistyped a name.</summary>
internal static class Suggestion
{
    /// <summary>What is wanted instead of an unknown word: one of the known ones, and which was probably meant.</summary>
    public static string OneOf(string written, IReadOnlyCollection<string> known)
    {
        var all = $"one of {string.Join(", ", known)}";
        return NearestName.Of(written, known) is { } near ? $"{all}; did you mean `{near}`?" : all;
    }

    /// <summary>What is wanted instead of an unknown key: the one that was probably meant, else all there are.</summary>
    public static string Key(string written, IReadOnlyCollection<string> known) =>
        NearestName.Of(written, known) is { } near ? $"a known key; did you mean `{near}`?"
        : known.Count == 0 ? "nothing: there are no settings here"
        : $"one of {string.Join(", ", known)}";
}
