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
    public async Task<ReplayOutcome> ReplayAsync(long id, string? destination, CancellationToken cancellationToken)
    {
        if (destination is not null && !Lanes.ContainsKey(destination))
        {
            return new ReplayOutcome(id, 0, MessageStatus.Error, NoSuch(_channel, destination).Told);
        }

        if (_channel.Store.Read(id) is not { } stored)
        {
            return new ReplayOutcome(id, 0, MessageStatus.Error, $"there is no message {id}; it may have been pruned");
        }

        if (stored.Raw is not { } raw)
        {
            return new ReplayOutcome(id, 0, MessageStatus.Error, $"the content of message {id} is not kept any more (store.keep)");
        }

        ReadOnlyMemory<byte> content;
        try
        {
            content = _channel.Version!.Pipeline.AsReceived(id, raw);
        }
        catch (AttachmentException exception)
        {
            return new ReplayOutcome(id, 0, MessageStatus.Error, exception.Message);
        }

        var message = new IncomingMessage { Content = content, SourceMap = stored.SourceMap ?? new Dictionary<string, object?>() };
        var response = await _channel.ReplayAsync(message, new ReplayedMessage(id, destination), cancellationToken).ConfigureAwait(false);
        return new ReplayOutcome(id, response.MessageId, response.Status, response.Reason);
    }

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
            return new OperationOutcome(false, $"the queue of {destination} is paused: resume it");
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
            MessageStatus.Error or MessageStatus.DeadLetter or MessageStatus.Dropped => await RequeueAsync(channel, lane, id, found).ConfigureAwait(false),
            var status => new OperationOutcome(false, $"message {id} is {Word(status)} at {destination}: there is nothing to try again. 'replay' processes it anew"),
        };
    }

    private static async Task<OperationOutcome> RequeueAsync(DeployedChannel channel, DestinationLane lane, long id, DestinationSummary found)
    {
        var name = lane.Definition.Name;
        var told = $"message {id} is queued again at {name}, before those that wait";
        var isQueued = await lane.RequeueAsync(id, async () =>
        {
            var update = new DestinationUpdate
            {
                MessageId = id,
                Destination = name,
                Status = MessageStatus.Queued,
                ExpectedStatus = found.Status,
                Attempts = found.Attempts,
                IsReattempt = found.IsReattempt,
                Error = found.Error,
            };
            if (await channel.Store.UpdateAsync(update).ConfigureAwait(false) == DestinationUpdate.NotAnyMore)
            {
                told = $"message {id} is not {Word(found.Status)} at {name} any more; nothing was done";
                return null;
            }

            try
            {
                if (channel.Store.ReadQueue(name, id - 1, 1) is [{ } work] && work.MessageId == id)
                {
                    return work;
                }
            }
            catch (StoreException)
            {
                // Nobody would send it before the next start, so it is as it was; the caller is told why.
                await channel.Store.UpdateAsync(update with { Status = found.Status, ExpectedStatus = MessageStatus.Queued }).ConfigureAwait(false);
                throw;
            }

            told = $"message {id} cannot be read from the store any more; it is marked there";
            return null;
        }).ConfigureAwait(false);
        return new OperationOutcome(isQueued, told);
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
            return SkipAsync(lane, messageId, found.Attempts, reason);
        }

        await channel.Store.UpdateAsync(new DestinationUpdate
        {
            MessageId = messageId,
            Destination = destination,
            Status = MessageStatus.Error,
            ExpectedStatus = MessageStatus.Queued,
            Attempts = found.Attempts,
            Error = reason,
        }).ConfigureAwait(false);
        return Task.FromResult(new OperationOutcome(true, $"message {messageId} at {destination}, which the channel does not have any more, ended in error"));
    }

    private static async Task<OperationOutcome> SkipAsync(DestinationLane lane, long messageId, int attempts, string reason) =>
        await lane.SkipAsync(messageId, attempts, reason).ConfigureAwait(false)
            ? new OperationOutcome(true, $"message {messageId} at {lane.Definition.Name} ended in error")
            : new OperationOutcome(false, $"message {messageId} was through at {lane.Definition.Name} before it could be given up");

    private static OperationOutcome SetPaused(DeployedChannel channel, string destination, bool isPaused)
    {
        if (!channel.Version!.Lanes.TryGetValue(destination, out var lane))
        {
            return NoSuch(channel, destination);
        }

        if (lane.Definition.Queue.Mode == QueueMode.Never)
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
        return new OperationOutcome(true, $"{destination} goes on");
    }

    private static OperationOutcome? At(DeployedChannel channel, long id, string destination, out DestinationSummary? found)
    {
        var message = channel.Store.Read(id)?.Summary;
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

    private static string Word(MessageStatus status) => status switch
    {
        MessageStatus.Error => "in error",
        MessageStatus.DeadLetter => "a dead letter",
        _ => status.ToString().ToLowerInvariant(),
    };
}
