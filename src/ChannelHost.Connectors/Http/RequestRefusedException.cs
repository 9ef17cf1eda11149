namespace ChannelHost.Connectors.Http;

/// <summary>A request cannot become a message; its sender is told so with a status. The text goes to the sender and the log: no content.</summary>
internal sealed class RequestRefusedException(int status, string reason, string? limit = null, Exception? cause = null) : Exception(reason, cause)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The limit that was reached; null when it was none.</summary>
    public string? Limit { get; } = limit;
}
