using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Records what became of deliveries. An outcome that the store cannot take is kept and offered again until it can: forgetting it would deliver
/// the message a second time without a mark. While that lasts nothing new is accepted either, so what waits here is bounded by the work in flight.
/// </summary>
internal sealed partial class OutcomeRecorder(string channel, IMessageStore store, IChannelState state, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Completes when the outcome is on stable storage.</summary>
    /// <exception cref="OperationCanceledException">The channel was closed before the store could take it.</exception>
    public Task RecordAsync(DestinationUpdate update, CancellationToken cancellationToken)
    {
        // The hand-over happens before the first await, so that outcomes are committed in the order in which they are recorded.
        return CompleteAsync(update, store.UpdateAsync(update), cancellationToken);
    }

    private async Task CompleteAsync(DestinationUpdate update, ValueTask<long> handedOver, CancellationToken cancellationToken)
    {
        var attempt = handedOver;
        for (var failures = 0; ; failures++)
        {
            try
            {
                var sequence = await attempt.ConfigureAwait(false);
                if (update.StateChanges.Count > 0)
                {
                    state.Apply(new RecordedStateChanges(sequence, update.MessageId, update.StateChanges));
                }

                return;
            }
            catch (StoreException exception)
            {
                if (failures == 0)
                {
                    Log.NotRecorded(logger, channel, update.MessageId, update.Destination, exception.Message);
                }
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            attempt = store.UpdateAsync(update);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2301, Level = LogLevel.Error, Message = "{Channel}: the outcome of message {MessageId} at {Destination} could not be stored and is offered again every second: {Reason}")]
        public static partial void NotRecorded(ILogger logger, string channel, long messageId, string destination, string reason);
    }
}
