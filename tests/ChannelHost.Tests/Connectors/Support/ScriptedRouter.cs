namespace ChannelHost.Tests.Connectors.Support;

/// <summary>The other channels of the host: keeps what is routed and answers as told.</summary>
internal sealed class ScriptedRouter : IChannelRouter
{
    public List<(string Channel, string From, IncomingMessage Message)> Routed { get; } = [];

    /// <summary>The answer; null when the channel is not running.</summary>
    public Func<IncomingMessage, SourceResponse?> Answer { get; set; } = _ => new SourceResponse(7, true, MessageStatus.Sent, null, null);

    public ValueTask<SourceResponse?> RouteAsync(string channel, string from, IncomingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Routed.Add((channel, from, message));
        return ValueTask.FromResult(Answer(message));
    }
}
