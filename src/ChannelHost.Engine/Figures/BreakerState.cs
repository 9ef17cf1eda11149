namespace ChannelHost.Engine.Figures;

/// <summary>Where a destination's circuit breaker stands.</summary>
public enum BreakerState
{
    /// <summary>Attempts are made.</summary>
    Closed,

    /// <summary>None is made for a while, because one after the other failed.</summary>
    Open,

    /// <summary>One is made, or may be: it decides whether all go on.</summary>
    HalfOpen,
}
