using ChannelHost.Server.Hosting;

namespace ChannelHost.Server.Api;

/// <summary>Signals are <see cref="StopSignals"/>' business, and the banner is ours: the framework stays quiet.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
