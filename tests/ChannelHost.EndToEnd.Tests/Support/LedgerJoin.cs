using ChannelHost.Server.Api;

namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>The sender's ledger, the receiver's ledger and the product's own view, joined after a quiet time.</summary>
internal sealed class LedgerJoin
{
    private readonly int _sent;
    private readonly int _delivered;

    /// <summary>Joins them.</summary>
    public LedgerJoin(LedgerSender sender, IReadOnlyList<Delivery> received, IReadOnlyList<MessageView> product)
        : this(sender.Sent, sender.Confirmed, received, product)
    {
    }

    /// <summary>Joins them.</summary>
    /// <param name="sent">Every control id that was sent, with its body's hash.</param>
    /// <param name="confirmed">The control ids that were answered positively.</param>
    /// <param name="received">What the receiver got.</param>
    /// <param name="product">What the product says.</param>
    public LedgerJoin(IReadOnlyDictionary<string, string> sent, IEnumerable<string> confirmed, IReadOnlyList<Delivery> received, IReadOnlyList<MessageView> product)
    {
        (_sent, _delivered) = (sent.Count, received.Count);
        var deliveries = received.ToLookup(delivery => delivery.ControlId);
        var stored = product.ToLookup(message => message.ControlId ?? "");
        Lost = [.. confirmed.Where(id => !deliveries.Contains(id) && !stored[id].Any(IsVisiblyUnfinished)).Order(StringComparer.Ordinal)];
        Stuck = [.. product.Where(IsVisiblyUnfinished).Select(message => $"{message.Id} {message.ControlId}: {message.Status} {message.Error} {string.Join(", ", message.Destinations)}")];
        Ghosts = [.. received.Where(delivery => !sent.TryGetValue(delivery.ControlId, out var hash) || hash != delivery.Hash)];
        FalseSent = [.. product.Where(message => message.Destinations.Any(delivery => delivery.Status == MessageStatus.Sent) && !deliveries.Contains(message.ControlId ?? "")).Select(message => message.Id)];
        Duplicates = deliveries.Sum(id => id.Count() - 1);
        UnmarkedDuplicates = [.. deliveries.Where(id => id.Count() - 1 > stored[id.Key].Sum(Marks)).Select(id => $"{id.Key}: {id.Count()} deliveries, {stored[id.Key].Sum(Marks)} marks")];
    }

    /// <summary>Answered positively, and nowhere to be found.</summary>
    public IReadOnlyList<string> Lost { get; }

    /// <summary>Messages that ended in error, or still wait, although the partner is well.</summary>
    public IReadOnlyList<string> Stuck { get; }

    /// <summary>Delivered but never sent, or with another body.</summary>
    public IReadOnlyList<Delivery> Ghosts { get; }

    /// <summary>Sent, says the product; never came, says the receiver.</summary>
    public IReadOnlyList<long> FalseSent { get; }

    /// <summary>Deliveries beyond the first.</summary>
    public int Duplicates { get; }

    /// <summary>Deliveries beyond the first that the product does not own up to.</summary>
    public IReadOnlyList<string> UnmarkedDuplicates { get; }

    /// <summary>Fails when something is not where the ledgers say, or was delivered again without a mark.</summary>
    public void AssertHeld()
    {
        Assert.Empty(Lost);
        Assert.Empty(Stuck);
        Assert.Empty(Ghosts);
        Assert.Empty(FalseSent);
        Assert.Empty(UnmarkedDuplicates);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"sent {_sent}, delivered {_delivered}, LOST {Lost.Count}, STUCK {Stuck.Count}, GHOST {Ghosts.Count}, FALSE-SENT {FalseSent.Count}, DUP {Duplicates}, unmarked DUP {UnmarkedDuplicates.Count}{(Stuck.Count > 0 ? $", the first stuck: {Stuck[^1]}" : "")}";

    private static bool IsVisiblyUnfinished(MessageView message) =>
        message.Status is MessageStatus.Error or MessageStatus.Filtered
        || message.Destinations.Any(delivery => delivery.Status is MessageStatus.Queued or MessageStatus.Error);

    // A stored copy that names the first one is a mark; so is each attempt after one of uncertain outcome. An attempt that a kill cut off may not be
    // counted: a re-attempt stands for at least one.
    private static int Marks(MessageView message) =>
        (message.DuplicateOf is null ? 0 : 1) + message.Destinations.Where(delivery => delivery.IsReattempt).Sum(delivery => Math.Max(1, delivery.Attempts - 1));
}
