namespace ChannelHost.Abstractions;

/// <summary>A script as its author wrote it.</summary>
/// <param name="Name">How errors name it, relative to the channels folder: <c>clinic/registration/transform.js</c>.</param>
/// <param name="Text">The source text.</param>
public sealed record ScriptFile(string Name, string Text);
