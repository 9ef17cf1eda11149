using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ChannelHost.Connectors.Http;

/// <summary>Writes answers that no channel made: refusals, as problem details (RFC 9457), and the small object for a message that was taken.</summary>
internal static class HttpAnswer
{
    /// <summary>When a sender that is turned away now should come again.</summary>
    internal const string RetrySeconds = "5";

    /// <summary>A refusal.</summary>
    /// <param name="http">The request.</param>
    /// <param name="status">The status, which is also the title.</param>
    /// <param name="detail">Why, for the sender; no content.</param>
    public static Task ProblemAsync(HttpContext http, int status, string detail)
    {
        var json = Json(writer =>
        {
            writer.WriteNumber("status", status);
            writer.WriteString("title", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status));
            writer.WriteString("detail", detail);
        });
        return WriteAsync(http, status, "application/problem+json", json);
    }

    /// <summary>For a message that was on its way in when the channel stopped: no word came back about it.</summary>
    /// <param name="hasKey">True when the channel knows the request again.</param>
    public static SourceResponse Stopped(bool hasKey) => new(0, false, MessageStatus.Error, null, hasKey
        ? "The channel stopped before this was through. Send the request again with the same key: what is stored is not taken twice."
        : "The channel stopped before this was through. Send the request again; when this was a batch, its first parts may be stored.");

    /// <summary>For the parts of a request behind one that was not stored.</summary>
    public static SourceResponse AfterRefused(SourceResponse refused) =>
        new(0, false, MessageStatus.Error, null, "Not taken, because a part before it was not.") { KeyUse = refused.KeyUse };

    /// <summary>The request cannot be taken now; nothing of it is kept.</summary>
    public static Task UnavailableAsync(HttpContext http, string detail = "The channel is not running now. Send it again.")
    {
        http.Response.Headers.RetryAfter = RetrySeconds;
        return ProblemAsync(http, StatusCodes.Status503ServiceUnavailable, detail);
    }

    /// <summary>What became of one message.</summary>
    public static ReadOnlyMemory<byte> Outcome(SourceResponse response) => Json(writer => WriteOutcome(writer, response));

    /// <summary>What became of several messages.</summary>
    public static ReadOnlyMemory<byte> Outcomes(IReadOnlyList<SourceResponse> responses) => Json(writer =>
    {
        writer.WriteStartArray("messages");
        foreach (var response in responses)
        {
            writer.WriteStartObject();
            WriteOutcome(writer, response);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <summary>Writes an answer. A status that has no body gets none.</summary>
    public static async Task WriteAsync(HttpContext http, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        if (status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
        {
            return;
        }

        if (!body.IsEmpty)
        {
            http.Response.ContentType ??= contentType;
        }

        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static void WriteOutcome(Utf8JsonWriter writer, SourceResponse response)
    {
        if (response.IsStored)
        {
            writer.WriteNumber("messageId", response.MessageId);
        }

        writer.WriteString("status", response.IsStored ? response.Status.ToString().ToLower(CultureInfo.InvariantCulture) : "refused");
        if (response.Reason is { } reason)
        {
            writer.WriteString("reason", reason);
        }
    }

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
