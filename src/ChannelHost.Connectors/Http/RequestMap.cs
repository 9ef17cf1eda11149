using System.Net;
using ChannelHost.Connectors.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ChannelHost.Connectors.Http;

/// <summary>What scripts read about a request in <c>sourceMap</c>. Credentials are never in it: the map is stored.</summary>
internal static class RequestMap
{
    /// <summary>Of no use to scripts, or secret.</summary>
    private static readonly HashSet<string> Left = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Proxy-Authorization", "Cookie", "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Expect", "TE", "Upgrade",
    };

    /// <summary>The map of a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="values">The named steps of its path.</param>
    /// <param name="user">Who sends; null when nobody was asked.</param>
    /// <param name="keyHeader">The header of API keys, which is left out; null for none.</param>
    public static Dictionary<string, object?> Of(HttpContext http, RouteValueDictionary values, string? user, string? keyHeader)
    {
        var request = http.Request;
        var map = new Dictionary<string, object?>(20, StringComparer.Ordinal)
        {
            ["method"] = request.Method,
            ["path"] = request.Path.Value,
            ["localAddress"] = AddressText(http.Connection.LocalIpAddress),
            ["localPort"] = (double)http.Connection.LocalPort,
            ["remoteAddress"] = AddressText(http.Connection.RemoteIpAddress),
            ["remotePort"] = (double)http.Connection.RemotePort,
        };
        if (user is not null)
        {
            map["user"] = user;
        }

        if (http.Connection.ClientCertificate is { } certificate)
        {
            map["peerSubject"] = SafeText.From(certificate.Subject);
        }

        foreach (var (name, value) in values)
        {
            map[$"path.{name}"] = value as string;
        }

        if (request.QueryString.HasValue)
        {
            map["query"] = request.QueryString.Value![1..];
            foreach (var (name, value) in request.Query)
            {
                map[$"query.{name}"] = value.Count == 1 ? value[0] : string.Join(',', value!);
            }
        }

        foreach (var (name, value) in request.Headers)
        {
            if (IsTold(name, keyHeader))
            {
                map[$"header.{name.ToLowerInvariant()}"] = value.Count == 1 ? value[0] : string.Join(", ", value!);
            }
        }

        return map;
    }

    /// <summary>Whether a header may be stored: credentials may not, and what is about the connection says nothing of the message.</summary>
    public static bool IsTold(string header, string? keyHeader) => !Left.Contains(header) && !header.Equals(keyHeader, StringComparison.OrdinalIgnoreCase);

    private static string? AddressText(IPAddress? address) => (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();
}
