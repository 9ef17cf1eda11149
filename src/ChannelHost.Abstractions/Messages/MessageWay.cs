using System.Globalization;

namespace ChannelHost.Abstractions;

/// <summary>
/// What a message's source map says of the channels that it came through. Whoever is on that way may have the attachments of the messages there, so only the channel
/// destination writes it; what sources and scripts claim is taken out, unless it is true.
/// </summary>
public static class MessageWay
{
    /// <summary>The name of the channel that it came from.</summary>
    public const string Channel = "sourceChannel";

    /// <summary>The id of the channel that it came from.</summary>
    public const string ChannelId = "sourceChannelId";

    /// <summary>The number that it had there.</summary>
    public const string MessageId = "sourceMessageId";

    /// <summary>The ids of all channels on the way, the first one first.</summary>
    public const string ChannelIds = "sourceChannelIds";

    /// <summary>The numbers that it had there.</summary>
    public const string MessageIds = "sourceMessageIds";

    private static readonly string[] Keys = [Channel, ChannelId, MessageId, ChannelIds, MessageIds];

    /// <summary>True for the keys that tell the way.</summary>
    public static bool IsPartOf(string key) => Keys.Contains(key, StringComparer.Ordinal);

    /// <summary>The map without anything about the way; the same map when there was nothing.</summary>
    public static IReadOnlyDictionary<string, object?> Without(IReadOnlyDictionary<string, object?> map) =>
        IsIn(map) ? map.Where(entry => !IsPartOf(entry.Key)).ToDictionary(StringComparer.Ordinal) : map;

    /// <summary>True when the way leads over this message.</summary>
    /// <param name="map">The source map.</param>
    /// <param name="channel">A channel's id; its name where it has none.</param>
    /// <param name="message">The message there.</param>
    public static bool LeadsOver(IReadOnlyDictionary<string, object?> map, string channel, long message)
    {
        if (map.GetValueOrDefault(MessageId) is { } last && IsNumber(last, message) && (IsText(map, ChannelId, channel) || IsText(map, Channel, channel)))
        {
            return true;
        }

        return Stations(map).Any(station => station.Channel as string == channel && IsNumber(station.Message, message));
    }

    /// <summary>True when everything that a map says of its way is so for a message that <paramref name="isOnTheWay"/> knows; also when it says nothing.</summary>
    /// <param name="map">A source map that somebody made.</param>
    /// <param name="isOnTheWay">Tells whether a message is one of those that the new one really comes from.</param>
    public static bool IsTrue(IReadOnlyDictionary<string, object?> map, Func<string, long, bool> isOnTheWay)
    {
        if (!IsIn(map))
        {
            return true;
        }

        // Half of a pair, or lists of unequal length, would become pairs at the next hop that nobody looked at.
        var (channels, messages) = (List(map, ChannelIds), List(map, MessageIds));
        if (map.ContainsKey(ChannelId) != map.ContainsKey(MessageId)
            || map.ContainsKey(ChannelIds) != map.ContainsKey(MessageIds)
            || (map.ContainsKey(ChannelIds) && (channels is null || messages is null || channels.Count != messages.Count)))
        {
            return false;
        }

        var stations = Stations(map).ToList();
        if (map.TryGetValue(MessageId, out var last))
        {
            stations.Add((map.GetValueOrDefault(ChannelId), last));
            stations.AddRange(map.TryGetValue(Channel, out var name) ? [(name, last)] : []);
        }

        return stations.All(station => station.Channel is string channel && Number(station.Message) is { } message && isOnTheWay(channel, message));
    }

    private static bool IsIn(IReadOnlyDictionary<string, object?> map)
    {
        if (map.Count == 0)
        {
            return false;
        }

        foreach (var key in Keys)
        {
            if (map.ContainsKey(key))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<(object? Channel, object? Message)> Stations(IReadOnlyDictionary<string, object?> map) =>
        List(map, ChannelIds) is { } channels && List(map, MessageIds) is { } messages ? channels.Zip(messages) : [];

    private static IReadOnlyList<object?>? List(IReadOnlyDictionary<string, object?> map, string key) => map.GetValueOrDefault(key) as IReadOnlyList<object?>;

    private static bool IsText(IReadOnlyDictionary<string, object?> map, string key, string text) => map.GetValueOrDefault(key) as string == text;

    private static bool IsNumber(object? value, long number) => Number(value) == number;

    private static long? Number(object? value) =>
        long.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
