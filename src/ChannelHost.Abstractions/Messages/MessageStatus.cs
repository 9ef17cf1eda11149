namespace ChannelHost.Abstractions;

/// <summary>What became of a message at its source or at one of its destinations. The numbers are stored: never renumber.</summary>
public enum MessageStatus : byte
{
    /// <summary>Taken in and kept, not processed yet.</summary>
    Received = 0,

    /// <summary>A filter turned it down. Final.</summary>
    Filtered = 1,

    /// <summary>At the source: filter and transformer are through. Final at the source.</summary>
    Transformed = 2,

    /// <summary>This destination confirmed this very message. Final.</summary>
    Sent = 3,

    /// <summary>Waits in a destination's queue for its first or its next attempt.</summary>
    Queued = 4,

    /// <summary>An attempt without a queue was begun and its outcome is not recorded yet.</summary>
    Pending = 5,

    /// <summary>Failed, with a reason. Final until somebody processes it again.</summary>
    Error = 6,

    /// <summary>At a destination: given up and set aside for people to look at, edit and send again. Final until they do.</summary>
    DeadLetter = 7,

    /// <summary>
    /// At a destination: given up, and nobody is asked any more: because the channel says so, because a person did, or because another message went in its place. The
    /// record stays, with the reason. Final, unless a person sends it all the same.
    /// </summary>
    Dropped = 8,
}
