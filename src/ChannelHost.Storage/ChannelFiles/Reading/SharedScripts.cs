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
        var stamps = StampsOf(root);
        var problems = new ProblemList(ChannelTree.Library);
        var scripts = new List<ScriptFile>();
        foreach (var stamp in stamps)
        {
            var name = Path.GetRelativePath(root, stamp.Path).Replace('\\', '/');
            var file = TextFile.Read(stamp.Path);
            if (file.Fault is { } fault)
            {
                problems.Add(new ChannelProblem(name, fault.Line, fault.Column, "", fault.Found, fault.Wanted));
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
    public static IReadOnlyList<FileStamp> StampsOf(string root)
    {
        var folder = new DirectoryInfo(Path.Join(root, ChannelTree.Library));
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = MaximumDepth,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.Hidden,
        };
        try
        {
            return
            [
                .. folder.EnumerateFiles("*.js", options)
                    .Where(file => !Path.GetRelativePath(folder.FullName, file.FullName).Split(Path.DirectorySeparatorChar).Any(part => part[0] is '.' or '_'))
                    .Select(FileStamp.Of)
                    .OrderBy(stamp => stamp.Path, StringComparer.Ordinal),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            // No library: most installations start without one.
            return [];
        }
    }
}
