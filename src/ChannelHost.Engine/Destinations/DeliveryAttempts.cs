using ChannelHost.Engine.Attachments;
using ChannelHost.Engine.Figures;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>Makes attempts at one destination, judges when one was the last, and records what came of them: the same for all that deliver there.</summary>
internal sealed partial class DeliveryAttempts(
    string channel,
    DestinationDefinition definition,
    DestinationSender sender,
    OutcomeRecorder recorder,
    PartnerPause pause,
    ResentMessages resent,
    ChannelFigures figures,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>So long nothing is asked of a store that could not do it.</summary>
    public static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    /// <summary>Whether the partner may be called.</summary>
    public PartnerGate Gate { get; } = new(definition.Queue, pause, time);

    /// <summary>Why the last attempt failed; null when it did not. No content.</summary>
    public string? LastFailure { get; set; }

    /// <summary>Covers a message by the lease, however long that takes: it must not be sent before.</summary>
    /// <returns>False when what came of an earlier attempt at it is not recorded.</returns>
    /// <exception cref="OperationCanceledException">The lane was closed first.</exception>
    public async ValueTask<bool> CoverAsync(DeliveryLease lease, long messageId, Func<IEnumerable<long>> upcoming, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return lease.Cover(messageId, upcoming);
            }
            catch (StoreException exception)
            {
                LastFailure = exception.Message;
                await Task.Delay(StorePause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Makes an attempt that <see cref="PartnerGate.TryEnter"/> let through.</summary>
    /// <param name="pass">What it was let through with.</param>
    /// <param name="work">The message.</param>
    /// <param name="maps">Its maps.</param>
    /// <param name="attempts">Which attempt it is, from 1 on.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    public async ValueTask<Attempt> MakeAsync(GatePass pass, DestinationWork work, MessageMaps maps, int attempts, CancellationToken cancellationToken)
    {
        bool? failed = null;
        try
        {
            var attempt = await sender.AttemptAsync(work, maps, attempts, cancellationToken).ConfigureAwait(false);
            failed = attempt.PartnerFailed;
            Count(work, attempts, attempt);
            return attempt;
        }
        finally
        {
            if (Gate.Done(pass, failed))
            {
                Log.Opened(logger, channel, definition.Name, definition.Queue.Breaker!.Failures, definition.Queue.Breaker.OpenFor);
            }
        }
    }

    /// <summary>A failure that may pass is final when it was the last attempt that there is, or when the message is too old for another one.</summary>
    /// <param name="work">The message.</param>
    /// <param name="response">What the attempt gave.</param>
    /// <param name="attempts">How many were made.</param>
    /// <param name="byDefault">How many there are when the channel does not say; 0 for no end.</param>
    public Response Final(DestinationWork work, Response response, int attempts, int byDefault)
    {
        var limit = definition.Queue.Attempts ?? byDefault;
        if (response.Status != MessageStatus.Queued)
        {
            return response;
        }

        // Whoever sends a message again gives it what a new one has.
        var again = resent.Of(definition.Name, work.MessageId);
        var made = attempts - (again?.Attempts ?? 0);
        if (limit > 0 && made >= limit)
        {
            return attempts == 1
                ? response with { Status = MessageStatus.Error }
                : GaveUp($"Gave up after {made} attempts{(again is null ? "" : $" since it was sent again ({attempts} in all)")}; the last one: {response.StatusMessage}", response);
        }

        return definition.Queue.MaximumAge is { } age && (again?.At ?? work.ReceivedAt) is { } since && time.GetUtcNow() - since > age
            ? GaveUp($"Gave up because {(again is null ? "the message is older than" : "it was sent again longer ago than")} {age} (maximumAge); attempt {attempts}: {response.StatusMessage}", response)
            : response;
    }

    /// <summary>Somebody sends a message again: its limits count from here.</summary>
    public void SentAgain(long messageId, int attempts)
    {
        if (definition.Queue is not { Attempts: null, MaximumAge: null })
        {
            resent.Begin(definition.Name, messageId, attempts);
        }
    }

    /// <summary>Records that the message is through.</summary>
    public Task<bool> RecordFinal(DestinationWork work, int attempts, Response response, IReadOnlyList<StateChange> changes, MessageMaps? maps = null)
    {
        var update = Update(work, attempts, response, changes, maps);
        resent.End(definition.Name, work.MessageId);
        switch (response.Status)
        {
            case MessageStatus.Sent:
                LastFailure = null;
                figures.Sent();
                break;
            case MessageStatus.Error when definition.Queue.OnGiveUp != GiveUp.Error:
                LastFailure = response.StatusMessage;
                update = update with { Status = definition.Queue.OnGiveUp == GiveUp.DeadLetter ? MessageStatus.DeadLetter : MessageStatus.Dropped };
                figures.GivenUp(definition.Queue.OnGiveUp);
                break;
            default:
                LastFailure = response.StatusMessage;
                figures.DeliveryFailed();
                break;
        }

        return recorder.RecordAsync(update);
    }

    /// <summary>Records that a person gave up on the message: it ends in Error, whatever the channel does with those that nobody takes.</summary>
    public Task<bool> RecordSkipped(DestinationWork work, string reason, MessageStatus? expected = null)
    {
        LastFailure = reason;
        resent.End(definition.Name, work.MessageId);
        figures.DeliveryFailed();
        return recorder.RecordAsync(Update(work, work.Attempts, Response.Failed(reason), []) with { ExpectedStatus = expected });
    }

    /// <summary>Records that the message waits on.</summary>
    public Task<bool> RecordWaiting(DestinationWork work, int attempts, Response response, IReadOnlyList<StateChange> changes, MessageMaps? maps = null)
    {
        LastFailure = response.StatusMessage;
        return recorder.RecordAsync(Update(work, attempts, response, changes, maps));
    }

    private static Response GaveUp(string reason, Response last) => Response.Failed(reason, last.Content) with { IsUncertain = last.IsUncertain };

    private void Count(DestinationWork work, int attempts, Attempt attempt)
    {
        if (attempt.RetryAfter is { } asked)
        {
            pause.Begin(asked, Random.Shared.NextDouble());
        }

        if (attempts > 1)
        {
            figures.Retried();
        }

        if (work.IsUncertain)
        {
            figures.Reattempted();
        }
    }

    private DestinationUpdate Update(DestinationWork work, int attempts, Response response, IReadOnlyList<StateChange> changes, MessageMaps? maps = null) => new()
    {
        MessageId = work.MessageId,
        Destination = definition.Name,
        Status = response.Status,
        Attempts = attempts,
        IsReattempt = work.IsUncertain,

        // Also where it ends undelivered: a person may send it again.
        IsUncertain = response.Status != MessageStatus.Sent && (work.IsUncertain || response.IsUncertain),
        SentAt = response.Status == MessageStatus.Sent ? time.GetUtcNow() : null,
        Response = response.Content.IsEmpty ? default(ReadOnlyMemory<byte>?) : response.Content,
        Error = response.Status == MessageStatus.Sent ? null : response.Error ?? response.StatusMessage,
        StateChanges = changes,
        Attachments = (maps?.Attachments as MessageAttachments)?.TakeToStore() ?? [],
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 2311, Level = LogLevel.Warning, Message = "{Channel}: the circuit breaker of {Destination} opened after {Failures} failed attempts in a row; the next one is made in {OpenFor}")]
        public static partial void Opened(ILogger logger, string channel, string destination, int failures, TimeSpan openFor);
    }
}
