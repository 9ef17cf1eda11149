using ChannelHost.Scripting.UserClasses.Formats;

namespace ChannelHost.Scripting.Scope;

/// <summary>
/// The source map as imported scripts know it: beside what the source said, the headers and parameters of a request as objects, and the numbers of the
/// channel's destinations.
/// </summary>
internal sealed class MirthSourceMap(IReadOnlyDictionary<string, object?> map, IReadOnlyList<(string Name, int Id)> destinations) : MapStore("sourceMap")
{
    private const string HeaderPrefix = "header.";
    private const string ParameterPrefix = "query.";

    public override bool KeepsObjects => false;

    public override string ReadOnlyReason => "it holds what the source said about the message. Use channelMap";

    public override int Count => Keys.Count();

    public override IEnumerable<string> Keys =>
        map.ContainsKey("destinationSet") ? map.Keys.Concat(RequestKeys) : map.Keys.Append("destinationSet").Concat(RequestKeys);

    public override bool TryGet(string key, out object? value)
    {
        if (map.TryGetValue(key, out value))
        {
            return true;
        }

        value = key switch
        {
            "destinationSet" => destinations.Select(destination => (object?)(double)destination.Id).ToList(),
            "headers" when IsRequest => Named(HeaderPrefix, StringComparison.OrdinalIgnoreCase),
            "parameters" when IsRequest => Named(ParameterPrefix, StringComparison.Ordinal),
            "uri" or "contextPath" or "url" when IsRequest => map.GetValueOrDefault("path"),
            _ => null,
        };
        return value is not null;
    }

    private bool IsRequest => map.ContainsKey("method") && map.ContainsKey("path");

    private IEnumerable<string> RequestKeys => IsRequest ? ["headers", "parameters", "uri", "contextPath", "url"] : [];

    private NamedValues Named(string prefix, StringComparison comparison) => new(
        [
            .. map.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal) && entry.Value is string)
                .Select(entry => KeyValuePair.Create(entry.Key[prefix.Length..], (IReadOnlyList<string>)[(string)entry.Value!])),
        ],
        comparison);
}
