using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Pipeline;

namespace ChannelHost.Engine.Recovery;

/// <summary>Finds out from the store where chains were broken off, by the chains that this version has.</summary>
internal sealed class ChainRecovery(MessagePipeline pipeline)
{
    /// <summary>The chains of a message that are to be gone on with.</summary>
    /// <param name="message">The message as stored.</param>
    /// <param name="pending">Its destinations without a recorded outcome.</param>
    public IReadOnlyList<ChainRemnant> Of(StoredMessage message, IReadOnlyList<(string Destination, DestinationWork Work)> pending)
    {
        var works = pending.ToDictionary(entry => entry.Destination, entry => entry.Work, StringComparer.Ordinal);
        var outcomes = message.Summary.Destinations.ToDictionary(summary => summary.Name, StringComparer.Ordinal);
        var encoded = message.Encoded ?? message.Raw ?? default;
        var sourceMaps = new MessageMaps
        {
            Source = message.SourceMap ?? new Dictionary<string, object?>(),
            Channel = message.ChannelMap is { } channelMap ? new VariableMap(channelMap) : new VariableMap(),
        };
        var remnants = new List<ChainRemnant>();
        foreach (var chain in pipeline.Chains)
        {
            var members = chain.Where(member => works.GetValueOrDefault(member.Name)?.IsWaiting == true).ToList();
            if (members.Count == 0)
            {
                continue;
            }

            // What stands before the first that waits: the last that this message went to at all.
            var earlier = chain.TakeWhile(member => member != members[0]).Where(member => outcomes.ContainsKey(member.Name)).ToList();
            var before = earlier.LastOrDefault();
            var maps = before is null ? sourceMaps : MapsAfter(message, before.Name, sourceMaps);
            foreach (var member in earlier.Where(member => outcomes[member.Name].Status is not (MessageStatus.Filtered or MessageStatus.Pending)))
            {
                maps.Response.Put(pipeline.KeyOf(member.Name, member.Id), ResponseValue.Of(ResponseOf(message, outcomes[member.Name]), member.Answers));
            }

            remnants.Add(new ChainRemnant(MessageOf(message), encoded, sourceMaps, maps, members)
            {
                Head = before is not null && works.ContainsKey(before.Name) ? before : null,
                HeadWork = before is null ? null : works.GetValueOrDefault(before.Name),
            });
        }

        return remnants;
    }

    /// <summary>Destinations that wait and are in no chain of this version.</summary>
    public IEnumerable<string> Gone(IReadOnlyList<(string Destination, DestinationWork Work)> pending)
    {
        var known = pipeline.Chains.SelectMany(chain => chain).Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
        return pending.Where(entry => entry.Work.IsWaiting && !known.Contains(entry.Destination)).Select(entry => entry.Destination);
    }

    private static MessageMaps MapsAfter(StoredMessage message, string destination, MessageMaps sourceMaps) => new()
    {
        Source = sourceMaps.Source,
        Channel = new VariableMap(message.ChannelMaps.TryGetValue(destination, out var left) ? left : sourceMaps.Channel.Values),
    };

    /// <summary>What the store knows of an outcome.</summary>
    public static Response ResponseOf(StoredMessage message, DestinationSummary outcome) => new()
    {
        Status = outcome.Status.Told(),
        Content = message.Responses.GetValueOrDefault(outcome.Name),
        StatusMessage = outcome.Status == MessageStatus.Sent ? "Sent." : outcome.Status == MessageStatus.Queued ? "Queued." : "Failed.",
        Error = outcome.Error,
    };

    /// <summary>A message as its scripts find it.</summary>
    public static ConnectorMessage MessageOf(StoredMessage message) => new()
    {
        Id = message.Summary.Id,
        ReceivedAt = message.Summary.ReceivedAt,
        Content = message.Raw ?? default,
        SourceMap = message.SourceMap ?? new Dictionary<string, object?>(),
        Metadata = message.Summary.Metadata,
        Description = new MessageDescription(message.Summary.ControlId, message.Summary.MessageType),
        ReplayOf = message.Summary.ReplayOf,
        BatchId = message.Summary.BatchId,
    };
}
