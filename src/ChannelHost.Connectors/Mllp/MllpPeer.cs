using System.Net;
using System.Net.Sockets;
using ChannelHost.Connectors.Text;

namespace ChannelHost.Connectors.Mllp;

/// <summary>Who is connected: worked out once per connection and shared by all its messages.</summary>
/// <param name="Name">For events.</param>
/// <param name="SourceMap">For scripts.</param>
internal sealed record MllpPeer(string Name, IReadOnlyDictionary<string, object?> SourceMap)
{
    /// <summary>Both ends of a connection.</summary>
    public static MllpPeer Of(Socket socket)
    {
        var map = new Dictionary<string, object?>(5);
        var name = "a sender";
        try
        {
            if (socket.LocalEndPoint is IPEndPoint local)
            {
                map["localAddress"] = AddressText(local.Address);
                map["localPort"] = (double)local.Port;
            }

            if (socket.RemoteEndPoint is IPEndPoint remote)
            {
                map["remoteAddress"] = AddressText(remote.Address);
                map["remotePort"] = (double)remote.Port;
                name = new HostPort(AddressText(remote.Address), remote.Port).ToString();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It went between accept and here; the first read says so.
        }

        return new MllpPeer(name, map);
    }

    /// <summary>The same with what its certificate says.</summary>
    public MllpPeer WithSubject(string subject) => this with { SourceMap = new Dictionary<string, object?>(SourceMap) { ["peerSubject"] = subject } };

    private static string AddressText(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
