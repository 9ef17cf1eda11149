using System.Text;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>A channels folder of one version, to be read once by the reader that reads the real one. Goes when disposed.</summary>
internal sealed class TextCopy : IDisposable
{
    private static readonly string[] SharedFolders = [ChannelTree.Library, ChannelTree.Global, ChannelTree.Configuration];

    /// <summary>An empty folder below another.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public TextCopy(string above)
    {
        Root = Path.Combine(Path.GetFullPath(above), $"reading-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Root);
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>True for a file of the channel, false for one that it shares with others.</summary>
    public static bool IsOwn(string channel, string file) => file.StartsWith(channel + "/", StringComparison.Ordinal);

    /// <summary>Puts a text into it.</summary>
    public void Write(ChannelFile text)
    {
        if (PathOf(text.Name) is { } path)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text.Text));
        }
    }

    /// <summary>Copies what channels share, and other files by name, from a channels folder.</summary>
    public void TakeFrom(string channelsFolder, IEnumerable<string> others)
    {
        var shared = SharedFolders.Select(folder => Path.Combine(channelsFolder, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(channelsFolder, path));
        foreach (var name in shared.Union(others, StringComparer.Ordinal))
        {
            // What cannot be read there is missing here: a version that needs it is refused in both.
            if (PathOf(name) is { } path && TextFile.Read(Path.Combine(channelsFolder, name), new Boundary(channelsFolder, Path.Combine(channelsFolder, name.Split('/')[0]))).Bytes is { } bytes)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, bytes);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);

    // Names come from records that nobody but us writes; a way out is not followed all the same.
    private string? PathOf(string name) => Path.GetFullPath(Path.Combine(Root, name)) is var path && RealPath.IsWithin(path, Root) ? path : null;
}
