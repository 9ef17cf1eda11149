using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Sources;

/// <summary>A stored message that is processed anew. The new one knows the old, and scripts see it as <c>sourceMap.get('replayOf')</c>.</summary>
/// <param name="original">The stored message's id.</param>
/// <param name="onlyDestination">The only destination it may go to; null for all.</param>
internal sealed class ReplayedMessage(long original, string? onlyDestination) : IMessageOrigin
{
    public bool IsNoMessage => false;

    public ConnectorMessage Put(ConnectorMessage message) => message with
    {
        SourceMap = new Dictionary<string, object?>(message.SourceMap) { ["replayOf"] = (double)original },
        ReplayOf = original,
        OnlyDestination = onlyDestination,
    };
}
