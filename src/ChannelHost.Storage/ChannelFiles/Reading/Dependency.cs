namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>A channel that another one waits for (<c>dependsOn</c>).</summary>
/// <param name="Channel">Its name: as written, until it was looked for.</param>
/// <param name="Index">Its place in the list.</param>
/// <param name="Line">Where.</param>
/// <param name="Column">Where.</param>
internal sealed record Dependency(string Channel, int Index, int Line, int Column);
