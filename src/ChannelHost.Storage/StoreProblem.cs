namespace ChannelHost.Storage;

/// <summary>Something wrong with a stored file.</summary>
/// <param name="Channel">Whose file it is.</param>
/// <param name="File">The file's path.</param>
/// <param name="What">What is wrong; no message content.</param>
public sealed record StoreProblem(string Channel, string File, string What);
