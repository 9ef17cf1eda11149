using System.Collections.Concurrent;

namespace ChannelHost.Scripting.Java.Xml;

/// <summary>The stylesheets of a unit's scripts, each compiled once: compiling takes a hundred times as long as most transformations.</summary>
internal sealed class Stylesheets
{
    /// <summary>More than a channel has; a script that makes them up from messages compiles them each time.</summary>
    private const int Most = 50;

    private readonly ConcurrentDictionary<string, Stylesheet> _compiled = new(StringComparer.Ordinal);

    /// <summary>The stylesheet of a text.</summary>
    public Stylesheet Get(string text)
    {
        if (_compiled.TryGetValue(text, out var known))
        {
            return known;
        }

        var made = new Stylesheet(text);
        return _compiled.Count < Most ? _compiled.GetOrAdd(text, made) : made;
    }
}
