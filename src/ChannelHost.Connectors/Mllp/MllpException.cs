namespace ChannelHost.Connectors.Mllp;

/// <summary>An exchange over MLLP failed. The text names the partner's address and what happened; the connection cannot be used any more.</summary>
public sealed class MllpException : Exception
{
    /// <summary>With a reason for people.</summary>
    /// <param name="message">What happened, with the partner's address.</param>
    /// <param name="mayHaveArrived">True once a byte of the message may have left this machine.</param>
    /// <param name="innerException">What led to it.</param>
    public MllpException(string message, bool mayHaveArrived, Exception? innerException = null)
        : base(message, innerException)
    {
        MayHaveArrived = mayHaveArrived;
    }

    /// <summary>True when the partner may have got the message.</summary>
    public bool MayHaveArrived { get; }
}
