using System.Net.Sockets;
using System.Security.Authentication;
using ChannelHost.Connectors.Text;

namespace ChannelHost.Connectors.Network;

/// <summary>Says in words why a connection did not come about.</summary>
internal static class ConnectFailure
{
    /// <param name="peer">Whom we called.</param>
    /// <param name="e">What happened.</param>
    /// <param name="timedOut">True when the time was over.</param>
    /// <param name="limit">How long it might take.</param>
    public static string Text(HostPort peer, Exception e, bool timedOut, TimeSpan limit) => e switch
    {
        _ when timedOut => $"Cannot connect to {peer}: no connection within {limit.TotalSeconds:0.###} s. Is the partner up, and does a firewall let us through?",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"Cannot connect to {peer}: connection refused, nobody listens there.",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => $"Cannot connect to {peer}: the name {peer.Host} is not known.",
        SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.HostUnreachable } => $"Cannot connect to {peer}: there is no way to that network or host.",
        SocketException socket => $"Cannot connect to {peer}: {socket.Message} ({socket.SocketErrorCode}).",
        AuthenticationException => $"Cannot connect to {peer} with TLS: {SafeText.From(e.Message)}.",
        _ => $"Cannot connect to {peer}: the connection was cut ({SafeText.From(e.Message)}).",
    };
}
