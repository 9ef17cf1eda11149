using System.Globalization;
using ChannelHost.EndToEnd.Tests.Support;
using ChannelHost.Server.Api;

namespace ChannelHost.EndToEnd.Tests.Faults;

/// <summary>
/// The counters of the fault matrix: the senders' ledgers, a receiver's ledger and the product's own view of one channel with one destination, joined after
/// a quiet time. One assertion tells all of them.
/// </summary>
internal sealed class Counters
{
    private readonly LedgerJoin _join;

    /// <summary>Joins them.</summary>
    /// <param name="senders">All that sent to the channel.</param>
    /// <param name="received">What its destination got, in order.</param>
    /// <param name="product">All messages of the channel.</param>
    public Counters(IReadOnlyCollection<ISenderLedger> senders, IReadOnlyList<Delivery> received, IReadOnlyList<MessageView> product)
    {
        var sent = senders.SelectMany(sender => sender.Sent).ToDictionary(message => message.Key, message => message.Value, StringComparer.Ordinal);
        var confirmed = senders.SelectMany(sender => sender.Confirmed).ToList();
        _join = new LedgerJoin(sent, confirmed, received, product);
        var stored = product.ToLookup(message => message.ControlId ?? "", StringComparer.Ordinal);
        FalseOk = [.. confirmed.Where(id => !stored.Contains(id)).Order(StringComparer.Ordinal)];
        Order = Inversions([.. received.Select(delivery => delivery.ControlId).Distinct(StringComparer.Ordinal)], stored);
        var delivered = received.ToLookup(delivery => delivery.ControlId, StringComparer.Ordinal);
        MostDeliveries = delivered.Count == 0 ? 0 : delivered.Max(id => Math.Ceiling(id.Count() / (double)Math.Max(1, stored[id.Key].Count())));
        Confirmed = confirmed.Count;
    }

    /// <summary>Joins what some senders sent, and nothing else, with what a host has of it.</summary>
    /// <param name="senders">They.</param>
    /// <param name="received">What the channel's destination got, in order.</param>
    /// <param name="host">The host.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    /// <param name="since">When the first was sent at the earliest: what the host received before need not be looked through. Null for all.</param>
    public static async Task<Counters> OfAsync(
        IReadOnlyCollection<ISenderLedger> senders, IReadOnlyList<Delivery> received, RunningHost host, string channel, CancellationToken cancellationToken, DateTimeOffset? since = null)
    {
        var sent = senders.SelectMany(sender => sender.Sent.Keys).ToHashSet(StringComparer.Ordinal);
        var query = since is { } from ? $"&from={Uri.EscapeDataString(from.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))}" : "";
        return new Counters(
            senders,
            [.. received.Where(delivery => sent.Contains(delivery.ControlId))],
            [.. (await host.MessagesAsync(channel, cancellationToken, query)).Where(message => sent.Contains(message.ControlId ?? ""))]);
    }

    /// <summary>Positive answers.</summary>
    public int Confirmed { get; }

    /// <summary>Answered positively, and the product does not know the message at all.</summary>
    public IReadOnlyList<string> FalseOk { get; }

    /// <summary>First deliveries that came after one whose message was accepted later.</summary>
    public int Order { get; }

    /// <summary>Deliveries beyond the first.</summary>
    public int Duplicates => _join.Duplicates;

    /// <summary>How many times the message that came most often was delivered; one that was sent again, and so stored again, is another one.</summary>
    public double MostDeliveries { get; }

    /// <summary>Fails, telling all counters, when one misses its target or the fault did not happen.</summary>
    /// <param name="injections">How many times the fault was seen to happen.</param>
    /// <param name="expected">How many times it had to happen at least.</param>
    /// <param name="mostDuplicates">What was under way when it happened, at most.</param>
    public void AssertHeld(int injections, int expected, int mostDuplicates)
    {
        var told = $"{this}; faults {injections} of {expected} at least, duplicates allowed {mostDuplicates}";
        var isHeld = _join is { Lost.Count: 0, Stuck.Count: 0, Ghosts.Count: 0, FalseSent.Count: 0, UnmarkedDuplicates.Count: 0 }
            && FalseOk.Count == 0 && Order == 0 && Duplicates <= mostDuplicates && injections >= expected;
        Assert.True(isHeld, $"{told}\nLOST: {First(_join.Lost)}\nunmarked DUP: {First(_join.UnmarkedDuplicates)}\nFALSE-OK: {First(FalseOk)}");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_join}, FALSE-OK {FalseOk.Count}, ORDER {Order}, confirmed {Confirmed}, most deliveries of one {MostDeliveries}";

    // A message that was sent again is stored again: its first copy has its place in the line.
    private static int Inversions(List<string> firsts, ILookup<string, MessageView> stored)
    {
        var places = firsts.Where(stored.Contains).Select(id => stored[id].Min(message => message.Id)).ToList();
        return places.Zip(places.Skip(1)).Count(pair => pair.First > pair.Second);
    }

    private static string First(IEnumerable<string> problems) => string.Join(", ", problems.Take(5));
}
