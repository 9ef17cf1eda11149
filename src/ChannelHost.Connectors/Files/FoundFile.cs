using ChannelHost.Connectors.FileIntake;

namespace ChannelHost.Connectors.Files;

/// <summary>A file that may be taken.</summary>
/// <param name="Path">Full path, where it stands now.</param>
/// <param name="Version">As seen when listed.</param>
/// <param name="IsAside">It was set aside by a removal that did not come to its end.</param>
internal readonly record struct FoundFile(string Path, FileVersion Version, bool IsAside = false) : IFoundFile<FileVersion>
{
    /// <summary>The path its sender gave it.</summary>
    public string OriginalPath => IsAside ? AsideFolder.OriginalPath(Path) : Path;

    /// <summary>It was set aside because its message ended in an error.</summary>
    public bool IsFailed => IsAside && AsideFolder.IsForFailed(System.IO.Path.GetDirectoryName(Path)!);

    /// <summary>Names this version as far as it can be told without reading.</summary>
    public string VersionKey => Version.VersionKey(OriginalPath);
}
