namespace ChannelHost.Server.Demo.Traffic;

/// <summary>What a partner heard of something it sent.</summary>
internal enum LineAnswer
{
    /// <summary>It was taken.</summary>
    Positive,

    /// <summary>It was turned down: the partner's people have to look at it.</summary>
    Negative,

    /// <summary>Nothing was heard, or to come again later: the partner sends it again.</summary>
    None,
}

/// <summary>Carries what a partner sends to its channel. Used by one thread at a time.</summary>
internal interface ILineSender : IAsyncDisposable
{
    /// <summary>Sends once. What can be expected is an answer, not an exception.</summary>
    Task<LineAnswer> SendAsync(TrafficItem item, CancellationToken cancellationToken);
}
