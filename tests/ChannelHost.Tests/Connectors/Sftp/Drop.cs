using System.Text;

namespace ChannelHost.Tests.Connectors.Sftp;

/// <summary>What a clinic does: puts files into a folder of the server.</summary>
internal static class Drop
{
    /// <summary>Writes a file elsewhere and renames it into the folder, as careful senders do. Gives its path.</summary>
    public static string Into(string folder, string name, string content, TimeSpan age = default) => Into(folder, name, Encoding.Latin1.GetBytes(content), age);

    public static string Into(string folder, string name, byte[] content, TimeSpan age = default)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}");
        File.WriteAllBytes(temporary, content);
        if (age > TimeSpan.Zero)
        {
            File.SetLastWriteTimeUtc(temporary, DateTime.UtcNow - age);
        }

        File.Move(temporary, path, overwrite: true);
        return path;
    }

    /// <summary>All files below a folder by their relative paths, claims and other hidden ones included.</summary>
    public static IReadOnlyList<string> Left(string folder) =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)]
            : [];
}
