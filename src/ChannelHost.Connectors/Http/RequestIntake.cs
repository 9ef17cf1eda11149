using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ChannelHost.Connectors.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace ChannelHost.Connectors.Http;

/// <summary>The way of a request: who sends it, is it whole, its messages to the channel, the channel's answer back. Made anew when settings change.</summary>
internal sealed partial class RequestIntake
{
    private const int LongestKey = 255;

    private readonly HttpSourceOptions _options;
    private readonly IMessageReceiver _receiver;
    private readonly ConnectorContext _context;
    private readonly RequestsInFlight _inFlight;
    private readonly CredentialCheck? _credentials;
    private readonly ChannelAnswer _answer;
    private readonly EventThrottle _refusals;
    private readonly BodyRoom _room;

    public RequestIntake(HttpSourceOptions options, IMessageReceiver receiver, ConnectorContext context, RequestsInFlight inFlight, BodyRoom room)
    {
        (_options, _receiver, _context, _inFlight, _room) = (options, receiver, context, inFlight, room);
        _credentials = options.Auth is null ? null : new CredentialCheck(options.Auth);
        _answer = new ChannelAnswer(options, options.AnswerType ?? MediaType.Of(context.Codec.DataType), context.Logger);
        _refusals = new EventThrottle(context.Time, TimeSpan.FromSeconds(10));
    }

    /// <summary>Takes a request from its headers to its answer. Throws nothing that the server would have to deal with.</summary>
    public async Task HandleAsync(HttpContext http, RouteValueDictionary values)
    {
        if (!_inFlight.TryEnter())
        {
            await HttpAnswer.UnavailableAsync(http);
            return;
        }

        try
        {
            await TakeAsync(http, values);
        }
        catch (RequestRefusedException e)
        {
            await RefuseAsync(http, e.Status, e.Message, e.Limit);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(http, e.StatusCode, Reason(e.StatusCode), Limit(e.StatusCode));
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested || e is ConnectionResetException)
        {
            // The sender left. What it had sent of a body is nobody's; a message that was stored goes its way without it.
            Log.SenderLeft(_context.Logger, http.Connection.RemoteIpAddress);
        }
        catch (Exception e)
        {
            Log.Unexpected(_context.Logger, e.GetType().Name, e.StackTrace);
            await RefuseAsync(http, StatusCodes.Status500InternalServerError, "Internal error; the log of the receiving system has the details.", null);
        }
        finally
        {
            _inFlight.Exit();
        }
    }

    private async Task TakeAsync(HttpContext http, RouteValueDictionary values)
    {
        // 1. Is it one request with one end, and from somebody who may send?
        RefuseStrangeFraming(http.Request);
        string? user = null;
        if (_credentials is not null)
        {
            user = await _credentials.WhoAsync(http.Request, http.RequestAborted);
            if (user is null)
            {
                http.Response.Headers.WWWAuthenticate = _credentials.Challenge;
                throw new RequestRefusedException(StatusCodes.Status401Unauthorized, "No credentials, or none that are known.", "credentials");
            }
        }

        RefuseOtherTypes(http.Request);
        var key = KeyOf(http.Request, user);

        // 2. The body, whole and unpacked
        using var room = _room.Open(_options.MaximumBody.Bytes);
        var body = await BodyAsync(http, room);

        CrashPoints.Pass("bytes-read");

        // 3. Its messages, to the channel
        var map = RequestMap.Of(http, values, user, _options.Auth?.KeyHeader);
        var parts = _options.Message == HttpMessageForm.RequestXml
            ? [new RequestPart(RequestXml.Of(http, body, _options.RequestMetadata, _options.Auth?.KeyHeader), map)]
            : _options.Multipart != MultipartUse.Whole && MultipartBody.BoundaryOf(http.Request.ContentType) is { } boundary
            ? await MultipartBody.SplitAsync(body, boundary, _options, map)
            : [new RequestPart(body, map)];
        var answers = await HandOverAsync(http, parts, key, key is null ? "" : Fingerprint(http.Request, body));

        // 4. The answer
        CrashPoints.Pass("answering");
        await (answers is [var only] ? _answer.WriteAsync(http, only) : _answer.WriteAsync(http, answers));
        CrashPoints.Pass("answer-written");
    }

