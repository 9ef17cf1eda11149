namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>A folder that holds a channel, as a walk found it.</summary>
/// <param name="Name">Group and name: <c>clinic/registration</c>.</param>
/// <param name="Folder">Its full path.</param>
/// <param name="Files">Its <c>channel.yaml</c> (or what was meant to be one) and the scripts beside it, by path.</param>
/// <param name="Nested">Folders below it with a <c>channel.yaml</c> of their own, which nobody reads.</param>
internal sealed record ChannelPlace(string Name, string Folder, IReadOnlyList<FileStamp> Files, IReadOnlyList<string> Nested)
{
    /// <summary>The file that makes a folder a channel.</summary>
    public const string FileName = "channel.yaml";

    /// <summary>The name of the file that says what the folder is.</summary>
    public string YamlName { get; init; } = FileName;

    /// <summary>The file's name relative to the channels folder.</summary>
    public string File => $"{Name}/{YamlName}";
}
