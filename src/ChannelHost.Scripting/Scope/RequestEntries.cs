using System.Globalization;
using ChannelHost.Scripting.UserClasses.Formats;

namespace ChannelHost.Scripting.Scope;

/// <summary>
/// What imported scripts look for in the source map about an HTTP request, by the reference's names: <c>headers</c> and <c>parameters</c> as objects, <c>contextPath</c>,
/// <c>url</c>, <c>uri</c> and <c>protocol</c>. Made of what the source says (<c>header.accept</c>, <c>query.id</c>, <c>path</c>) when a script asks, so that nothing is stored twice.
/// </summary>
internal static class RequestEntries
{
    private const string HeaderPrefix = "header.";

    /// <summary>The names, as the reference's map lists them.</summary>
    public static IEnumerable<string> Names => ["headers", "parameters", "contextPath", "url", "uri", "protocol"];

    /// <summary>Whether a message came by HTTP.</summary>
    public static bool IsRequest(IReadOnlyDictionary<string, object?> map) => map.ContainsKey("method") && map.ContainsKey("path") && map.ContainsKey("remoteAddress");

    /// <summary>The entry; false when it is none of these, or there was no request.</summary>
    public static bool TryGet(IReadOnlyDictionary<string, object?> map, string key, out object? value)
    {
        value = key is "headers" or "parameters" or "contextPath" or "url" or "uri" or "protocol" && IsRequest(map) ? Make(map, key) : null;
        return value is not null;
    }

    private static object Make(IReadOnlyDictionary<string, object?> map, string key) => key switch
    {
        "headers" => Headers(map),
        "parameters" => Parameters(map.GetValueOrDefault("query") as string ?? ""),
        "contextPath" => map["path"] as string ?? "/",
        "url" => $"http://{Host(map)}{map["path"]}",
        "uri" => map.GetValueOrDefault("query") is string { Length: > 0 } query ? $"{map["path"]}?{query}" : map["path"] as string ?? "/",
        _ => "HTTP/1.1",
    };

    private static string Host(IReadOnlyDictionary<string, object?> map) =>
        map.GetValueOrDefault("header.host") as string
        ?? string.Create(CultureInfo.InvariantCulture, $"{map.GetValueOrDefault("localAddress")}:{map.GetValueOrDefault("localPort")}");

    private static NamedValues Headers(IReadOnlyDictionary<string, object?> map) => new(
        [
            .. map.Where(entry => entry.Key.StartsWith(HeaderPrefix, StringComparison.Ordinal))
                .Select(entry => KeyValuePair.Create<string, IReadOnlyList<string>>(entry.Key[HeaderPrefix.Length..], [entry.Value as string ?? ""])),
        ],
        StringComparison.OrdinalIgnoreCase);

    // From the query as it came: the source's own entries join the values of a name that comes twice.
    private static NamedValues Parameters(string query) => new(
        [
            .. query.Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Split('=', 2))
                .GroupBy(pair => Decoded(pair[0]), pair => pair.Length > 1 ? Decoded(pair[1]) : "", StringComparer.Ordinal)
                .Select(group => KeyValuePair.Create<string, IReadOnlyList<string>>(group.Key, [.. group])),
        ],
        StringComparison.Ordinal);

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
