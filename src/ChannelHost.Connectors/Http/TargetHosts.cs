using System.Net;
using System.Net.Sockets;
using ChannelHost.Connectors.Text;

namespace ChannelHost.Connectors.Http;

/// <summary>
/// The hosts that somebody other than the channel's author may choose: a message by its URL, a partner by a redirect. Everything else is refused, and so
/// are addresses of this machine, its link and its cloud's own services behind an allowed name, because whoever owns the name decides where it points.
/// </summary>
internal sealed class TargetHosts(IReadOnlyList<string> allowed)
{
    /// <summary>Where clouds tell their machines secrets, outside the link: Amazon and Google by IPv6, Alibaba, Azure, Oracle.</summary>
    private static readonly IPAddress[] OfClouds =
    [
        IPAddress.Parse("fd00:ec2::254"),
        IPAddress.Parse("fd20:ce::254"),
        IPAddress.Parse("100.100.100.200"),
        IPAddress.Parse("168.63.129.16"),
        IPAddress.Parse("192.0.0.192"),
    ];

    /// <summary>True for an entry that can be read.</summary>
    public static bool IsEntry(string entry)
    {
        var host = HostPort.TryParse(entry, out var withPort) ? withPort.Host : entry;
        host = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host.Trim('[', ']');
        return Uri.CheckHostName(host) != UriHostNameType.Unknown;
    }

    /// <summary>True when a URL's host and port are listed. Without a port in the list it is the scheme's own.</summary>
    public bool Allows(Uri url) => allowed.Any(entry => Fits(entry, url));

    /// <summary>True when a connection to an allowed host may go to this address.</summary>
    public bool AllowsAddress(IPAddress address)
    {
        address = WithoutIpv6(address);
        var isNear = IPAddress.IsLoopback(address)
            || address.Equals(IPAddress.Any)
            || address.Equals(IPAddress.IPv6Any)
            || address.IsIPv6LinkLocal
            || address.IsIPv6Multicast
            || OfClouds.Contains(address)
            || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [0, ..] or [169, 254, ..] or [>= 224, ..]);
        return !isNear || allowed.Any(entry => IPAddress.TryParse(HostOf(entry), out var listed) && WithoutIpv6(listed).Equals(address));
    }

    // An IPv4 address may be written within an IPv6 one: mapped, or for the translation at the edge of a network (64:ff9b::/96, RFC 6052).
    private static IPAddress WithoutIpv6(IPAddress address) => address.IsIPv4MappedToIPv6
        ? address.MapToIPv4()
        : address.AddressFamily == AddressFamily.InterNetworkV6 && address.GetAddressBytes() is [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, .. var last]
            ? new IPAddress(last)
            : address;

    private static bool Fits(string entry, Uri url)
    {
        var port = HostPort.TryParse(entry, out var withPort) ? withPort.Port : url.Scheme == Uri.UriSchemeHttps ? 443 : 80;
        var host = HostOf(entry);
        var asked = url.IdnHost.Trim('[', ']').TrimEnd('.');
        return url.Port == port && (host.StartsWith("*.", StringComparison.Ordinal)
            ? asked.Length > host.Length - 1 && asked.EndsWith(host[1..], StringComparison.OrdinalIgnoreCase)
            : asked.Equals(host, StringComparison.OrdinalIgnoreCase));
    }

    private static string HostOf(string entry) => (HostPort.TryParse(entry, out var withPort) ? withPort.Host : entry).Trim('[', ']');
}
