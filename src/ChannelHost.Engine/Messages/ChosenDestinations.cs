using System.Globalization;

namespace ChannelHost.Engine.Messages;

/// <summary>
/// Keeps which destinations the sender chose with a message that was answered on receipt, until its scripts have run: a restart before that must not send it to all.
/// It stands in the stored source map under a name that no script can ask for by chance, and is gone from it when the message is through.
/// </summary>
internal static class ChosenDestinations
{
    private const string Key = MessageRecord.ReservedPrefix + "destinations";

    /// <summary>The source map to store with a message that was received; null for nothing.</summary>
    public static IReadOnlyDictionary<string, object?>? Put(ConnectorMessage message) => message.Destinations is { } numbers
        ? new Dictionary<string, object?>(message.SourceMap) { [Key] = string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))) }
        : message.SourceMap.Count > 0 ? message.SourceMap : null;

    /// <summary>A stored source map as scripts see it, and the numbers that were kept in it; null where all destinations get the message.</summary>
    public static (IReadOnlyDictionary<string, object?> SourceMap, IReadOnlyList<int>? Numbers) Take(IReadOnlyDictionary<string, object?>? stored)
    {
        if (stored is null || !stored.TryGetValue(Key, out var kept))
        {
            return (stored ?? new Dictionary<string, object?>(), null);
        }

        var sourceMap = new Dictionary<string, object?>(stored);
        sourceMap.Remove(Key);
        var numbers = (kept as string ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        return (sourceMap, [.. numbers.Select(number => int.Parse(number, CultureInfo.InvariantCulture))]);
    }
}
