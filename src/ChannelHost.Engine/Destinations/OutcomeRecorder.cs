using ChannelHost.Engine.Messages;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Records what became of deliveries. An outcome that the store cannot take is kept and offered again until it can: forgetting it would deliver
/// the message a second time without a mark. While that lasts nothing new is accepted either, so what waits here is bounded by the work in flight.
/// </summary>
/// <param name="channel">The channel's name.</param>
/// <param name="store">Its messages.</param>
/// <param name="state">Its state.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where events go.</param>
/// <param name="closing">Cancelled when the channel is closed; a lane that is replaced is no reason to forget an outcome.</param>
internal sealed partial class OutcomeRecorder(string channel, IMessageStore store, IChannelState state, TimeProvider time, ILogger logger, CancellationToken closing)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly WorkInFlight _outstanding = new();

    /// <summary>True when every outcome so far is on stable storage.</summary>
    public bool IsIdle => _outstanding.IsEmpty;

    /// <summary>Completes when every outcome so far is on stable storage.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken) => _outstanding.WhenEmptyAsync(cancellationToken);

    /// <summary>Completes when the outcome is on stable storage. Outcomes are committed in the order of the calls.</summary>
    /// <returns>False when nothing was recorded: the message does not stand where the update expects it, or the store cannot take it at all.</returns>
    /// <exception cref="OperationCanceledException">The channel was closed before the store could take it.</exception>
    public async Task<bool> RecordAsync(DestinationUpdate update)
    {
        _outstanding.Enter();
        try
        {
            for (var failures = 0; ; failures++)
            {
                if (await TryRecordAsync(update, failures).ConfigureAwait(false) is { } isRecorded)
                {
                    return isRecorded;
                }

                await Task.Delay(Pause, time, closing).ConfigureAwait(false);
            }
        }
        finally
        {
            _outstanding.Exit();
        }
    }

    /// <summary>Null when it is to be offered again.</summary>
    private async ValueTask<bool?> TryRecordAsync(DestinationUpdate update, int failures)
    {
        try
        {
            var sequence = await store.UpdateAsync(update).ConfigureAwait(false);
            CrashPoints.Pass("status-committed");
            if (update.StateChanges.Count > 0 && sequence != DestinationUpdate.NotAnyMore)
            {
                state.Apply(new RecordedStateChanges(sequence, update.MessageId, update.StateChanges));
            }

            return sequence != DestinationUpdate.NotAnyMore;
        }
        catch (StoreException exception)
        {
            if (failures == 0 || exception.IsPermanent)
            {
                Log.NotRecorded(logger, channel, update.MessageId, update.Destination, exception.Message);
            }

            return exception.IsPermanent ? false : null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2301, Level = LogLevel.Error, Message = "{Channel}: the outcome of message {MessageId} at {Destination} could not be stored; unless the store cannot take it at all, it is offered again every second: {Reason}")]
        public static partial void NotRecorded(ILogger logger, string channel, long messageId, string destination, string reason);
    }
}
