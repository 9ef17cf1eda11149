using ChannelHost.Engine.Destinations;

namespace ChannelHost.Engine.Pipeline;

/// <summary>A place in the line of one lane. A turn is worth something at its own lane only: used at another, it would let two deliveries through at once.</summary>
/// <param name="Lane">The lane; null when the destination was taken out of the channel.</param>
/// <param name="Turn">The place in its line.</param>
internal readonly record struct LanePlace(DestinationLane? Lane, DeliveryTurn? Turn)
{
    /// <summary>Leaves the line without waiting for the turn to come.</summary>
    public void GiveUp() => _ = Turn is null ? null : Lane?.GiveUpTurnAsync(Turn);
}
