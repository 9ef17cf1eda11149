using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.UserClasses.Files;

/// <summary>Files that scripts may reach: those below the folders that the channel declares. Links that lead out of them are not followed.</summary>
internal static class DeclaredFolders
{
    private const int MaxLinks = 40;

    /// <summary>The path to open; an error that names what to declare when it is outside.</summary>
    public static string Resolve(ScriptRun run, string path, bool write)
    {
        if (path.Contains('\0'))
        {
            throw run.Error("A path cannot contain a NUL character.");
        }

        if (!Path.IsPathFullyQualified(path))
        {
            throw run.Error($"The path '{path}' is relative: scripts name files by their whole path.");
        }

        var real = Real(Path.GetFullPath(path), run);
        if (Allows(run, real, write))
        {
            return real;
        }

        var access = write ? $"{{ path: {Path.GetDirectoryName(path)}, write: true }}" : $"{{ path: {Path.GetDirectoryName(path)} }}";
        throw run.JavaError("java.lang.SecurityException", $"Scripts of this channel may not {(write ? "write" : "read")} '{path}': declare access: {{ folders: [{access}] }} in channel.yaml.");
    }

    /// <summary>True when a real path is below a declared folder.</summary>
    public static bool Allows(ScriptRun run, string real, bool write)
    {
        foreach (var folder in run.Environment.Access.Folders)
        {
            if (IsBelow(real, Real(Path.GetFullPath(folder.Path), run)) && (!write || folder.CanWrite))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBelow(string path, string folder)
    {
        var root = folder.EndsWith(Path.DirectorySeparatorChar) ? folder : folder + Path.DirectorySeparatorChar;
        return path.StartsWith(root, StringComparison.Ordinal) || string.Equals(path, folder.TrimEnd(Path.DirectorySeparatorChar), StringComparison.Ordinal);
    }

    // Each part of the path, links replaced by where they lead; what does not exist yet is taken as it is written.
    private static string Real(string path, ScriptRun run)
    {
        for (var links = 0; links < MaxLinks; links++)
        {
            if (FirstLink(path) is not { } replaced)
            {
                return path;
            }

            path = Path.GetFullPath(replaced);
        }

        throw run.Error("A path leads through too many links.");
    }

    private static string? FirstLink(string path)
    {
        var root = Path.GetPathRoot(path)!;
        var at = root;
        var parts = path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var next = Path.Combine(at, parts[i]);
            if (new FileInfo(next).LinkTarget is { } target)
            {
                return Path.Combine([Path.Combine(at, target), .. parts[(i + 1)..]]);
            }

            at = next;
        }

        return null;
    }
}
