namespace ChannelHost.Server.Hosting;

/// <summary>The host cannot start, for a reason that a person can act on, and the exit code that stands for it.</summary>
internal sealed class HostFailure : Exception
{
    /// <summary>With the reason.</summary>
    public HostFailure(ExitCode code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>What the process says to its caller.</summary>
    public ExitCode Code { get; }
}
