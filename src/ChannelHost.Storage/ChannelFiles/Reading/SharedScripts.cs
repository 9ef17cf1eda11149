using System.IO.Enumeration;
using System.Security.Cryptography;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>The scripts that channels share, as they were at one moment: those below <c>lib/</c>, its libraries of code templates, and those of <c>global/</c>.</summary>
/// <param name="Scripts">Those below <c>lib/</c> that are in no library of code templates and can be read, by name.</param>
/// <param name="Problems">What is wrong with them.</param>
/// <param name="Stamps">How all files looked just before they were read.</param>
/// <param name="Hash">Over names and texts of <paramref name="Scripts"/>.</param>
internal sealed record SharedScripts(
    IReadOnlyList<ScriptFile> Scripts,
    IReadOnlyList<ChannelProblem> Problems,
    IReadOnlyList<FileStamp> Stamps,
    byte[] Hash)
{
    private const int MaximumDepth = 8;

    /// <summary>The libraries of code templates, by name.</summary>
    public IReadOnlyList<CodeLibrary> Libraries { get; init; } = [];

    /// <summary>The scripts of all channels.</summary>
    public GlobalScripts Global { get; init; } = new();

    /// <summary>What is wrong with them.</summary>
    public IReadOnlyList<ChannelProblem> GlobalProblems { get; init; } = [];

    /// <summary>True when something of <c>global/</c> runs for every channel.</summary>
    public bool HasGlobal => Global is not { Deploy: null, Undeploy: null, Preprocessor: null, Postprocessor: null } || GlobalProblems.Any(problem => problem.Severity == ProblemSeverity.Error);

    /// <summary>The libraries that concern a channel: those that are for it, and those that the global scripts use, which run for it.</summary>
    public IEnumerable<CodeLibrary> LibrariesOf(string channel, string? id) =>
        Libraries.Where(library => library.IsFor(channel, id) || (library.Contexts & UsedContexts.Of(Global)) != 0);

    /// <summary>What is wrong with libraries, as far as it concerns a channel's scripts or the global ones.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="id">Its id.</param>
    /// <param name="used">The contexts of its own scripts; none when it has no scripts.</param>
    public IEnumerable<ChannelProblem> LibraryProblems(string channel, string? id, ScriptContexts used)
    {
        var global = UsedContexts.Of(Global);
        return Libraries.SelectMany(library => library.ProblemsIn(
            (library.IsFor(channel, id) ? used : ScriptContexts.None) | (library.Contexts & global)));
    }

    /// <summary>Reads and checks the scripts.</summary>
    /// <param name="root">The channels folder.</param>
    /// <param name="compiler">Knows scripts; null to read without checking.</param>
    public static SharedScripts Read(string root, IScriptCompiler? compiler)
    {
        var stamps = StampsOf(root, out var fault);
        var boundary = new Boundary(root, Path.Join(root, ChannelTree.Library));
        var problems = new ProblemList(ChannelTree.Library);
        var scripts = new List<ScriptFile>();
        if (fault is not null)
        {
            problems.Add(new ChannelProblem(ChannelTree.Library, 0, 0, "", $"a folder that cannot be looked into ({fault})", "a folder of scripts that the host's user may read"));
        }

        var libraries = stamps.Where(stamp => Path.GetFileName(stamp.Path) == CodeLibraryReader.FileName).Select(stamp => Path.GetDirectoryName(stamp.Path)!).ToList();
        foreach (var stamp in stamps.Where(stamp => !IsGlobal(root, stamp) && !libraries.Exists(folder => RealPath.IsWithin(stamp.Path, folder))))
        {
            var name = Path.GetRelativePath(root, stamp.Path).Replace('\\', '/');
            var file = TextFile.Read(stamp.Path, boundary);
            if (file.Fault is { } wrong)
            {
                problems.Add(new ChannelProblem(name, wrong.Line, wrong.Column, "", wrong.Found, wrong.Wanted));
                continue;
            }

            var script = new ScriptFile(name, file.Text);
            scripts.Add(script);
            if (compiler is not null)
            {
                ScriptChecks.Check(compiler, script, problems, "", indent: 0);
            }
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        VersionHash.Append(hash, scripts);
        var read = libraries.Select(folder => new CodeLibraryReader(root, compiler).Read(folder, [.. stamps.Where(stamp => Path.GetDirectoryName(stamp.Path) == folder)])).ToList();
        var (global, globalProblems) = GlobalFolder.Read(root, [.. stamps.Where(stamp => IsGlobal(root, stamp))], compiler);
        return new SharedScripts(scripts, problems.Sorted(), stamps, hash.GetHashAndReset())
        {
            Libraries = read,
            Global = global with { CodeTemplates = [.. read.SelectMany(library => library.Templates)] },
            GlobalProblems = globalProblems,
        };
    }

    /// <summary>How the files below <c>lib/</c> and <c>global/</c> look now, by path. Links to folders are not followed.</summary>
    public static IReadOnlyList<FileStamp> StampsOf(string root) => StampsOf(root, out _);

    private static bool IsGlobal(string root, FileStamp stamp) => RealPath.IsWithin(stamp.Path, Path.Join(root, ChannelTree.Global));

    private static FileStamp[] StampsOf(string root, out string? fault)
    {
        fault = null;
        try
        {
            return [.. Below(root, ChannelTree.Global, 0).Concat(Below(root, ChannelTree.Library, MaximumDepth)).Order(StringComparer.Ordinal).Select(FileStamp.Of)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            fault = TextFile.Reason(error);
            return [];
        }
    }

    private static List<string> Below(string root, string folder, int depth)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = depth > 0,
            MaxRecursionDepth = depth,
            IgnoreInaccessible = false,
            AttributesToSkip = FileAttributes.None,
        };
        try
        {
            return
            [
                .. new FileSystemEnumerable<string>(Path.Join(root, folder), (ref entry) => entry.ToFullPath(), options)
                {
                    ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && !ChannelTree.IsHidden(entry.FileName)
                        && (entry.FileName.EndsWith(".js", StringComparison.Ordinal) || entry.FileName.SequenceEqual(CodeLibraryReader.FileName)),
                    ShouldRecursePredicate = (ref entry) => !ChannelTree.IsHidden(entry.FileName) && (entry.Attributes & FileAttributes.ReparsePoint) == 0,
                },
            ];
        }
        catch (DirectoryNotFoundException)
        {
            // Most installations start without one.
            return [];
        }
    }
}
