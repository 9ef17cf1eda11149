namespace ChannelHost.Engine.Deployment;

/// <summary>Runs channels. Safe for use by many threads.</summary>
public sealed class ChannelEngine : IChannelRouter, IAsyncDisposable
{
    /// <summary>An engine without channels.</summary>
    public ChannelEngine(EngineServices services) => throw new NotImplementedException(services.ToString());

    /// <summary>All channels that are known, by name.</summary>
    public IReadOnlyList<ChannelStatus> Status() => throw new NotImplementedException();

    /// <summary>One channel, or null.</summary>
    public ChannelStatus? StatusOf(string channel) => throw new NotImplementedException();

    /// <summary>A channel's messages, or null when it is unknown or its store is not open.</summary>
    public IMessageStore? MessagesOf(string channel) => throw new NotImplementedException();

    /// <summary>Starts a channel, or swaps a running one for this version. What is wrong with this channel never throws: it is in the outcome and in the status.</summary>
    public Task<DeployOutcome> DeployAsync(ChannelDefinition definition, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Notes that the version on disk was refused; the running version goes on.</summary>
    public void Refuse(string channel, IReadOnlyList<ChannelProblem> problems) => throw new NotImplementedException();

    /// <summary>Stops a channel and forgets it; its data stays.</summary>
    public Task UndeployAsync(string channel, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Stops all channels side by side: no new messages, those taken finish, queues stop after the message in hand. At cancellation everything is closed at once.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<SourceResponse?> RouteAsync(string channel, string from, IncomingMessage message, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
