using ChannelHost.Scripting.UserClasses.Files;

namespace ChannelHost.Scripting.Java.IO;

/// <summary>The state of <c>java.io.File</c> and <c>java.nio.file.Path</c>: a path. Whatever touches the disk is asked of the declared folders first.</summary>
/// <param name="Path">The path as it was given.</param>
internal sealed record JavaFile(string Path) : IComparable
{
    /// <summary>The last part of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>All but the last part; null for none.</summary>
    public string? Parent => Path.LastIndexOf('/') switch { < 0 => null, 0 => Path.Length > 1 ? "/" : null, var at => Path[..at] };

    /// <summary>The file that an argument is or names.</summary>
    public static JavaFile Of(JavaCall call, int index) => call[index] is JavaObject { State: JavaFile file } ? file : At(call.Text(index));

    /// <summary>A file of a path, without a slash at its end.</summary>
    public static JavaFile At(string path) => new(path.Length > 1 ? path.Replace('\\', '/').TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/" : path);

    /// <summary>A path below another.</summary>
    public JavaFile Below(string child) => child.StartsWith('/') ? At(child) : At(Path.Length == 0 ? child : $"{Path.TrimEnd('/')}/{child}");

    /// <summary>The real path, to read it.</summary>
    public string ToRead(JavaCall call) => DeclaredFolders.Resolve(call.Run, Path, write: false);

    /// <summary>The real path, to write it.</summary>
    public string ToWrite(JavaCall call) => DeclaredFolders.Resolve(call.Run, Path, write: true);

    /// <summary>Its content.</summary>
    public byte[] ReadAll(JavaCall call)
    {
        using var stream = OpenRead(call);
        return new JavaInput(stream).ReadAll(call);
    }

    /// <summary>Opens it to read.</summary>
    public Stream OpenRead(JavaCall call)
    {
        var path = ToRead(call);
        return File.Exists(path)
            ? call.Run.Resources.OpenFile(() => RegularFile.OpenRead(call.Run, path))
            : throw call.Throw("java.io.FileNotFoundException", $"{Path} (No such file or directory)");
    }

    /// <summary>Opens it to write.</summary>
    public Stream OpenWrite(JavaCall call, bool append)
    {
        var path = ToWrite(call);
        return Directory.Exists(System.IO.Path.GetDirectoryName(path))
            ? call.Run.Resources.OpenFile(() => RegularFile.OpenWrite(call.Run, path, append))
            : throw call.Throw("java.io.FileNotFoundException", $"{Path} (No such file or directory)");
    }

    /// <summary>Writes all of it.</summary>
    public void WriteAll(JavaCall call, byte[] content, bool append, bool makesFolders = false)
    {
        if (makesFolders && Parent is { } parent)
        {
            Directory.CreateDirectory(At(parent).ToWrite(call));
        }

        using var stream = OpenWrite(call, append);
        stream.Write(content);
    }

    /// <summary>Removes the file or empty folder; false when there is none.</summary>
    public bool Delete(JavaCall call)
    {
        var path = ToWrite(call);
        if (File.Exists(path))
        {
            File.Delete(path);
            return true;
        }

        if (!Directory.Exists(path) || Directory.EnumerateFileSystemEntries(path).Any())
        {
            return false;
        }

        Directory.Delete(path);
        return true;
    }

    /// <summary>The names in a folder, in order; null when it is none.</summary>
    public List<string>? Names(JavaCall call)
    {
        var path = ToRead(call);
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFileSystemEntries(path).Select(entry => System.IO.Path.GetFileName(entry)).Order(StringComparer.Ordinal)]
            : null;
    }

    /// <inheritdoc/>
    public int CompareTo(object? obj) => string.CompareOrdinal(Path, (obj as JavaFile)?.Path);

    /// <inheritdoc/>
    public override string ToString() => Path;
}
