using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Pipeline;

namespace ChannelHost.Engine.Deployment;

/// <summary>What is built from one version of a channel's folder. A redeploy swaps it whole.</summary>
/// <param name="Definition">What the folder says.</param>
/// <param name="Environment">What its scripts share.</param>
/// <param name="Lanes">Its destinations; those that did not change are the lanes of the version before.</param>
/// <param name="Pipeline">The way of its messages.</param>
/// <param name="Life">Its deploy and undeploy scripts.</param>
/// <param name="Since">When it was built.</param>
internal sealed record ChannelVersion(
    ChannelDefinition Definition,
    ScriptEnvironment Environment,
    IReadOnlyDictionary<string, DestinationLane> Lanes,
    MessagePipeline Pipeline,
    LifeScripts Life,
    DateTimeOffset Since);
