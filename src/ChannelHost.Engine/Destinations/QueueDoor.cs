namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Lets a queued message through to its attempt: when the partner may be called, it is its turn, and the rate allows one. Whoever gives up on the message need not wait for
/// any of that.
/// </summary>
/// <param name="gate">Whether the partner may be called.</param>
/// <param name="turns">The lines of the destination.</param>
/// <param name="control">What people do.</param>
/// <param name="stop">Cancelled when no new delivery is to begin.</param>
internal sealed class QueueDoor(PartnerGate gate, DeliveryTurns turns, QueueControl control, CancellationToken stop)
{
    /// <summary>Waits for all of it. Then an attempt is to be made and the turn given back.</summary>
    /// <returns>What to make the attempt with; null when somebody gave up on the message meanwhile.</returns>
    /// <exception cref="OperationCanceledException">The queue was stopped.</exception>
    public async ValueTask<GatePass?> EnterAsync(QueueHand hand, long orderKey)
    {
        try
        {
            while (await MayCallAsync(hand).ConfigureAwait(false))
            {
                var turn = turns.TakeAsync(orderKey);
                if (!turn.IsCompleted)
                {
                    await turns.WaitAsync(turn, orderKey, hand.SkippedOr(stop)).ConfigureAwait(false);
                }

                if (gate.TryEnter() is { } pass)
                {
                    await KeepRateAsync(hand, pass, orderKey).ConfigureAwait(false);
                    return pass;
                }

                // Whoever had the turn before was asked to wait, or found the partner gone.
                turns.Release(orderKey);
            }

            return null;
        }
        catch (OperationCanceledException) when (hand.SkipReason is not null && !stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private async ValueTask<bool> MayCallAsync(QueueHand hand)
    {
        while (gate.Left is var left && left > TimeSpan.Zero)
        {
            await control.WaitAsync(hand, left, stop).ConfigureAwait(false);
            if (hand.SkipReason is not null)
            {
                return false;
            }
        }

        if (!gate.IsOpen)
        {
            await gate.WaitAsync(hand.SkippedOr(stop)).ConfigureAwait(false);
        }

        return hand.SkipReason is null;
    }

    private async ValueTask KeepRateAsync(QueueHand hand, GatePass pass, long orderKey)
    {
        var wait = gate.ReserveRate();
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        try
        {
            await gate.WaitRateAsync(pass, wait, hand.SkippedOr(stop)).ConfigureAwait(false);
        }
        catch
        {
            turns.Release(orderKey);
            throw;
        }
    }
}
