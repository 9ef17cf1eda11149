using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Http;

/// <summary>
/// The answer that a channel gives to a request: the status by what became of the message, the content that the channel made or, without one, a small JSON
/// object; and what the channel's scripts want otherwise (<c>http.status</c>, <c>http.header.NAME</c>, <c>http.body</c> in the response map).
/// </summary>
internal sealed partial class ChannelAnswer(HttpSourceOptions options, string contentType, ILogger logger)
{
    private const string Words = "http.";
    private const string HeaderWord = "http.header.";
    private const string Json = "application/json";

    /// <summary>What scripts may not set: it belongs to the connection.</summary>
    private static readonly HashSet<string> OfConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Keep-Alive", "Transfer-Encoding", "Trailer", "Upgrade", "Date",
    };

    /// <summary>True for headers that an answer may have by a channel's will.</summary>
    public static bool MaySet(string header) => HeaderName.IsValid(header) && !OfConnection.Contains(header);

    /// <summary>Answers a request that was one message. What scripts asked for and HTTP cannot carry is logged and left out.</summary>
    public async Task WriteAsync(HttpContext http, SourceResponse response)
    {
        if (response.KeyUse == KeyUse.Mismatch)
        {
            await HttpAnswer.ProblemAsync(http, StatusCodes.Status422UnprocessableEntity, response.Reason ?? "The key was used for another request.");
            return;
        }

        if (response.KeyUse == KeyUse.Repeated)
        {
            http.Response.Headers["Idempotent-Replayed"] = "true";
        }

        if (!response.IsStored)
        {
            http.Response.Headers.RetryAfter = "5";
        }

        var status = StatusOf(response);
        var body = response.Content;
        var allUsed = true;
        if (response.Variables is { } variables)
        {
            foreach (var (name, value) in variables)
            {
                allUsed &= Use(http.Response, name, value, ref status, ref body);
            }
        }

        if (!allUsed)
        {
            Log.WordsNotUsed(logger, response.MessageId);
        }

        await (body is { } content
            ? HttpAnswer.WriteAsync(http, status, contentType, content)
            : HttpAnswer.WriteAsync(http, status, Json, HttpAnswer.Outcome(response)));
    }

    /// <summary>Answers a request of several messages: the status of the worst.</summary>
    public Task WriteAsync(HttpContext http, IReadOnlyList<SourceResponse> responses)
    {
        var status = responses.Max(StatusOf);
        if (responses.Any(response => !response.IsStored && response.KeyUse != KeyUse.Mismatch))
        {
            // Whatever else went wrong: this request is not through, and its sender must come again.
            http.Response.Headers.RetryAfter = "5";
            status = StatusCodes.Status503ServiceUnavailable;
        }

        return HttpAnswer.WriteAsync(http, status, Json, HttpAnswer.Outcomes(responses));
    }

    private int StatusOf(SourceResponse response) => response switch
    {
        { KeyUse: KeyUse.Mismatch } => StatusCodes.Status422UnprocessableEntity,
        { IsStored: false } => StatusCodes.Status503ServiceUnavailable,
        { Status: MessageStatus.Filtered } => options.FilteredStatus,
        { Status: MessageStatus.Error, FailedAt: FailureStage.Format } => StatusCodes.Status400BadRequest,
        { Status: MessageStatus.Error, FailedAt: FailureStage.Source } => options.ErrorStatus,
        { Status: MessageStatus.Error, FailedAt: FailureStage.Destination } => options.DestinationErrorStatus,
        { Status: MessageStatus.Error } => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status200OK,
    };

    private static bool Use(HttpResponse response, string name, object? value, ref int status, ref ReadOnlyMemory<byte>? body)
    {
        if (name == Words + "status")
        {
            var isStatus = int.TryParse(Text(value), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted is >= 200 and <= 599;
            status = isStatus ? wanted : status;
            return isStatus;
        }

        if (name == Words + "body")
        {
            body = value is byte[] bytes ? bytes : Encoding.UTF8.GetBytes(Text(value) ?? "");
            return true;
        }

        if (!name.StartsWith(HeaderWord, StringComparison.Ordinal))
        {
            return false;
        }

        var header = name[HeaderWord.Length..];
        if (!MaySet(header) || Text(value) is not { } text || !HeaderName.IsValue(text))
        {
            return false;
        }

        response.Headers[header] = text;
        return true;
    }

    private static string? Text(object? value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId}: the response map asks for something that the answer cannot carry. Wanted: http.status from 200 to 599, http.header.NAME with a name and a text of visible ASCII, http.body.")]
        public static partial void WordsNotUsed(ILogger logger, long messageId);
    }
}
