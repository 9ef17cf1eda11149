namespace ChannelHost.Abstractions;

/// <summary>Hands messages to channels of this host by name.</summary>
public interface IChannelRouter
{
    /// <summary>Gives a message to a channel and waits for its answer. Null when no such channel is deployed and running.</summary>
    /// <param name="channel">The channel's full name (<c>clinic/registration</c>); a bare name is looked for in the caller's group first.</param>
    /// <param name="from">The calling channel.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Gives up before the message is stored.</param>
    ValueTask<SourceResponse?> RouteAsync(string channel, string from, IncomingMessage message, CancellationToken cancellationToken);
}
