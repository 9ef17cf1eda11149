using System.Net.Security;
using System.Security.Authentication;

namespace ChannelHost.Connectors.Tls;

/// <summary>The handshake of either side: its stream, or a failure that says why the other side's certificate was refused.</summary>
internal static class TlsHandshake
{
    /// <param name="inner">The connection; closed with the stream, also when the handshake fails.</param>
    /// <param name="authenticate">Makes the handshake.</param>
    /// <param name="refusal">Afterwards: why the certificate was refused; null when it was not.</param>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    public static async Task<SslStream> CompleteAsync(Stream inner, Func<SslStream, Task> authenticate, Func<string?> refusal)
    {
        var stream = new SslStream(inner);
        try
        {
            await authenticate(stream);
            return stream;
        }
        catch (AuthenticationException e) when (refusal() is { } reason)
        {
            await stream.DisposeAsync();
            throw new AuthenticationException(reason, e);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}
