namespace ChannelHost.Server.Commands;

/// <summary>Who gives a command: for the record of versions and the audit.</summary>
internal static class Caller
{
    /// <summary>The operating system's name of the user; with sudo also the one behind it.</summary>
    public static string Name() => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 and <= 40 } person && person != Environment.UserName
        ? $"{person} (as {Environment.UserName})"
        : Environment.UserName;
}
