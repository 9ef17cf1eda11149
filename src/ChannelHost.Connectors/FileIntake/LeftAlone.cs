namespace ChannelHost.Connectors.FileIntake;

/// <summary>An entry that is not taken, and why.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Reason">For people.</param>
internal readonly record struct LeftAlone(string Path, string Reason);
