namespace ChannelHost.Engine.Destinations;

/// <summary>Lets one attempt through, which then says what came of it.</summary>
/// <param name="IsProbe">It is the one that shows a half-open circuit breaker whether the partner is back.</param>
internal readonly record struct GatePass(bool IsProbe);
