namespace ChannelHost.Storage.Pruning;

/// <summary>
/// What of a channel's messages goes when. A message that is received, queued or pending anywhere never goes. One that is finished is kept for the longest of the times of its
/// ends: those at its destinations and, when it was meant for none or failed at the source, the one there. A dead letter goes by its own time or by the one for all,
/// never because there are too many messages, and keeps its content until it goes.
/// </summary>
internal sealed class PruningRules
{
    private readonly StoreSettings _settings;
    private readonly DateTimeOffset _now;
    private readonly TimeSpan _shortest = TimeSpan.MaxValue;

    internal PruningRules(StoreSettings settings, DateTimeOffset now)
    {
        _settings = settings;
        _now = now;
        if (settings.Retention is { } retention)
        {
            _shortest = retention;
        }

        foreach (var (_, time) in settings.RetentionByStatus)
        {
            _shortest = time < _shortest ? time : _shortest;
        }

        if (settings.ContentRetention is { } content && content < _shortest)
        {
            _shortest = content;
        }
    }

    /// <summary>False: nothing is ever removed by its age.</summary>
    internal bool ByAge => _shortest != TimeSpan.MaxValue;

    /// <summary>So many finished messages are kept at most; null for no limit.</summary>
    internal long? Maximum => _settings.MaximumMessages;

    /// <summary>Messages received at or after this time need not be looked at, as UTC ticks.</summary>
    internal long YoungerStay => ByAge ? Before(_shortest) : 0;

    /// <summary>After this time nothing is kept that is removed by age; null where something is kept for ever.</summary>
    internal static TimeSpan? Longest(StoreSettings settings) =>
        settings.Retention is { } common ? settings.RetentionByStatus.Values.Append(common).Max() : null;

    /// <summary>Received before this time, content may go, as UTC ticks; 0 when it goes with its message only.</summary>
    internal long ContentLimit => _settings.ContentRetention is { } time ? Before(time) : 0;

    /// <summary>What becomes of a message by its age.</summary>
    /// <param name="receivedAt">When it was received, or brought in from an archive, as UTC ticks.</param>
    /// <param name="source">Its status at the source.</param>
    /// <param name="destinations">Its statuses at its destinations.</param>
    internal PruningVerdict Judge(long receivedAt, MessageStatus source, ReadOnlySpan<MessageStatus> destinations)
    {
        if (!IsFinished(source, destinations))
        {
            return PruningVerdict.Stays;
        }

        var keptFor = Retention(source, destinations);
        if (keptFor != TimeSpan.MaxValue && receivedAt < Before(keptFor))
        {
            return PruningVerdict.Goes;
        }

        return receivedAt < ContentLimit && !destinations.Contains(MessageStatus.DeadLetter) ? PruningVerdict.LosesContent : PruningVerdict.Stays;
    }

    /// <summary>True when nothing will happen to the message any more by itself.</summary>
    internal static bool IsFinished(MessageStatus source, ReadOnlySpan<MessageStatus> destinations) =>
        source != MessageStatus.Received && !destinations.ContainsAny(MessageStatus.Queued, MessageStatus.Pending, MessageStatus.Received);

    /// <summary>True when it is counted against <see cref="Maximum"/>, and may go because of it.</summary>
    internal static bool IsCounted(MessageStatus source, ReadOnlySpan<MessageStatus> destinations) =>
        IsFinished(source, destinations) && !destinations.Contains(MessageStatus.DeadLetter);

    // The longest, so that a message that was sent to one and failed at another is kept as long as a failure.
    private TimeSpan Retention(MessageStatus source, ReadOnlySpan<MessageStatus> destinations)
    {
        var longest = source != MessageStatus.Transformed || destinations.IsEmpty ? Of(source) : TimeSpan.Zero;
        foreach (var status in destinations)
        {
            var time = Of(status);
            longest = time > longest ? time : longest;
        }

        return longest;
    }

    private TimeSpan Of(MessageStatus status) =>
        _settings.RetentionByStatus.TryGetValue(status, out var own) ? own : _settings.Retention ?? TimeSpan.MaxValue;

    private long Before(TimeSpan time) => time.Ticks < _now.UtcTicks ? _now.UtcTicks - time.Ticks : 0;
}
