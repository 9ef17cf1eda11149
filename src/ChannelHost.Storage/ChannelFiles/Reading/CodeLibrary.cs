namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>A folder below <c>lib/</c> with a <c>library.yaml</c>: code templates and the channels they are for.</summary>
/// <param name="Channels">Names or ids of the only channels it is for; null for all.</param>
/// <param name="Except">Names or ids of channels it is not for.</param>
/// <param name="Templates">Its code templates, in order.</param>
/// <param name="Files">Its texts: <c>library.yaml</c> and the scripts that it names.</param>
/// <param name="Problems">What is wrong with it, each with the contexts of the templates that it concerns.</param>
internal sealed record CodeLibrary(
    IReadOnlyList<string>? Channels,
    IReadOnlyList<string> Except,
    IReadOnlyList<CodeTemplate> Templates,
    IReadOnlyList<ChannelFile> Files,
    IReadOnlyList<(ChannelProblem Problem, ScriptContexts Contexts)> Problems)
{
    /// <summary>False when it cannot be read whom it is for: then it concerns every channel.</summary>
    public bool IsAudienceKnown { get; init; } = true;

    /// <summary>The contexts of its templates, also of those whose scripts cannot be read; all when that cannot be known.</summary>
    public ScriptContexts Contexts { get; init; }

    /// <summary>Whether a channel gets its templates.</summary>
    public bool IsFor(string channel, string? id) =>
        !IsAudienceKnown || ((Channels is null || Names(Channels, channel, id)) && !Names(Except, channel, id));

    /// <summary>Its problems, as far as they concern scripts of these contexts.</summary>
    public IEnumerable<ChannelProblem> ProblemsIn(ScriptContexts contexts) =>
        Problems.Where(entry => (entry.Contexts & contexts) != 0).Select(entry => entry.Problem);

    private static bool Names(IReadOnlyList<string> list, string channel, string? id) => list.Contains(channel) || (id is not null && list.Contains(id));
}
