namespace ChannelHost.Connectors.FileIntake;

/// <summary>A file that may be taken.</summary>
internal interface IFoundFile<TVersion>
    where TVersion : struct, IEquatable<TVersion>
{
    /// <summary>Full path.</summary>
    string Path { get; }

    /// <summary>As seen when listed: tells this version of the file from another.</summary>
    TVersion Version { get; }
}
