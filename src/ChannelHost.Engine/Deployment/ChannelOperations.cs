using ChannelHost.Engine.Attachments;
using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Sources;

namespace ChannelHost.Engine.Deployment;

/// <summary>What people do to a running channel by hand: look after its queues, repair, process again. Nothing here deletes a message.</summary>
public sealed class ChannelOperations
{
    private readonly ChannelSlot _slot;
    private readonly DeployedChannel _channel;

    internal ChannelOperations(ChannelSlot slot, DeployedChannel channel)
    {
        _slot = slot;
        _channel = channel;
    }

    private IReadOnlyDictionary<string, DestinationLane> Lanes => _channel.Version!.Lanes;

    /// <summary>What waits where: every destination that can queue, and every other one at which something waits; orphans last.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public IReadOnlyList<QueueStatus> Queues()
    {
        var lanes = Lanes;
        var queued = _channel.Store.Counts()
            .Where(count => count.Status == MessageStatus.Queued && count.Connector != "source" && count.Count > 0)
            .ToDictionary(count => count.Connector, count => count.Count, StringComparer.Ordinal);
        var own = lanes.Values
            .Where(lane => lane.Definition.Queue.Mode != QueueMode.Never || queued.ContainsKey(lane.Definition.Name))
            .Select(lane => Status(lane, queued.GetValueOrDefault(lane.Definition.Name)));
        var orphans = queued.Keys.Where(name => !lanes.ContainsKey(name)).Order(StringComparer.Ordinal)
            .Select(name => WithOldest(new QueueStatus { Channel = _channel.Name, Destination = name, IsOrphan = true, Queued = queued[name] }));
        return [.. own, .. orphans];
    }

    /// <summary>Tries now what waits for its next attempt. A message that failed for good at this destination is queued again, before those that wait.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="messageId">The message that is meant; null for the one that is in hand.</param>
    /// <param name="cancellationToken">Gives up waiting; what was begun is finished all the same.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<OperationOutcome> RetryAsync(string destination, long? messageId, CancellationToken cancellationToken) =>
        InTurnAsync(channel => RetryAsync(channel, destination, messageId), told => new OperationOutcome(false, told), cancellationToken);

    /// <summary>Gives up on one queued message: it ends in Error with the reason, and those behind it go on. Works on orphans too.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="messageId">The message.</param>
    /// <param name="why">The reason, as a person gave it.</param>
    /// <param name="cancellationToken">Gives up waiting for the store or for the attempt in hand; the message is given up all the same, unless that attempt delivers it.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<OperationOutcome> SkipAsync(string destination, long messageId, string why, CancellationToken cancellationToken)
    {
        // Begun in the channel's turn, awaited outside: a deployment need not wait for the attempt in hand.
        var skip = await InTurnAsync(
            channel => BeginSkipAsync(channel, destination, messageId, why),
            told => Task.FromResult(new OperationOutcome(false, told)),
            cancellationToken).ConfigureAwait(false);
        try
        {
            return await skip.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new OperationOutcome(false, $"message {messageId} was not given up: the channel was redeployed or stopped first. Ask again");
        }
    }

    /// <summary>Stops taking from a destination's queue, or goes on. Kept over restarts and redeploys. Messages are still queued meanwhile.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="isPaused">True to stop.</param>
    /// <param name="cancellationToken">Gives up waiting for a deployment.</param>
    /// <exception cref="StoreException">It could not be written down; nothing has changed.</exception>
    public Task<OperationOutcome> SetPausedAsync(string destination, bool isPaused, CancellationToken cancellationToken) =>
        InTurnAsync(channel => Task.FromResult(SetPaused(channel, destination, isPaused)), told => new OperationOutcome(false, told), cancellationToken);

    /// <summary>Processes a stored message anew, from its raw content, through the current version, as a new message that is linked to it.</summary>
    /// <param name="id">The stored message.</param>
    /// <param name="destination">The only destination it may go to; null for all.</param>
    /// <param name="cancellationToken">Gives up before the new message is stored.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<ReplayOutcome> ReplayAsync(long id, string? destination, CancellationToken cancellationToken) =>
        ReplayAsync(id, destination, null, cancellationToken);

