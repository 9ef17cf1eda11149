namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>
/// What one channel has to do with the configuration. Scripts may read every value, so all of them are part of the version of a channel with scripts; of
/// any other only those that its settings name are. What is wrong with the files concerns only who uses them.
/// </summary>
/// <param name="Values">The values that are part of the version.</param>
/// <param name="Files">The files they stand in.</param>
/// <param name="Problems">What is wrong with the files.</param>
internal sealed record ConfigurationUse(
    IReadOnlyCollection<KeyValuePair<string, string>> Values, IReadOnlyList<ChannelFile> Files, IReadOnlyList<ChannelProblem> Problems)
{
    /// <summary>What a channel uses.</summary>
    /// <param name="configuration">All there is.</param>
    /// <param name="hasScripts">Whether it has scripts.</param>
    /// <param name="keys">What its settings name or may name.</param>
    public static ConfigurationUse Of(ConfigurationValues configuration, bool hasScripts, IReadOnlyCollection<string> keys)
    {
        var values = hasScripts ? configuration.Values.ToList() : configuration.Values.Where(pair => keys.Contains(pair.Key)).ToList();
        return new ConfigurationUse(
            values,
            values.Count > 0 ? configuration.Files : [],
            hasScripts || keys.Count > 0 ? configuration.Problems : []);
    }
}
