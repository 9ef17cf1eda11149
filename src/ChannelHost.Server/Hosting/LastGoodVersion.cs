using ChannelHost.Storage.Versions;

namespace ChannelHost.Server.Hosting;

/// <summary>
/// Reads versions out of the archive as if they stood in the channels folder: what ran last, for a channel whose folder is refused while nothing of it runs,
/// and one that is to be put back, before its files replace others.
/// </summary>
/// <param name="files">Reads them.</param>
/// <param name="archive">Has them.</param>
/// <param name="dataFolder">Where they lie while they are read.</param>
internal sealed class LastGoodVersion(IChannelFiles files, VersionArchive archive, string dataFolder)
{
    /// <summary>The version that ran last, as it ran.</summary>
    /// <returns>The version; or why there is none to run; neither when there never was one, or the channel was switched off since.</returns>
    public (ChannelDefinition? Definition, string? Failure) Find(string channel)
    {
        try
        {
            if (archive.IsOff(channel) || archive.Latest(channel) is not { } latest)
            {
                return (null, null);
            }

            var reading = files.ReadTexts(channel, TextsOf(latest), sharedOfFolder: false, dataFolder);
            return reading.Definition switch
            {
                null => (null, $"version {latest.Number}, which ran last, cannot run now: {string.Join("; ", reading.Problems)}"),
                { Version: var version } when version != latest.Version => (null, $"version {latest.Number}, which ran last, would not be the same: values it uses are others now"),
                { } definition => (definition, null),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StoreException)
        {
            return (null, $"the version that ran last cannot be read: {error.Message}");
        }
    }

    /// <summary>What the folder would be with this version put back.</summary>
    /// <exception cref="StoreException">A text of the version is gone or damaged.</exception>
    /// <exception cref="IOException">It cannot be tried.</exception>
    public ChannelReading ReadRestored(string channel, VersionRecord version) => files.ReadTexts(channel, TextsOf(version), sharedOfFolder: true, dataFolder);

    private List<ChannelFile> TextsOf(VersionRecord version) => [.. version.Files.Select(file => new ChannelFile(file.Name, archive.TextOf(file)))];
}