    /// <summary>
    /// One answer for each part. After the first that is not stored no other is handed over: the sender comes again with all of them, and a hole in the
    /// middle would be filled out of order. When the key is another request's there is only that answer, and nothing was taken.
    /// </summary>
    private async Task<SourceResponse[]> HandOverAsync(HttpContext http, List<RequestPart> parts, string? key, string fingerprint)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _inFlight.Cut);
        var answers = new SourceResponse[parts.Count];
        for (var index = 0; index < answers.Length; index++)
        {
            var message = new IncomingMessage
            {
                Content = parts[index].Content,
                SourceMap = parts[index].SourceMap,
                AnswerKey = key is null ? null : new AnswerKey(KeyOfPart(key, index), fingerprint),
            };
            try
            {
                answers[index] = await _receiver.ReceiveAsync(message, either.Token);
            }
            catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
            {
                answers[index] = HttpAnswer.Stopped(key is not null);
            }

            if (answers[index] is { IsStored: false } refused)
            {
                if (index == 0 && refused.KeyUse == KeyUse.Mismatch)
                {
                    return [refused];
                }

                Array.Fill(answers, HttpAnswer.AfterRefused(refused), index + 1, answers.Length - index - 1);
                break;
            }
        }

        return answers;
    }

    /// <summary>
    /// The first part has the key itself, stored with it, so that no other request can use it. The others have keys of their own: when the request comes again, those that were
    /// taken answer, and those that were not are taken. No header can hold their line breaks, so no sender's key is like one of them.
    /// </summary>
    private static string KeyOfPart(string key, int index) => index == 0 ? key : string.Create(CultureInfo.InvariantCulture, $"{key}\n\n{index + 1}");

    private async ValueTask<byte[]> BodyAsync(HttpContext http, BodyRoom.Ticket room)
    {
        byte[] packed;
        using var timeout = new CancellationTokenSource(_options.ReceiveTimeout, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _inFlight.Cut, timeout.Token);
        try
        {
            packed = await BodyReader.ReadAsync(http, _options, room, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new RequestRefusedException(StatusCodes.Status408RequestTimeout, $"The body was not whole within {_options.ReceiveTimeout.TotalSeconds:0.###} s (setting receiveTimeout).", "receive-timeout");
        }
        catch (OperationCanceledException) when (_inFlight.Cut.IsCancellationRequested)
        {
            throw new RequestRefusedException(StatusCodes.Status503ServiceUnavailable, "The channel stopped before the body was whole. Send it again.");
        }

        catch (Exception e) when (e is InvalidDataException or OverflowException or (IOException and not (BadHttpRequestException or ConnectionResetException)))
        {
            throw new BadHttpRequestException("The chunks of the body cannot be read.", StatusCodes.Status400BadRequest, e);
        }

        if (packed.Length == 0 && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsDelete(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, "The body is empty.");
        }

        var coding = http.Request.Headers.ContentEncoding.ToString();
        if (coding.Length > 0)
        {
            // A small packed body may become a large one.
            await room.TakeForAsync(packed.Length * (long)_options.MaximumRatio, either.Token);
        }

        var (outcome, content) = ContentCoding.Unpack(coding, packed, _options.MaximumBody.Bytes, _options.MaximumRatio);
        switch (outcome)
        {
            case UnpackOutcome.Whole:
                return content;
            case UnpackOutcome.TooLarge:
                throw new RequestRefusedException(StatusCodes.Status413PayloadTooLarge, "Unpacked, the body is larger than maximumBody or maximumRatio allow.", "decompression");
            case UnpackOutcome.Unknown:
                http.Response.Headers.AcceptEncoding = ContentCoding.Accepted;
                throw new RequestRefusedException(StatusCodes.Status415UnsupportedMediaType, $"The Content-Encoding is not known here; known are {ContentCoding.Accepted}, one at a time.");
            default:
                throw new RequestRefusedException(StatusCodes.Status400BadRequest, "The body cannot be unpacked: it is damaged or ends too soon.");
        }
    }

    /// <summary>Two claims about where a body ends are how one request is made to look like two to somebody else on the way (RFC 9112, 6.1 and 11.2).</summary>
    private static void RefuseStrangeFraming(HttpRequest request)
    {
        var transfer = request.Headers.TransferEncoding;
        if (request.Headers.ContainsKey("X-Content-Length") || (transfer.Count > 0 && !transfer.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase)))
        {
            throw new BadHttpRequestException("Conflicting or unknown framing.", StatusCodes.Status400BadRequest);
        }
    }

    private void RefuseOtherTypes(HttpRequest request)
    {
        if (_options.ContentTypes.Count == 0)
        {
            return;
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !_options.ContentTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
        {
            throw new RequestRefusedException(StatusCodes.Status415UnsupportedMediaType, $"This path takes {string.Join(", ", _options.ContentTypes)}.");
        }
    }

    /// <summary>The key as the channel knows it: two senders that count their requests from 1 must not get each other's answers.</summary>
    private string? KeyOf(HttpRequest request, string? user)
    {
        if (_options.KeyHeader.Length == 0 || !request.Headers.TryGetValue(_options.KeyHeader, out var values))
        {
            return _options.RequireKey
                ? throw new RequestRefusedException(StatusCodes.Status400BadRequest, $"The header {_options.KeyHeader} is missing.")
                : null;
        }

        // The draft of the header's standard puts the key in quotes; most senders leave them out.
        var key = values.ToString().Trim();
        key = key is ['"', .., '"'] ? key[1..^1] : key;
        return values.Count == 1 && key.Length is > 0 and <= LongestKey
            ? user is null ? key : $"{user}\n{key}"
            : throw new RequestRefusedException(StatusCodes.Status400BadRequest, $"The header {_options.KeyHeader} must hold one key of 1 to {LongestKey} characters.");
    }

    private static string Fingerprint(HttpRequest request, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.GetEncodedPathAndQuery()}\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task RefuseAsync(HttpContext http, int status, string reason, string? limit)
    {
        if (limit is not null)
        {
            _context.Figures.LimitHit(limit);
        }

        if (_refusals.Allows(out var held))
        {
            Log.Refused(_context.Logger, http.Connection.RemoteIpAddress, status, reason, held);
        }

        var answer = _receiver.Refuse(ReadOnlyMemory<byte>.Empty, reason);
        if (http.RequestAborted.IsCancellationRequested || http.Response.HasStarted)
        {
            return;
        }

        if (status is StatusCodes.Status408RequestTimeout or StatusCodes.Status413PayloadTooLarge or StatusCodes.Status400BadRequest)
        {
            // What is left of the body is not waited for.
            http.Response.Headers.Connection = "close";
        }

        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = HttpAnswer.RetrySeconds;
        }

        try
        {
            await (answer is { } content
                ? HttpAnswer.WriteAsync(http, status, _options.AnswerType ?? MediaType.Of(_context.Codec.DataType), content)
                : HttpAnswer.ProblemAsync(http, status, reason));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            Log.SenderLeft(_context.Logger, http.Connection.RemoteIpAddress);
        }
    }

    private static string Reason(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => "The body is larger than maximumBody allows.",
        StatusCodes.Status408RequestTimeout => "The body came slower than minimumRate allows.",
        _ => "The request cannot be read: its body is not framed as its headers say, or ends too soon.",
    };

    private static string? Limit(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => "body-size",
        StatusCodes.Status408RequestTimeout => "body-rate",
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A request of {Peer} was refused with {Status}: {Reason} ({Held} more since the last such line)")]
        public static partial void Refused(ILogger logger, IPAddress? peer, int status, string reason, long held);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Peer} left before its answer was written.")]
        public static partial void SenderLeft(ILogger logger, IPAddress? peer);

        // Type and trace, not the exception's text: that may quote the request.
        [LoggerMessage(Level = LogLevel.Error, Message = "An unexpected {Failure} at a request; its sender was told so\n{Trace}")]
        public static partial void Unexpected(ILogger logger, string failure, string? trace);
    }
}
