using ChannelHost.Engine.Deployment;

namespace ChannelHost.Server.Hosting;

/// <summary>One round of deploying: the deploy script of all channels runs once, before the first channel of the round is deployed.</summary>
internal sealed class GlobalDeploy(ChannelEngine engine)
{
    private readonly Lock _sync = new();
    private Task? _run;

    /// <summary>Runs the script unless it ran in this round. A failure is in the log and stops nothing.</summary>
    public Task BeforeAsync(ChannelDefinition definition, CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            return _run ??= definition.Global.Deploy is null ? Task.CompletedTask : engine.RunGlobalDeployAsync(definition, cancellationToken);
        }
    }
}
