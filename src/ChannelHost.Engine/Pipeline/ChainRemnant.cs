using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Pipeline;

/// <summary>A chain as the store has it, to be gone on with.</summary>
/// <param name="Message">The message.</param>
/// <param name="Encoded">What the source made of it.</param>
/// <param name="SourceMaps">The maps after the source.</param>
/// <param name="Before">The maps of the destination before the first member: what it goes on with.</param>
/// <param name="Members">The destinations whose scripts have not run, in order.</param>
internal sealed record ChainRemnant(
    ConnectorMessage Message, ReadOnlyMemory<byte> Encoded, MessageMaps SourceMaps, MessageMaps Before, IReadOnlyList<DestinationPipeline> Members)
{
    /// <summary>The destination before them, when it is to be delivered first; null when it is through.</summary>
    public DestinationPipeline? Head { get; init; }

    /// <summary>What is to be delivered there.</summary>
    public DestinationWork? HeadWork { get; init; }

    /// <summary>What is to be made of the chain.</summary>
    public IEnumerable<string> Names => Head is null ? Members.Select(member => member.Name) : Members.Select(member => member.Name).Prepend(Head.Name);
}
