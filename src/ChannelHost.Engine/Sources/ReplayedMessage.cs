using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Sources;

/// <summary>A stored message that is processed anew. The new one knows the old, and scripts see it as <c>sourceMap.get('replayOf')</c>.</summary>
/// <param name="original">The stored message's id.</param>
/// <param name="onlyDestination">The only destination it may go to; null for all.</param>
/// <param name="isEdited">True when a person changed its content: scripts see it as <c>sourceMap.get('edited')</c>.</param>
internal sealed class ReplayedMessage(long original, string? onlyDestination, bool isEdited = false) : IMessageOrigin
{
    public bool IsNoMessage => false;

    /// <summary>The source map of a message that was made again.</summary>
    public static Dictionary<string, object?> SourceMapOf(IReadOnlyDictionary<string, object?>? sourceMap, long original, bool isEdited)
    {
        var map = new Dictionary<string, object?>(ChosenDestinations.Take(sourceMap).SourceMap) { ["replayOf"] = (double)original };
        if (isEdited)
        {
            map["edited"] = true;
        }

        return map;
    }

    public ConnectorMessage Put(ConnectorMessage message) => message with
    {
        SourceMap = SourceMapOf(message.SourceMap, original, isEdited),
        ReplayOf = original,
        OnlyDestination = onlyDestination,
    };
}
