using System.Buffers;

namespace ChannelHost.Connectors.Http;

/// <summary>What a header may be called and hold (RFC 9110, 5.1 and 5.5).</summary>
internal static class HeaderName
{
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>True for a token.</summary>
    public static bool IsValid(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(Token);

    /// <summary>True when a value can stand in a header: visible ASCII, spaces and tabs. A line end in it would begin another header.</summary>
    public static bool IsValue(string value)
    {
        foreach (var c in value)
        {
            if (c is not ('\t' or (>= ' ' and <= '~')))
            {
                return false;
            }
        }

        return true;
    }
}
