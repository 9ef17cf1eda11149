namespace ChannelHost.Abstractions;

/// <summary>Bytes that are no message of the type they should be. The text says what and where (line, byte), never the content itself.</summary>
public sealed class MessageFormatException : Exception
{
    /// <summary>With a reason for people.</summary>
    public MessageFormatException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and what led to it.</summary>
    public MessageFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
