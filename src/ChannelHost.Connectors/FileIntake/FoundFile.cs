namespace ChannelHost.Connectors.FileIntake;

/// <summary>A file that may be taken.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Version">As seen when listed: tells this version of the file from another.</param>
internal readonly record struct FoundFile<TVersion>(string Path, TVersion Version)
    where TVersion : struct, IEquatable<TVersion>;
