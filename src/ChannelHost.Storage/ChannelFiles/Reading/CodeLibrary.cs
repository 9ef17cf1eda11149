namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>A folder below <c>lib/</c> with a <c>library.yaml</c>: code templates and the channels they are for.</summary>
/// <param name="Channels">Names or ids of the only channels it is for; null for all.</param>
/// <param name="Except">Names or ids of channels it is not for.</param>
/// <param name="Templates">Its code templates, in order.</param>
/// <param name="Files">Its texts: <c>library.yaml</c> and the scripts that it names.</param>
/// <param name="Problems">What is wrong with it. Nobody knows then whom it is for, so it concerns every channel.</param>
internal sealed record CodeLibrary(
    IReadOnlyList<string>? Channels,
    IReadOnlyList<string> Except,
    IReadOnlyList<CodeTemplate> Templates,
    IReadOnlyList<ChannelFile> Files,
    IReadOnlyList<ChannelProblem> Problems)
{
    /// <summary>Whether a channel gets its templates.</summary>
    public bool IsFor(string channel, string? id)
    {
        if (Problems.Count > 0)
        {
            return true;
        }

        return (Channels is null || Names(Channels, channel, id)) && !Names(Except, channel, id);
    }

    private static bool Names(IReadOnlyList<string> list, string channel, string? id) => list.Contains(channel) || (id is not null && list.Contains(id));
}
