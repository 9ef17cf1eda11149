using System.IO.Enumeration;
using System.Security.Cryptography;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>The scripts below <c>lib/</c>, as they were at one moment.</summary>
/// <param name="Scripts">Those that can be read, by name.</param>
/// <param name="Problems">What is wrong with them.</param>
/// <param name="Stamps">How their files looked just before they were read.</param>
/// <param name="Hash">Over names and texts.</param>
internal sealed record SharedScripts(
    IReadOnlyList<ScriptFile> Scripts,
    IReadOnlyList<ChannelProblem> Problems,
    IReadOnlyList<FileStamp> Stamps,
    byte[] Hash)
{
    private const int MaximumDepth = 8;

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

        foreach (var stamp in stamps)
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
        return new SharedScripts(scripts, problems.Sorted(), stamps, hash.GetHashAndReset());
    }

    /// <summary>How the files below <c>lib/</c> look now, by path. Links to folders are not followed.</summary>
    public static IReadOnlyList<FileStamp> StampsOf(string root) => StampsOf(root, out _);

    private static FileStamp[] StampsOf(string root, out string? fault)
    {
        fault = null;
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = MaximumDepth,
            IgnoreInaccessible = false,
            AttributesToSkip = FileAttributes.None,
        };
        try
        {
            var files = new FileSystemEnumerable<string>(Path.Join(root, ChannelTree.Library), (ref entry) => entry.ToFullPath(), options)
            {
                ShouldIncludePredicate = (ref entry) =>
                    !entry.IsDirectory && !ChannelTree.IsHidden(entry.FileName) && entry.FileName.EndsWith(".js", StringComparison.Ordinal),
                ShouldRecursePredicate = (ref entry) => !ChannelTree.IsHidden(entry.FileName) && (entry.Attributes & FileAttributes.ReparsePoint) == 0,
            };
            return [.. files.Order(StringComparer.Ordinal).Select(FileStamp.Of)];
        }
        catch (DirectoryNotFoundException)
        {
            // No library: most installations start without one.
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            fault = TextFile.Reason(error);
            return [];
        }
    }
}
