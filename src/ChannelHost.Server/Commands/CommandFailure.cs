namespace ChannelHost.Server.Commands;

/// <summary>A command cannot do its work, for a reason that a person can act on.</summary>
internal sealed class CommandFailure(ExitCode code, string message) : Exception(message)
{
    /// <summary>What the process says to its caller.</summary>
    public ExitCode Code { get; } = code;
}
