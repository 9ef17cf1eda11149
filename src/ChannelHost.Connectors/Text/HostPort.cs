using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ChannelHost.Connectors.Text;

/// <summary>The setting <c>host:port</c>. An IPv6 address stands in brackets: <c>[::1]:6661</c>; <c>*</c> means every address of this machine.</summary>
/// <param name="Host">Name or address, without brackets.</param>
/// <param name="Port">0 to 65,535; 0 lets the system choose.</param>
internal readonly record struct HostPort(string Host, int Port)
{
    /// <summary>What a setting should look like, for problems.</summary>
    public const string Wanted = "host:port, for example 127.0.0.1:6661 or [::1]:6661, with a port from 0 to 65535";

    private static readonly SearchValues<char> NoHost = SearchValues.Create(" \t\r\n/@");

    /// <summary>Reads the setting.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out HostPort value)
    {
        value = default;
        if (text is null)
        {
            return false;
        }

        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535)
        {
            return false;
        }

        var host = text[..colon].Trim();
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }
        else if (host.Contains(':'))
        {
            // Without brackets nobody can tell where an IPv6 address ends.
            return false;
        }

        value = new HostPort(host, port);
        return host.Length > 0 && !host.AsSpan().ContainsAny(NoHost);
    }

    /// <summary>As written in settings.</summary>
    public override string ToString() =>
        Host.Contains(':') ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}") : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
