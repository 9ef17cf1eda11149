using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Pipeline;

namespace ChannelHost.Engine.Recovery;

/// <summary>A message whose deliveries are made again after a start: gathers what becomes of them, and joins it with what the store knows of the others.</summary>
internal sealed class ResumedMessage(StoredMessage stored, MessagePipeline pipeline)
{
    private readonly List<Task<IReadOnlyList<Delivery>?>> _making = [];

    /// <summary>As stored, before it was resumed.</summary>
    public StoredMessage Stored => stored;

    /// <summary>As its scripts find it.</summary>
    public ConnectorMessage Message { get; } = ChainRecovery.MessageOf(stored);

    /// <summary>Deliveries that are being made; null when they are cut off.</summary>
    public void Add(Task<IReadOnlyList<Delivery>?> making) => _making.Add(making);

    /// <summary>What became of one without a delivery.</summary>
    public void Add(string destination, Response response) => _making.Add(Task.FromResult<IReadOnlyList<Delivery>?>([new Delivery(destination, response)]));

    /// <summary>Waits for all and gives them in the channel's order; null when one was cut off.</summary>
    public async Task<IReadOnlyList<Delivery>?> DeliveriesAsync()
    {
        var made = await Task.WhenAll(_making).ConfigureAwait(false);
        if (Array.Exists(made, deliveries => deliveries is null))
        {
            return null;
        }

        var now = new Dictionary<string, Delivery>(StringComparer.Ordinal);
        foreach (var delivery in made.SelectMany(deliveries => deliveries!))
        {
            now[delivery.Destination] = delivery;
        }

        var before = stored.Summary.Destinations.ToDictionary(summary => summary.Name, StringComparer.Ordinal);
        var all = new List<Delivery>();
        foreach (var member in pipeline.Chains.SelectMany(chain => chain))
        {
            if (now.Remove(member.Name, out var delivery))
            {
                all.Add(delivery with { Id = member.Id, Answers = delivery.Answers ?? member.Answers, Maps = delivery.Maps ?? MapsAfter(member.Name) });
            }
            else if (before.TryGetValue(member.Name, out var outcome) && outcome.Status != MessageStatus.Pending)
            {
                all.Add(new Delivery(member.Name, ChainRecovery.ResponseOf(stored, outcome)) { Id = member.Id, Answers = member.Answers, Maps = MapsAfter(member.Name) });
            }
        }

        // Those of destinations that this version does not have.
        all.AddRange(now.Values);
        return all;
    }

    private MessageMaps? MapsAfter(string destination) => stored.ChannelMaps.TryGetValue(destination, out var left)
        ? new MessageMaps { Source = Message.SourceMap, Channel = new VariableMap(left) }
        : null;
}
