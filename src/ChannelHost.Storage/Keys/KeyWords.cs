namespace ChannelHost.Storage.Keys;

/// <summary>How people know a ring of keys.</summary>
/// <param name="Variable">The environment variable that may hold the keys.</param>
/// <param name="Heading">The first line of its file.</param>
/// <param name="Rotate">The command that makes a new key.</param>
internal sealed record KeyWords(string Variable, string Heading, string Rotate);
