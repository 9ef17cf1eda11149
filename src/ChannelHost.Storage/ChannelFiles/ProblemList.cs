using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles;

/// <summary>Collects the problems of one channel. Bounded: a file of nothing but mistakes must not become a book.</summary>
/// <param name="file">The channel's <c>channel.yaml</c>, relative to the channels folder.</param>
internal sealed class ProblemList(string file)
{
    private const int Most = 200;

    private readonly List<ChannelProblem> _problems = [];
    private readonly HashSet<(int Line, int Column)> _spoiled = [];
    private int _more;

    /// <summary>How many errors there are so far.</summary>
    public int Errors { get; private set; }

    /// <summary>The file most problems are about.</summary>
    public string File { get; } = file;

    /// <summary>Text at a place that is no valid YAML for us. Whatever else is wrong at the very same place follows from it, and is not told.</summary>
    public void AddSyntax(int line, int column, string found, string wanted)
    {
        Add(line, column, "", found, wanted);
        _spoiled.Add((line, column));
    }

    /// <summary>Something wrong with a value.</summary>
    public void Add(YamlValue at, string field, string found, string wanted) => Add(at.Line, at.Column, field, found, wanted);

    /// <summary>Something wrong at a place of <c>channel.yaml</c>.</summary>
    public void Add(int line, int column, string field, string found, string wanted) =>
        Add(new ChannelProblem(File, line, column, field, found, wanted));

    /// <summary>Something wrong anywhere.</summary>
    public void Add(ChannelProblem problem)
    {
        if (problem.Severity == ProblemSeverity.Error)
        {
            Errors++;
        }

        if (problem.File == File && _spoiled.Contains((problem.Line, problem.Column)))
        {
            return;
        }

        if (_problems.Count < Most)
        {
            _problems.Add(problem);
        }
        else
        {
            _more++;
        }
    }

    /// <summary>All problems by file, line and column.</summary>
    public IReadOnlyList<ChannelProblem> Sorted()
    {
        var sorted = Sort(_problems, File).Distinct().ToList();
        if (_more > 0)
        {
            sorted.Add(new ChannelProblem(File, 0, 0, "", $"{_more} more problems", "those above solved first"));
        }

        return sorted;
    }

    /// <summary>Problems by file (this one first), line and column.</summary>
    public static IEnumerable<ChannelProblem> Sort(IEnumerable<ChannelProblem> problems, string first) => problems
        .OrderBy(problem => problem.File == first ? 0 : 1)
        .ThenBy(problem => problem.File, StringComparer.Ordinal)
        .ThenBy(problem => problem.Line)
        .ThenBy(problem => problem.Column);
}
