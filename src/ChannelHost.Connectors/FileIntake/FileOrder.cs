namespace ChannelHost.Connectors.FileIntake;

/// <summary>In which order files are taken.</summary>
internal enum FileOrder
{
    /// <summary>By name, byte by byte. The default.</summary>
    Name,

    /// <summary>Oldest first, by time of change; equal times by name.</summary>
    Time,
}
