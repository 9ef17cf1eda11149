using System.Collections.Concurrent;

namespace ChannelHost.Server.Cases;

/// <summary>Counts how often lines of scripts ran.</summary>
internal sealed class LineCounter : IScriptCoverage
{
    private readonly ConcurrentDictionary<string, FileCounts> _files = new(StringComparer.Ordinal);

    /// <summary>All scripts that were prepared, by name.</summary>
    public IReadOnlyList<ScriptCoverage> Files =>
        [.. _files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => new ScriptCoverage(file.Key, file.Value.Lines, file.Value.Counts))];

    /// <inheritdoc/>
    public void Declare(string file, IReadOnlyList<int> lines) => _files.GetOrAdd(file, _ => new FileCounts(lines));

    /// <inheritdoc/>
    public void Ran(string file, int line) => _files[file].Ran(line);

    private sealed class FileCounts
    {
        private readonly Dictionary<int, int> _places;
        private readonly long[] _counts;

        public FileCounts(IReadOnlyList<int> lines)
        {
            Lines = lines;
            _places = lines.Select((line, at) => (line, at)).ToDictionary(entry => entry.line, entry => entry.at);
            _counts = new long[lines.Count];
        }

        public IReadOnlyList<int> Lines { get; }

        public IReadOnlyList<long> Counts => [.. _counts];

        public void Ran(int line) => Interlocked.Increment(ref _counts[_places[line]]);
    }
}

/// <summary>Which lines of a script ran.</summary>
/// <param name="File">The script's name.</param>
/// <param name="Lines">Its lines that can run, in order.</param>
/// <param name="Counts">How often each of them ran.</param>
internal sealed record ScriptCoverage(string File, IReadOnlyList<int> Lines, IReadOnlyList<long> Counts)
{
    /// <summary>How many lines ran.</summary>
    public int Covered => Counts.Count(count => count > 0);

    /// <summary>The lines that never ran, as people write them: <c>12, 15-18</c>. A stretch goes over lines that have nothing to run.</summary>
    public string Missed
    {
        get
        {
            var stretches = new List<string>();
            for (var at = 0; at < Lines.Count; at++)
            {
                if (Counts[at] > 0)
                {
                    continue;
                }

                var first = Lines[at];
                while (at + 1 < Lines.Count && Counts[at + 1] == 0)
                {
                    at++;
                }

                stretches.Add(first == Lines[at] ? $"{first}" : $"{first}-{Lines[at]}");
            }

            return string.Join(", ", stretches);
        }
    }
}
