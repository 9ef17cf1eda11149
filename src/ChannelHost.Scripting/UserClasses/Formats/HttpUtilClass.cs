using ChannelHost.Scripting.Scope;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary>Headers or parameters of a request: names with one value or several.</summary>
internal sealed record NamedValues(IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Entries, StringComparison Comparison)
{
    /// <summary>Headers, whose names have no case; else parameters.</summary>
    public bool IsHeaders => Comparison == StringComparison.OrdinalIgnoreCase;

    /// <summary>The values of a name; null for none.</summary>
    public IReadOnlyList<string>? Find(string name)
    {
        foreach (var (key, values) in Entries)
        {
            if (string.Equals(key, name, Comparison))
            {
                return values;
            }
        }

        return null;
    }
}

/// <summary><c>HTTPUtil</c>, <c>MessageHeaders</c> and <c>MessageParameters</c>.</summary>
internal static class HttpUtilClass
{
    /// <summary>Headers; their names have no case.</summary>
    public static readonly UserClass Headers = Named("MessageHeaders", "Header");

    /// <summary>Parameters; their names have case.</summary>
    public static readonly UserClass Parameters = Named("MessageParameters", "Parameter");

    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>(Packages.Server, "HTTPUtil")
        .Static("parseHeaders", Parse)
        .Static("httpBodyToXml", static call => throw call.Error("is not available here: read the body with msg or JSON.parse."))
        .Build();

    private static UserClass Named(string name, string word) => new UserClassBuilder<NamedValues>(Packages.Shared, name)
        .Method("get" + word, static (values, call) => call.Run.Text(values.Find(call.Text(0))?[0]), 1)
        .Method($"get{word}List", static (values, call) =>
            values.Find(call.Text(0)) is { } found ? Collections.List(call.Run, [.. found.Select(value => call.Run.Text(value))]) : JsValue.Null, 1)
        .Method("get", static (values, call) => call.Run.Text(values.Find(call.Text(0))?[0]), 1)
        .Method("getKeys", static (values, call) => Collections.Set(call.Run, [.. values.Entries.Select(entry => call.Run.Text(entry.Key))]))
        .Method("contains", static (values, call) => values.Find(call.Text(0)) is not null, 1)
        .Text(static values => $"{{{string.Join(", ", values.Entries.Select(entry => $"{entry.Key}=[{string.Join(", ", entry.Value)}]"))}}}")
        .Plain(static values => values.Entries.ToDictionary(entry => entry.Key, entry => (object?)entry.Value.ToList<object?>(), StringComparer.Ordinal))
        .Build();

    // Lines that end in CRLF up to a blank one; of several with one name the last counts.
    private static JsValue Parse(UserCall call)
    {
        var text = call.Text(0);
        var found = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var line in text.Split("\r\n"))
        {
            if (line.Length == 0)
            {
                break;
            }

            var colon = line.IndexOf(':');
            if (colon > 0)
            {
                found[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }
        }

        return BuilderClasses.MapOf(call.Run, found);
    }
}
