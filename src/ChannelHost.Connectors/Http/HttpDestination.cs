using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Http;

/// <summary>Sends each message in one request, and takes the status of the answer for the partner's word.</summary>
internal sealed partial class HttpDestination(HttpDestinationOptions options, ConnectorContext context) : IDestination
{
    /// <summary>Says that the partner may have got this message before.</summary>
    internal const string ReattemptHeader = "X-Reattempt";

    private readonly HttpMethod _method = new(options.Method);
    private readonly MediaTypeHeaderValue _contentType = MediaTypeHeaderValue.Parse(options.ContentType ?? MediaType.Of(context.Codec.DataType));
    private readonly IRequestCredentials? _credentials = RequestCredentials.From(options.Auth);
    private readonly HttpVerdict _verdict = new(options, context);
    private readonly TargetHosts _hosts = new(options.AllowedHosts);
    private readonly string _channel = string.Join('/', context.Channel.Split('/').Select(Uri.EscapeDataString));
    private readonly string _name = Uri.EscapeDataString(context.Name);
    private UrlTemplate? _url;
    private HttpTransport? _transport;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!UrlTemplate.TryCreate(options.Url ?? Template.Parse(""), options.AllowedHosts, out _url, out var wanted))
        {
            throw new ConnectorException($"Cannot send to '{options.Url?.Source}': wanted {wanted}.");
        }

        _transport = new HttpTransport(options, _url.Origin, context);
        if (_credentials is not null && _url.Origin is { Scheme: "http", IsLoopback: false } origin)
        {
            Log.Readable(context.Logger, origin.Authority);
        }

        return Task.CompletedTask;
    }

    public async ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_url!.TryFill(message.Variables, out var url, out var reason) || !TryFillHeaders(message.Variables, out var headers, out reason))
        {
            return Response.Failed(reason);
        }

        using var timeout = new CancellationTokenSource(options.Timeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var attempt = new HttpAttempt(url, Body(message), options.KeyHeader.Length == 0 ? null : KeyOf(message), headers);
        try
        {
            return await AttemptAsync(attempt, message, either.Token);
        }
        catch (ConnectorException e)
        {
            return Response.TryAgain(e.Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or AnswerException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return _verdict.Failure(e, attempt, timeout.IsCancellationRequested, _transport!.TakeRefusal());
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _transport?.Dispose();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _transport?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<Response> AttemptAsync(HttpAttempt attempt, OutgoingMessage message, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = await RequestAsync(attempt, message, cancellationToken);
            using var answer = await _transport!.SendAsync(request, cancellationToken);
            if ((int)answer.StatusCode is < 300 or >= 400)
            {
                return await _verdict.JudgeAsync(message, attempt, answer, cancellationToken);
            }

            if (!TryFollow(attempt, answer, redirects, out var reason))
            {
                return Response.Failed($"{attempt.Host} answered {(int)answer.StatusCode}: {reason}");
            }
        }
    }

    private async ValueTask<HttpRequestMessage> RequestAsync(HttpAttempt attempt, OutgoingMessage message, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(_method, attempt.Url) { Version = HttpVersion.Version11, Content = attempt.NewContent() };
        if (request.Content is { } content)
        {
            content.Headers.ContentType = _contentType;
            if (options.Pack == BodyPacking.Gzip)
            {
                content.Headers.ContentEncoding.Add("gzip");
            }
        }

        request.Headers.TryAddWithoutValidation("Accept-Encoding", ContentCoding.Accepted);
        if (attempt.Key is { } key)
        {
            request.Headers.TryAddWithoutValidation(options.KeyHeader, key);
        }

        if (message.IsReattempt)
        {
            request.Headers.TryAddWithoutValidation(ReattemptHeader, "true");
        }

        if (!attempt.IsElsewhere)
        {
            // Headers of the settings may hold secrets as well as the credentials do: neither goes to a host that a redirect chose.
            foreach (var (name, value) in attempt.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            if (_credentials is not null)
            {
                await _credentials.ApplyAsync(request, cancellationToken);
            }
        }

        return request;
    }

    private bool TryFollow(HttpAttempt attempt, HttpResponseMessage answer, int redirects, out string reason)
    {
        reason = redirects == 0
            ? "redirects are not followed (setting redirects)"
            : $"more than {options.Redirects} redirects (setting redirects)";
        if (redirects >= options.Redirects)
        {
            return false;
        }

        var keepsMessage = answer.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect || !attempt.HasContent;
        if (!keepsMessage || answer.Headers.Location is not { } location || !Uri.TryCreate(attempt.Url, location, out var next))
        {
            reason = "such a redirect does not keep the message, or names no place";
            return false;
        }

        var isSafe = next.Scheme == "https" || (next.Scheme == "http" && attempt.Url.Scheme == "http");
        if (!isSafe || next.UserInfo.Length > 0 || (!UrlTemplate.IsSameOrigin(next, attempt.First) && !_hosts.Allows(next)))
        {
            reason = "it redirects to a host that is not among allowedHosts, or from https to http; nothing was sent there";
            return false;
        }

        attempt.GoTo(next);
        return true;
    }

    private bool TryFillHeaders(IVariableLookup variables, out List<(string Name, string Value)> headers, out string reason)
    {
        headers = new List<(string, string)>(options.Headers.Count);
        foreach (var header in options.Headers)
        {
            if (!header.Value.TryFill(variables, out var value))
            {
                reason = $"The header {header.Name} cannot be made: {value} has no value for this message.";
                return false;
            }

            if (!HeaderName.IsValue(value))
            {
                reason = $"The header {header.Name} cannot be made: a value has characters other than visible ASCII.";
                return false;
            }

            headers.Add((header.Name, value));
        }

        reason = "";
        return true;
    }

    private ReadOnlyMemory<byte> Body(OutgoingMessage message)
    {
        if (_method == HttpMethod.Get || _method == HttpMethod.Head || options.Pack == BodyPacking.None)
        {
            return _method == HttpMethod.Get || _method == HttpMethod.Head ? ReadOnlyMemory<byte>.Empty : message.Content;
        }

        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            packing.Write(message.Content.Span);
        }

        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }

    /// <summary>The same for all attempts, another for every message: ids begin anew when somebody deletes the data folder, so the content has its part in it.</summary>
    private string KeyOf(OutgoingMessage message)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message.Content.Span, hash);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_channel}/{message.MessageId}/{_name}/{Convert.ToHexStringLower(hash[..8])}");
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Our credentials for {Host} can be read on the way: its URL begins with http://.")]
        public static partial void Readable(ILogger logger, string host);
    }
}
