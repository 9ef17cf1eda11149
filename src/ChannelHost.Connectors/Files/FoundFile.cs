using ChannelHost.Connectors.FileIntake;

namespace ChannelHost.Connectors.Files;

/// <summary>A file that may be taken.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Version">As seen when listed.</param>
internal readonly record struct FoundFile(string Path, FileVersion Version) : IFoundFile<FileVersion>;
