using ChannelHost.Engine.Messages;

namespace ChannelHost.Engine.Sources;

/// <summary>
/// What became of a message at its destinations, by whichever of its copies, or of what people made from it again, got there: a destination where it failed may have got
/// a later one.
/// </summary>
/// <param name="Status">What became of it at the source.</param>
/// <param name="Destinations">What became of it where, and with which message.</param>
internal sealed record JointOutcome(MessageStatus Status, IReadOnlyList<(long MessageId, DestinationSummary Outcome)> Destinations)
{
    private const int Page = 200;

    /// <summary>Those that did not get it, and will not.</summary>
    public IEnumerable<string> Missing => Destinations.Where(destination => IsMissing(destination.Outcome)).Select(destination => destination.Outcome.Name);

    /// <summary>Joins what the store knows. Reads no more than the message where it reached all.</summary>
    /// <param name="first">The message that the copies are copies of.</param>
    /// <param name="anyContent">True when its control id alone makes a message a copy.</param>
    /// <param name="store">The store.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static JointOutcome Of(MessageSummary first, bool anyContent, IMessageStore store)
    {
        var joint = Alone(first);
        foreach (var later in Later(first, anyContent, store))
        {
            if (joint.IsWhole)
            {
                break;
            }

            joint = joint.Status == MessageStatus.Error ? Alone(later) : joint.With(later);
        }

        return joint;
    }

    /// <summary>What became of the message itself, whatever its copies reached.</summary>
    public static JointOutcome Alone(MessageSummary message) => new(message.Status, [.. message.Destinations.Select(outcome => (message.Id, outcome))]);

    private bool IsWhole => Status != MessageStatus.Error && !Missing.Any();

    private static bool IsMissing(DestinationSummary outcome) => outcome.Status.Told() == MessageStatus.Error;

    private JointOutcome With(MessageSummary later) => this with
    {
        Destinations = [.. Destinations.Select(destination =>
            IsMissing(destination.Outcome) && later.Destinations.FirstOrDefault(outcome => outcome.Name == destination.Outcome.Name) is { } got && !IsMissing(got)
                ? (later.Id, got)
                : destination)],
    };

    private static IEnumerable<MessageSummary> Later(MessageSummary first, bool anyContent, IMessageStore store) =>
        Found(new MessageQuery { DuplicateOf = first.Id }, store).Where(copy => anyContent || copy.ContentHash == first.ContentHash)
            .Concat(Found(new MessageQuery { ReplayOf = first.Id }, store));

    /// <summary>Those whose scripts have run; copies that were dropped are none.</summary>
    private static IEnumerable<MessageSummary> Found(MessageQuery query, IMessageStore store)
    {
        query = query with { Status = MessageStatus.Transformed, Count = Page };
        while (store.Find(query) is { Count: > 0 } page)
        {
            foreach (var message in page)
            {
                yield return message;
            }

            query = query with { BeforeId = page[^1].Id };
        }
    }
}