    /// <summary>
    /// Processes a message anew with other content, as what the sender might have sent, through the current version. It is a new message that is linked to the old
    /// one, which stays as it was; where that was a dead letter and this one goes, it is none any more.
    /// </summary>
    /// <param name="id">The stored message.</param>
    /// <param name="content">The whole message as it should have come.</param>
    /// <param name="destination">The only destination it may go to; null for all.</param>
    /// <param name="cancellationToken">Gives up before the new message is stored.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<ReplayOutcome> EditAsync(long id, ReadOnlyMemory<byte> content, string? destination, CancellationToken cancellationToken) =>
        ReplayAsync(id, destination, content, cancellationToken);

    /// <summary>As <see cref="EditAsync"/>, for what was or is to be sent to one destination: no script runs, and it goes into that destination's queue.</summary>
    /// <param name="id">The stored message.</param>
    /// <param name="content">What that destination is to get.</param>
    /// <param name="destination">The destination.</param>
    /// <param name="cancellationToken">Gives up waiting; what was begun is finished all the same.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<ReplayOutcome> EditSentAsync(long id, ReadOnlyMemory<byte> content, string destination, CancellationToken cancellationToken) => InTurnAsync(
        channel => channel.Version!.Lanes.TryGetValue(destination, out var lane)
            ? MessageRepair.SendEditedAsync(channel, lane, id, content)
            : Task.FromResult(NotMade(id, NoSuch(channel, destination).Told)),
        told => NotMade(id, told),
        cancellationToken);

    /// <summary>
    /// Sends again what was made for a destination and ended there (error, dead letter, dropped): the message is queued again as it is, before those that wait, and keeps
    /// its order key. No script runs.
    /// </summary>
    /// <param name="id">The message.</param>
    /// <param name="destination">The destination; null for all at which it ended so.</param>
    /// <param name="cancellationToken">Gives up waiting; what was begun is finished all the same.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<IReadOnlyList<RepairOutcome>> ResendAsync(long id, string? destination, CancellationToken cancellationToken) => InTurnAsync(
        channel => MessageRepair.ResendAsync(channel, id, destination),
        told => [new RepairOutcome(id, destination, false, told)],
        cancellationToken);

    /// <summary>Nobody is to be asked about a message any more that ended in error or as a dead letter: it becomes Dropped, with the reason. It is kept, and can be sent all the same.</summary>
    /// <param name="id">The message.</param>
    /// <param name="destination">The destination; null for all at which it ended so.</param>
    /// <param name="why">The reason, as a person gave it.</param>
    /// <param name="cancellationToken">Gives up waiting; what was begun is finished all the same.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<IReadOnlyList<RepairOutcome>> DismissAsync(long id, string? destination, string why, CancellationToken cancellationToken) => InTurnAsync(
        channel => MessageRepair.DismissAsync(channel, id, destination, why),
        told => [new RepairOutcome(id, destination, false, told)],
        cancellationToken);

    private async Task<ReplayOutcome> ReplayAsync(long id, string? destination, ReadOnlyMemory<byte>? edited, CancellationToken cancellationToken)
    {
        if (destination is not null && !Lanes.ContainsKey(destination))
        {
            return NotMade(id, NoSuch(_channel, destination).Told);
        }

        if (_channel.Store.Read(id) is not { } stored)
        {
            return NotMade(id, $"there is no message {id}; it may have been pruned");
        }

        ReadOnlyMemory<byte> content;
        if (edited is { } bytes)
        {
            content = bytes;
        }
        else if (stored.Raw is { } raw)
        {
            try
            {
                content = _channel.Version!.Pipeline.AsReceived(id, raw);
            }
            catch (AttachmentException exception)
            {
                return NotMade(id, exception.Message);
            }
        }
        else
        {
            return NotMade(id, $"the content of message {id} is not kept any more (store.keep)");
        }

        var message = new IncomingMessage { Content = content, SourceMap = stored.SourceMap ?? new Dictionary<string, object?>() };
        var response = await _channel.ReplayAsync(message, new ReplayedMessage(id, destination, edited is not null), cancellationToken).ConfigureAwait(false);
        if (response.IsStored && response.Status is not (MessageStatus.Error or MessageStatus.Filtered))
        {
            await MessageRepair.ReplacedAsync(_channel, stored.Summary, destination, response.MessageId).ConfigureAwait(false);
        }

        return new ReplayOutcome(id, response.MessageId, response.Status, response.Reason);
    }

    private static ReplayOutcome NotMade(long id, string reason) => new(id, 0, MessageStatus.Error, reason);

    /// <summary>
    /// One deployment or operation at a time: the lane that is found is the one that works, and nobody else moves the message meanwhile. What was begun is
    /// finished, also when the caller does not wait for it: half of it would leave a message with nobody.
    /// </summary>
    private async Task<T> InTurnAsync<T>(Func<DeployedChannel, Task<T>> operation, Func<string, T> refuse, CancellationToken cancellationToken)
    {
        IDisposable turn;
        try
        {
            turn = await _slot.LockAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return refuse($"channel {_slot.Name} is being deployed; nothing was done. Ask again");
        }

        return await RunAsync(turn, operation, refuse).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> RunAsync<T>(IDisposable turn, Func<DeployedChannel, Task<T>> operation, Func<string, T> refuse)
    {
        using (turn)
        {
            return _slot.Channel is { Version: not null } channel
                ? await operation(channel).ConfigureAwait(false)
                : refuse($"channel {_slot.Name} does not run any more; nothing was done");
        }
    }

    private static async Task<OperationOutcome> RetryAsync(DeployedChannel channel, string destination, long? messageId)
    {
        if (!channel.Version!.Lanes.TryGetValue(destination, out var lane))
        {
            return NoSuch(channel, destination);
        }

        if (lane.Control.IsPaused)
        {
            return new OperationOutcome(false, $"the queue of {destination} is {(channel.Paused.HeldBecause(destination) is null ? "paused" : "held")}: resume it");
        }

        if (messageId is not { } id)
        {
            return lane.TryNow()
                ? new OperationOutcome(true, $"{destination}: the next attempt is made now")
                : new OperationOutcome(false, $"{destination}: nothing waits for its next attempt");
        }

        if (At(channel, id, destination, out var found) is { } refusal)
        {
            return refusal;
        }

        return found!.Status switch
        {
            MessageStatus.Queued when lane.TryNow(id) => new OperationOutcome(true, $"message {id} is tried at {lane.Definition.Name} now"),
            MessageStatus.Queued when !lane.Definition.Queue.IsStrict => new OperationOutcome(false, $"message {id} waits at {destination} for its turn, behind others of its key or until a lane is free; nothing was done"),
            MessageStatus.Queued => new OperationOutcome(false, $"message {id} waits at {destination} {Behind(lane)}; messages go in order, so retry that one or skip it"),
            MessageStatus.Error or MessageStatus.DeadLetter or MessageStatus.Dropped => await MessageRepair.RequeueAsync(channel, lane, id, found).ConfigureAwait(false),
            var status => new OperationOutcome(false, $"message {id} is {Word(status)} at {destination}: there is nothing to try again. 'replay' processes it anew"),
        };
    }

    private static async Task<Task<OperationOutcome>> BeginSkipAsync(DeployedChannel channel, string destination, long messageId, string why)
    {
        if (At(channel, messageId, destination, out var found) is { } refusal)
        {
            return Task.FromResult(refusal);
        }

        if (found!.Status != MessageStatus.Queued)
        {
            return Task.FromResult(new OperationOutcome(false, $"message {messageId} does not wait at {destination}: it is {Word(found.Status)}"));
        }

        var reason = $"Given up by hand: {why}{(found.Error is null ? "" : $" The last attempt: {found.Error}")}";
        if (channel.Version!.Lanes.TryGetValue(destination, out var lane))
        {
            return SkipAsync(lane, messageId, found, reason);
        }

        await channel.Store.UpdateAsync(new DestinationUpdate
        {
            MessageId = messageId,
            Destination = destination,
            Status = MessageStatus.Error,
            ExpectedStatus = MessageStatus.Queued,
            Attempts = found.Attempts,
            IsReattempt = found.IsReattempt,
            IsUncertain = found.IsUncertain,
            Error = reason,
        }).ConfigureAwait(false);
        return Task.FromResult(new OperationOutcome(true, $"message {messageId} at {destination}, which the channel does not have any more, ended in error"));
    }

    private static async Task<OperationOutcome> SkipAsync(DestinationLane lane, long messageId, DestinationSummary found, string reason) =>
        await lane.SkipAsync(messageId, found, reason).ConfigureAwait(false)
            ? new OperationOutcome(true, $"message {messageId} at {lane.Definition.Name} ended in error")
            : new OperationOutcome(false, $"message {messageId} was through at {lane.Definition.Name} before it could be given up");

    private static OperationOutcome SetPaused(DeployedChannel channel, string destination, bool isPaused)
    {
        if (!channel.Version!.Lanes.TryGetValue(destination, out var lane))
        {
            return NoSuch(channel, destination);
        }

        var isHeld = channel.Paused.HeldBecause(destination) is not null;
        if (lane.Definition.Queue.Mode == QueueMode.Never && !lane.Control.IsPaused && !channel.Waits(destination))
        {
            return new OperationOutcome(false, $"{destination} has no queue to pause: set `queue: {{ mode: always }}` or `on-failure` in channel.yaml");
        }

        channel.Paused.Set(destination, isPaused);
        if (isPaused)
        {
            lane.Control.Pause();
            return new OperationOutcome(true, $"{destination} is paused; messages are queued and wait, also over a restart");
        }

        lane.Control.Resume();
        return new OperationOutcome(true, isHeld ? $"{destination} goes on; what waits is sent as re-attempts" : $"{destination} goes on");
    }

    private static OperationOutcome? At(DeployedChannel channel, long id, string destination, out DestinationSummary? found)
    {
        var message = channel.Store.ReadSizes(id)?.Summary;
        found = message?.Destinations.FirstOrDefault(entry => entry.Name == destination);
        return message is null ? new OperationOutcome(false, $"channel {channel.Name} has no message {id}")
            : found is null ? new OperationOutcome(false, $"message {id} does not go to {destination}")
            : null;
    }

    private QueueStatus Status(DestinationLane lane, long queued)
    {
        var blocked = lane.Blocked;
        var status = new QueueStatus
        {
            Channel = _channel.Name,
            Destination = lane.Definition.Name,
            Type = lane.Definition.Connector.Type,
            Mode = lane.Definition.Queue.Mode,
            IsPaused = lane.Control.IsPaused,
            HeldBecause = _channel.Paused.HeldBecause(lane.Definition.Name),
            Queued = queued,
            Lanes = lane.Definition.Queue.Lanes,
            HasKey = lane.Definition.Queue.HasKey,
            Parked = lane.Parked,
            IsFull = lane.IsFull,
            Breaker = lane.Breaker,
            BlockedBy = blocked.MessageId,
            BlockedSince = blocked.MessageId == 0 ? null : blocked.Since,
            NextAttempt = queued == 0 ? null : lane.NextAttempt,
            LastFailure = lane.LastFailure,
        };
        return queued == 0 ? status : WithOldest(status);
    }

    private QueueStatus WithOldest(QueueStatus status) => _channel.Store.ReadQueue(status.Destination, 0, 1) is [{ } oldest, ..]
        ? status with { OldestId = oldest.MessageId, OldestReceivedAt = oldest.ReceivedAt }
        : status;

    private static OperationOutcome NoSuch(DeployedChannel channel, string destination) => new(
        false, $"channel {channel.Name} has no destination {destination}; there are {(channel.Version!.Lanes is { Count: > 0 } lanes ? string.Join(", ", lanes.Keys) : "none")}");

    private static string Behind(DestinationLane lane) => lane.Blocked.MessageId == 0 ? "for its turn" : $"behind message {lane.Blocked.MessageId}";

    private static string Word(MessageStatus status) => MessageRepair.Word(status);
}
