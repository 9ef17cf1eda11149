using System.Collections.Concurrent;

namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>Paths that were read before. Bounded: a script that makes up paths without end pays for reading them, not we with memory.</summary>
internal sealed class Hl7Paths
{
    private const int MaxRemembered = 2_000;

    private readonly ConcurrentDictionary<string, Hl7Path> _byText = new(StringComparer.Ordinal);

    /// <summary>The path that the text means.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public Hl7Path Read(string text)
    {
        if (_byText.TryGetValue(text, out var path))
        {
            return path;
        }

        path = Hl7Path.Parse(text);
        if (_byText.Count < MaxRemembered)
        {
            _byText[text] = path;
        }

        return path;
    }
}
