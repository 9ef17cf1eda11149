namespace ChannelHost.Abstractions;

/// <summary>A connector cannot start or work, for a reason that a person can act on: what, where, what next. No secret, no message content.</summary>
public sealed class ConnectorException : Exception
{
    /// <summary>With a reason for people.</summary>
    public ConnectorException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and what led to it.</summary>
    public ConnectorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
