namespace ChannelHost.Scripting.Scope;

/// <summary>
/// The source map as imported scripts know it: beside what the source said, the headers and parameters of a request as objects, and the numbers of the
/// channel's destinations.
/// </summary>
internal sealed class MirthSourceMap(IReadOnlyDictionary<string, object?> map, IReadOnlyList<(string Name, int Id)> destinations) : MapStore("sourceMap")
{
    public override bool KeepsObjects => false;

    public override string ReadOnlyReason => "it holds what the source said about the message. Use channelMap";

    public override int Count => Keys.Count();

    public override IEnumerable<string> Keys =>
        (RequestEntries.IsRequest(map) ? map.Keys.Union(RequestEntries.Names) : map.Keys).Append("destinationSet").Distinct(StringComparer.Ordinal);

    public override bool TryGet(string key, out object? value)
    {
        if (map.TryGetValue(key, out value) || RequestEntries.TryGet(map, key, out value))
        {
            return true;
        }

        value = key == "destinationSet" ? destinations.Select(destination => destination.Id).ToArray() : null;
        return value is not null;
    }
}
