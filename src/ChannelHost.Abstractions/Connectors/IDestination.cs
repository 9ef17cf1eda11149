namespace ChannelHost.Abstractions;

/// <summary>Where messages go. A destination sends once and says what came back; queues and retries are the engine's.</summary>
public interface IDestination : IAsyncDisposable
{
    /// <summary>Prepares what can be prepared without the partner: reads certificates, checks folders. Called once. Must not need the partner to be up.</summary>
    /// <exception cref="ConnectorException">It cannot work, with a reason for people.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Sends one message, once. What can be expected is a <see cref="Response"/>: refused and timed out are <see cref="MessageStatus.Queued"/>, rejected is
    /// <see cref="MessageStatus.Error"/>. <see cref="MessageStatus.Sent"/> only when the partner confirmed this very message (a file: complete, under its
    /// final name, synced). Called by one thread at a time, unless its connector says <see cref="DestinationConcurrency.Shared"/>.
    /// </summary>
    ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken);

    /// <summary>Closes connections.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
