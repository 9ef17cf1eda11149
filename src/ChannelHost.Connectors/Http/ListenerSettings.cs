using ChannelHost.Connectors.Text;
using ChannelHost.Connectors.Tls;

namespace ChannelHost.Connectors.Http;

/// <summary>What a listener is made of: the settings that all sources sharing it must agree on.</summary>
internal sealed record ListenerSettings(HostPort Listen, TlsServerOptions? Tls, int Connections, TimeSpan IdleTimeout, TimeSpan HeaderTimeout, ByteSize MaximumHeaders)
{
    /// <summary>The part of a source's settings that is the listener's.</summary>
    /// <exception cref="ConnectorException">The address is none.</exception>
    public static ListenerSettings From(HttpSourceOptions options) => HostPort.TryParse(options.Listen, out var listen)
        ? new ListenerSettings(listen, options.Tls, options.Connections, options.IdleTimeout, options.HeaderTimeout, options.MaximumHeaders)
        : throw new ConnectorException($"Cannot listen on '{options.Listen}': wanted {HostPort.Wanted}.");

    /// <summary>The first setting in which the two differ, or null.</summary>
    public string? DifferenceTo(ListenerSettings other) =>
        Tls != other.Tls ? "tls"
        : Connections != other.Connections ? "connections"
        : IdleTimeout != other.IdleTimeout ? "idleTimeout"
        : HeaderTimeout != other.HeaderTimeout ? "headerTimeout"
        : MaximumHeaders != other.MaximumHeaders ? "maximumHeaders"
        : null;
}
