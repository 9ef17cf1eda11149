using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;
using ChannelHost.Connectors.Network;
using ChannelHost.Connectors.Text;

namespace ChannelHost.Connectors.Http;

/// <summary>What an answer, or its absence, means for the message.</summary>
internal sealed class HttpVerdict(HttpDestinationOptions options, ConnectorContext context)
{
    private const int ServiceUnavailable = 503;

    private readonly StatusSet _success = new(options.Success);
    private readonly StatusSet _retry = new(options.Retry);
    private readonly Regex? _confirms = options.Pattern();

    /// <summary>Judges an answer, and leaves what response transformers may want to know in the connector map.</summary>
    /// <exception cref="AnswerException">A good answer's body is not to be had: what it said is not known.</exception>
    public async ValueTask<Response> JudgeAsync(OutgoingMessage message, HttpAttempt attempt, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        message.Maps.Connector.Put("http.status", (double)status);
        foreach (var (name, values) in answer.Headers.NonValidated)
        {
            message.Maps.Connector.Put($"http.header.{name.ToLowerInvariant()}", values.ToString());
        }

        var said = $"{attempt.Host} answered {status} {SafeText.From(answer.ReasonPhrase)}".TrimEnd();
        if (_success.Contains(status))
        {
            return Confirmed(message, said, await AnswerReader.ReadAsync(answer, options.MaximumAnswer, cancellationToken));
        }

        var body = await ReadRefusalAsync(answer, cancellationToken);
        if (!_retry.Contains(status))
        {
            return Response.Failed(said, body);
        }

        // Servers and gateways say 500, 502 and 504 also when the work was done; the others say that it was not begun.
        var isUncertain = status is >= 500 and not ServiceUnavailable;
        return (isUncertain ? Response.Uncertain(said, body) : Response.TryAgain(said, body)) with
        {
            RetryAfter = RetryAfterHeader.Read(answer.Headers, context.Time.GetUtcNow(), options.MaximumRetryAfter),
        };
    }

    /// <summary>No answer, or none that can be used.</summary>
    /// <param name="e">What happened.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="isTimeout">True when the attempt's time was over.</param>
    /// <param name="refusal">Why the partner's certificate was refused; null when it was not.</param>
    public Response Failure(Exception e, HttpAttempt attempt, bool isTimeout, string? refusal)
    {
        if (e is AnswerException { Limit: { } limit })
        {
            context.Figures.LimitHit(limit);
        }

        if (e is HttpRequestException { InnerException: ConnectorException forbidden })
        {
            return Response.Failed(forbidden.Message);
        }

        if (!MayHaveArrived(e, attempt))
        {
            return Response.TryAgain(NotConnected(e, attempt, isTimeout, refusal));
        }

        var reason = e switch
        {
            AnswerException => $"{attempt.Host}: {e.Message}",
            _ when isTimeout => string.Create(CultureInfo.InvariantCulture, $"{attempt.Host} did not answer within {options.Timeout.TotalSeconds:0.###} s (setting timeout)"),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => $"{attempt.Host} answered with headers of more than 64 KB",
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => $"{attempt.Host} answered with something that is not HTTP",
            _ => $"{attempt.Host} cut the connection before its answer was whole",
        };
        return Response.Uncertain($"{reason}. Whether the message was taken is not known.");
    }

    private static bool MayHaveArrived(Exception e, HttpAttempt attempt)
    {
        if (e is AnswerException || attempt.IsBegun)
        {
            return true;
        }

        // A request without a body is sent with its headers: once there is a connection, nobody knows.
        return !attempt.HasContent && e is not HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        };
    }

    private string NotConnected(Exception e, HttpAttempt attempt, bool isTimeout, string? refusal)
    {
        var peer = new HostPort(attempt.Url.IdnHost.Trim('[', ']'), attempt.Url.Port);
        if (refusal is not null)
        {
            return $"Cannot connect to {peer} with TLS: {refusal}.";
        }

        if (e is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError })
        {
            return $"Cannot connect to {peer}: the proxy refuses to.";
        }

        var inner = e.GetBaseException();
        var isSlow = isTimeout || e is OperationCanceledException || inner is TimeoutException;
        return ConnectFailure.Text(peer, inner is SocketException or AuthenticationException ? inner : e, isSlow, options.ConnectTimeout);
    }

    private Response Confirmed(OutgoingMessage message, string said, byte[] body)
    {
        if (_confirms is not null && !_confirms.IsMatch(Encoding.UTF8.GetString(body)))
        {
            return Response.Failed($"{said}, but its text does not match the pattern of a good answer (setting confirms)", body);
        }

        return message.Validator is { ExpectsAnswer: true } validator ? validator.Judge(body).Response : Response.Sent(said, body);
    }

    /// <summary>Why it was refused, for the message's record. It decides nothing, so an answer that cannot be read is none.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> ReadRefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return await AnswerReader.ReadAsync(answer, options.MaximumAnswer, cancellationToken);
        }
        catch (Exception e) when (e is AnswerException or IOException or HttpRequestException)
        {
            if (e is AnswerException { Limit: { } limit })
            {
                context.Figures.LimitHit(limit);
            }

            return ReadOnlyMemory<byte>.Empty;
        }
    }
}
