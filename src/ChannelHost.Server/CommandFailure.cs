namespace ChannelHost.Server;

/// <summary>What was asked for cannot be done, for a reason that a person can act on.</summary>
internal sealed class CommandFailure(ExitCode code, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What the process says to its caller.</summary>
    public ExitCode Code { get; } = code;
}
