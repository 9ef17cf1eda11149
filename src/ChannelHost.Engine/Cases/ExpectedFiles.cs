using System.Globalization;

namespace ChannelHost.Engine.Cases;

/// <summary>The files of an expectation, each to be taken by the one it is for. What nobody takes is a mistake in a name.</summary>
internal sealed class ExpectedFiles(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, IReadOnlyList<string> destinations, int messages)
{
    private readonly List<string> _left = [.. files.Keys.Order(StringComparer.Ordinal)];

    // A destination named `ehr.test` must not lose its file to one named `ehr`.
    private readonly string[] _stems =
        [.. destinations.Select(CaseFileNames.Stem).Append(CaseFileNames.Response).Append(CaseFileNames.Routed).OrderByDescending(stem => stem.Length)];

    /// <summary>What nobody took.</summary>
    public IReadOnlyList<string> NotTaken => _left;

    /// <summary>The file for a stem and number; null when there is none.</summary>
    public (string Name, ReadOnlyMemory<byte> Content)? Take(string stem, int number)
    {
        var name = _left.Find(candidate => Owner(candidate) == (stem, number));
        if (name is null)
        {
            return null;
        }

        _left.Remove(name);
        return (name, files[name]);
    }

    /// <summary>Why nobody took a file.</summary>
    public string WhyUnknown(string name) => Owner(name) switch
    {
        (CaseFileNames.Routed, var number) => string.Create(CultureInfo.InvariantCulture, $"no message number {number} went to another channel"),
        ({ } stem, var number) when number > messages => string.Create(CultureInfo.InvariantCulture, $"{stem} is to get a message number {number}, and the input makes {messages}"),
        (not null, _) => "a second file for the same",
        _ => $"a file for nobody: names begin with a destination ({string.Join(", ", destinations)}), {CaseFileNames.Response} or {CaseFileNames.Routed}",
    };

    private (string? Stem, int Number) Owner(string name)
    {
        foreach (var stem in _stems)
        {
            if (CaseFileNames.NumberOf(name, stem) is { } number)
            {
                return (stem, number);
            }
        }

        return (null, 0);
    }
}
