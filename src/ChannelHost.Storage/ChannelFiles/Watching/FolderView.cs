using ChannelHost.Storage.ChannelFiles.Reading;

namespace ChannelHost.Storage.ChannelFiles.Watching;

/// <summary>How the files of all channels look at one moment.</summary>
/// <param name="Channels">The stamps of each channel's files, by name.</param>
/// <param name="Shared">Those of the shared scripts and the configuration.</param>
internal sealed record FolderView(IReadOnlyDictionary<string, IReadOnlyList<FileStamp>> Channels, IReadOnlyList<FileStamp> Shared)
{
    /// <summary>How they looked when they were read.</summary>
    public static FolderView Of(LastRead last) =>
        new(last.Channels.ToDictionary(pair => pair.Key, pair => pair.Value.Stamps, StringComparer.Ordinal), last.Shared);

    /// <summary>How they look now. A channel's files are those a walk finds and those it named when it was last read.</summary>
    public static FolderView Now(ChannelTree tree, LastRead last, IReadOnlyList<FileStamp> shared)
    {
        var (places, _) = tree.List();
        var channels = places.ToDictionary(
            place => place.Name,
            place => ChannelReader.StampsOf(place, last.Channels.GetValueOrDefault(place.Name)?.Stamps ?? []),
            StringComparer.Ordinal);
        return new FolderView(channels, shared);
    }

    /// <summary>True when a channel's files, and the shared ones, look the same in both.</summary>
    public bool Agrees(FolderView other, string name) => SharedAgree(other) && StampsOf(name).SequenceEqual(other.StampsOf(name));

    private bool SharedAgree(FolderView other) => Shared.SequenceEqual(other.Shared);

    private IReadOnlyList<FileStamp> StampsOf(string name) => Channels.GetValueOrDefault(name) ?? [];
}
