using System.Net;
using System.Net.Sockets;
using ChannelHost.Connectors.Text;

namespace ChannelHost.Connectors.Network;

/// <summary>Opens the port of a <c>listen:</c> setting, or says in words why not.</summary>
internal static class ListenAddress
{
    /// <summary>A listening socket.</summary>
    /// <exception cref="ConnectorException">It cannot listen there.</exception>
    public static async Task<Socket> OpenAsync(string setting, int backlog, CancellationToken cancellationToken)
    {
        var address = await ResolveAsync(setting, cancellationToken);
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
            {
                listener.DualMode = true;
            }

            listener.Bind(address);
            listener.Listen(backlog);
            return listener;
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new ConnectorException(Failure(setting, e), e);
        }
    }

    private static async Task<IPEndPoint> ResolveAsync(string setting, CancellationToken cancellationToken)
    {
        if (!HostPort.TryParse(setting, out var listen))
        {
            throw new ConnectorException($"Cannot listen on '{setting}': wanted {HostPort.Wanted}.");
        }

        if (listen.Host == "*")
        {
            return new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, listen.Port);
        }

        if (IPAddress.TryParse(listen.Host, out var address))
        {
            return new IPEndPoint(address, listen.Port);
        }

        try
        {
            var found = await Dns.GetHostAddressesAsync(listen.Host, cancellationToken).WaitAsync(cancellationToken);
            return new IPEndPoint(found.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? found[0], listen.Port);
        }
        catch (SocketException e)
        {
            throw new ConnectorException($"Cannot listen on {listen}: the name {listen.Host} is not known here ({e.Message}). The host tries again.", e);
        }
    }

    private static string Failure(string setting, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"Cannot listen on {setting}: the port is taken by another process or channel (`ss -ltnp` shows which). The host tries again until it is free.",
        SocketError.AccessDenied =>
            $"Cannot listen on {setting}: the system does not allow it; ports below 1024 need a right of their own (CAP_NET_BIND_SERVICE). The host tries again.",
        SocketError.AddressNotAvailable => $"Cannot listen on {setting}: this machine does not have that address (`ip address` shows its own). The host tries again.",
        _ => $"Cannot listen on {setting}: {e.Message} ({e.SocketErrorCode}). The host tries again.",
    };
}
