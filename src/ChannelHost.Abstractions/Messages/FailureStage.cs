namespace ChannelHost.Abstractions;

/// <summary>Where a message failed. A source tells its sender in its protocol's words whose fault that is.</summary>
public enum FailureStage
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>It is no message of its data type.</summary>
    Format,

    /// <summary>At the source: its filter or transformer failed on it.</summary>
    Source,

    /// <summary>At a destination.</summary>
    Destination,

    /// <summary>It could not be stored, or not be taken over for a reason of ours.</summary>
    Store,
}
