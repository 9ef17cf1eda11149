using System.Globalization;
using System.Net.Http.Headers;

namespace ChannelHost.Connectors.Http;

/// <summary>How long a partner asks us to wait (RFC 9110, 10.2.3): seconds or a date. What is absurd is capped; what cannot be read is no wish.</summary>
internal static class RetryAfterHeader
{
    /// <summary>The wish; null for none.</summary>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now, TimeSpan most)
    {
        if (!headers.NonValidated.TryGetValues("Retry-After", out var values) || values.ToString().Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        TimeSpan asked;
        if (text.All(char.IsAsciiDigit))
        {
            asked = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < most.TotalSeconds ? TimeSpan.FromSeconds(seconds) : most;
        }
        else if (DateTimeOffset.TryParseExact(text, ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var date))
        {
            asked = date - now;
        }
        else
        {
            return null;
        }

        asked = asked < most ? asked : most;
        return asked > TimeSpan.Zero ? asked : null;
    }
}
