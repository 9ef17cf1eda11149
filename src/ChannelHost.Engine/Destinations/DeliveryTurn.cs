namespace ChannelHost.Engine.Destinations;

/// <summary>A place in the line of a destination.</summary>
/// <param name="Granted">Completes when it is this delivery's turn.</param>
/// <param name="OrderKey">The key it was taken for.</param>
internal sealed record DeliveryTurn(Task Granted, long OrderKey);
