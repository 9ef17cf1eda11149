namespace ChannelHost.Server.Api;

/// <summary><c>GET /health/live</c>.</summary>
/// <param name="Status"><c>live</c>.</param>
internal sealed record LiveView(string Status);

/// <summary><c>GET /health/ready</c>: 200 once every channel was deployed once, also when one of them failed; 503 before, while stopping, and while the disk under the data folder takes no writes.</summary>
/// <param name="Status"><c>ready</c> or <c>not-ready</c>.</param>
/// <param name="Reasons">Why not ready; empty when it is.</param>
/// <param name="Running">How many channels take messages.</param>
/// <param name="Channels">The channels that do not work, or run an older version than is on disk.</param>
internal sealed record ReadyView(string Status, IReadOnlyList<string> Reasons, int Running, IReadOnlyList<TroubledChannel> Channels);

/// <summary>A channel that somebody should look at.</summary>
/// <param name="Name">Group and name.</param>
/// <param name="Condition">Its condition.</param>
/// <param name="Reason">What is the matter.</param>
internal sealed record TroubledChannel(string Name, Engine.Deployment.ChannelCondition Condition, string Reason);

/// <summary>The body of every answer that is not a success.</summary>
/// <param name="Error">What is wrong with the request; for errors of the host no more than that.</param>
/// <param name="Reference">Names the event in the host's log; null when the request was at fault.</param>
internal sealed record ErrorView(string Error, string? Reference = null);
