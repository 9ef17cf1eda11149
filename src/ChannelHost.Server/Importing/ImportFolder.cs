using System.Text;
using ChannelHost.Import;

namespace ChannelHost.Server.Importing;

/// <summary>
/// Puts what an import made into the channels folder. What is there already is only written over when that was asked for, its cases stay, and at no moment is a channel
/// without at least one whole copy on stable storage.
/// </summary>
/// <param name="channelsFolder">The channels folder.</param>
/// <param name="files">Writes so that it survives a power cut.</param>
/// <param name="move">Renames a folder; the system's own when not given.</param>
internal sealed class ImportFolder(string channelsFolder, IDurableFiles files, Action<string, string>? move = null)
{
    private const string Cases = "cases";

    private readonly Action<string, string> _move = move ?? Directory.Move;

    /// <summary>What stands in the way: channels' folders, and shared files that say something else.</summary>
    public IReadOnlyList<string> Obstacles(ImportResult result) =>
    [
        .. result.Channels.Select(channel => channel.Name).Where(name => Directory.Exists(Path.Join(channelsFolder, name)) || Leftovers(Path.Join(channelsFolder, name), ".old-").Count > 0),
        .. result.Shared.Where(file => IsOther(Path.Join(channelsFolder, file.Name), file.Text)).Select(file => file.Name),
    ];

    /// <summary>Writes it all; gives what was replaced, in words.</summary>
    /// <exception cref="CommandFailure">It cannot be written.</exception>
    public IReadOnlyList<string> Write(ImportResult result)
    {
        var replaced = new List<string>();
        try
        {
            Directory.CreateDirectory(channelsFolder);

            // What channels refer to comes first: a host that watches takes each up as soon as its folder is there.
            foreach (var file in result.Shared)
            {
                var path = Path.Join(channelsFolder, file.Name);
                if (IsOther(path, file.Text))
                {
                    replaced.Add($"{file.Name} had other content and was replaced");
                }

                WriteFile(path, Encoding.UTF8.GetBytes(file.Text));
            }

            foreach (var channel in result.Channels)
            {
                if (WriteChannel(channel) is { } words)
                {
                    replaced.Add(words);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"{channelsFolder} cannot be written: {error.Message}", error);
        }

        return replaced;
    }

    // Beside its place, then moved there: a host that watches the folder sees all of it or nothing. Names that begin with a dot are never looked at.
    private string? WriteChannel(ImportedChannel channel)
    {
        var folder = Path.Join(channelsFolder, channel.Name);
        Recover(folder);
        var mark = Path.GetRandomFileName();
        var draft = Beside(folder, ".new-") + mark;
        string? replaced;
        try
        {
            foreach (var file in channel.Files)
            {
                WriteFile(Path.Join(draft, file.Name[(channel.Name.Length + 1)..]), Encoding.UTF8.GetBytes(file.Text));
            }

            replaced = Directory.Exists(folder) ? Replaced(channel, folder) : null;
            KeepCases(folder, draft);
            foreach (var inner in Directory.EnumerateDirectories(draft, "*", SearchOption.AllDirectories))
            {
                files.Sync(inner);
            }

            files.Sync(draft);
            Exchange(draft, folder, Beside(folder, ".old-") + mark);
        }
        finally
        {
            Delete(draft);
        }

        return replaced;
    }

    // The old one goes last, when the new one is known to be in its place for good.
    private void Exchange(string draft, string folder, string old)
    {
        var isThere = Directory.Exists(folder);
        if (isThere)
        {
            _move(folder, old);
        }

        try
        {
            _move(draft, folder);
        }
        catch (Exception error) when (isThere && error is (IOException or UnauthorizedAccessException))
        {
            PutBack(old, folder, error);
            throw;
        }

        files.Sync(folder);
        Delete(old);
    }

    private void PutBack(string old, string folder, Exception cause)
    {
        try
        {
            _move(old, folder);
            files.Sync(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{cause.Message}; the channel as it was stands in {old} and could not be moved back ({error.Message}): move it to {folder}", cause);
        }
    }

    /// <summary>Puts in order what an import that was killed has left.</summary>
    private void Recover(string folder)
    {
        foreach (var old in Leftovers(folder, ".old-"))
        {
            if (Directory.Exists(folder))
            {
                Delete(old);
            }
            else
            {
                _move(old, folder);
                files.Sync(folder);
            }
        }

        foreach (var draft in Leftovers(folder, ".new-"))
        {
            Delete(draft);
        }
    }

    // The newest first. The random part has no dash, so that another channel's name that begins alike is not taken for this one's.
    private static List<string> Leftovers(string folder, string prefix)
    {
        var beside = Beside(folder, prefix);
        var parent = Path.GetDirectoryName(beside)!;
        return Directory.Exists(parent)
            ? [.. Directory.EnumerateDirectories(parent, Path.GetFileName(beside) + "*").Where(found => !found[beside.Length..].Contains('-', StringComparison.Ordinal)).OrderByDescending(Directory.GetLastWriteTimeUtc)]
            : [];
    }

    private static string Beside(string folder, string prefix) => Path.Join(Path.GetDirectoryName(folder)!, $"{prefix}{Path.GetFileName(folder)}-");

    // Cases are people's work, and no import makes them again.
    private void KeepCases(string folder, string draft)
    {
        var cases = Path.Join(folder, Cases);
        if (!Directory.Exists(cases))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(cases, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Join(draft, Cases, Path.GetRelativePath(cases, file));
            if (!File.Exists(copy))
            {
                WriteFile(copy, File.ReadAllBytes(file));
            }
        }
    }

    private static string? Replaced(ImportedChannel channel, string folder)
    {
        var made = channel.Files.ToDictionary(file => file.Name[(channel.Name.Length + 1)..], file => file.Text, StringComparer.Ordinal);
        var there = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal).ToList();
        var changed = there.Where(name => made.TryGetValue(name, out var text) && IsOther(Path.Join(folder, name), text)).ToList();
        var gone = there.Where(name => !made.ContainsKey(name) && !name.StartsWith(Cases + Path.DirectorySeparatorChar, StringComparison.Ordinal)).ToList();
        return changed.Count + gone.Count == 0 ? null
            : $"{channel.Name} was replaced: {Words(changed, "had other content")}{(changed.Count > 0 && gone.Count > 0 ? "; " : "")}{Words(gone, "is no part of the import and was deleted")}";
    }

    private static string Words(List<string> names, string what) => names.Count == 0 ? "" : $"{string.Join(", ", names)} ({what})";

    private static bool IsOther(string path, string text) => File.Exists(path) && File.ReadAllText(path) != text;

    private void WriteFile(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        files.Write(path, content, overwrite: true);
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
