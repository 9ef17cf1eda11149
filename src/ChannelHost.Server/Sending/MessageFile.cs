namespace ChannelHost.Server.Sending;

/// <summary>A message to be sent and where it stands.</summary>
/// <param name="File">The file's path, as seen from where the command was called.</param>
/// <param name="Index">From 1, in a file with several messages; 0 when it has one.</param>
/// <param name="Content">The bytes.</param>
internal sealed record MessageToSend(string File, int Index, ReadOnlyMemory<byte> Content)
{
    /// <summary>The file, with the message's number where there are several.</summary>
    public string Name => Index == 0 ? File : $"{File}#{Index}";
}

/// <summary>Reads what was named on the command line: files, folders (with all below), or patterns (<c>samples/*.hl7</c>).</summary>
internal static class MessageFiles
{
    /// <summary>Reads all messages.</summary>
    /// <param name="names">Files, folders or patterns.</param>
    /// <param name="asIs">True: each file is one message, byte for byte.</param>
    /// <exception cref="CommandFailure">A name fits nothing, or a file cannot be read.</exception>
    public static IReadOnlyList<MessageToSend> Read(IEnumerable<string> names, bool asIs) =>
        [.. names.SelectMany(Expand).SelectMany(file => ReadFile(file, asIs))];

    /// <summary>The files that a name stands for, in order of name.</summary>
    public static IReadOnlyList<string> Expand(string name)
    {
        if (File.Exists(name))
        {
            return [name];
        }

        if (Directory.Exists(name))
        {
            return Found(name, Directory.EnumerateFiles(name, "*", SearchOption.AllDirectories));
        }

        var folder = Path.GetDirectoryName(name);
        var pattern = Path.GetFileName(name);
        var start = string.IsNullOrEmpty(folder) ? "." : folder;
        return pattern.AsSpan().IndexOfAny('*', '?') >= 0 && Directory.Exists(start)
            ? Found(name, Directory.EnumerateFiles(start, pattern))
            : throw new CommandFailure(ExitCode.Usage, $"there is no file or folder {name}");
    }

    /// <summary>The files right in a folder, in order of name; hidden ones (editors' swap files and the like) are nobody's messages.</summary>
    public static IEnumerable<string> In(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal);

    private static string Shorter(string one, string other) => one.Length < other.Length ? one : other;

    private static List<string> Found(string name, IEnumerable<string> files)
    {
        var found = files.Where(file => !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : throw new CommandFailure(ExitCode.Usage, $"{name} has no files");
    }

    private static IEnumerable<MessageToSend> ReadFile(string file, bool asIs)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"{file} cannot be read: {error.Message}", error);
        }

        var name = Shorter(Path.GetRelativePath(".", file), file);
        if (asIs)
        {
            return [new MessageToSend(name, 0, content)];
        }

        var messages = Er7Text.Split(content);
        return messages.Count == 1
            ? [new MessageToSend(name, 0, messages[0])]
            : messages.Select((message, at) => new MessageToSend(name, at + 1, message));
    }
}
