using System.Buffers;
using System.Net;

namespace ChannelHost.Connectors.Http;

/// <summary>An answer's body cannot be had: too large, cut off or not unpackable.</summary>
internal sealed class AnswerException(string reason, string? limit = null) : Exception(reason)
{
    /// <summary>The limit that was reached; null when it was none.</summary>
    public string? Limit { get; } = limit;
}

/// <summary>Reads answers within their limit, also unpacked.</summary>
internal static class AnswerReader
{
    private const int Piece = 16 * 1024;

    // The limit on the unpacked size is what counts here: we asked for the answer.
    private const int AnyRatio = 1_000_000;

    /// <summary>The whole body; empty when such an answer has none (RFC 9110, 6.4.1), whatever its headers say of the one that another request would get.</summary>
    /// <exception cref="AnswerException">It is not to be had.</exception>
    public static async ValueTask<byte[]> ReadAsync(HttpResponseMessage answer, ByteSize most, CancellationToken cancellationToken)
    {
        if (answer.RequestMessage?.Method == HttpMethod.Head || answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return [];
        }

        var content = answer.Content;
        if (content.Headers.ContentLength > most.Bytes)
        {
            throw TooLarge(most);
        }

        var body = new ArrayBufferWriter<byte>();
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        while (await stream.ReadAsync(body.GetMemory(Piece), cancellationToken) is var read and > 0)
        {
            body.Advance(read);
            if (body.WrittenCount > most.Bytes)
            {
                throw TooLarge(most);
            }
        }

        var packed = body.WrittenSpan.ToArray();
        var (outcome, unpacked) = ContentCoding.Unpack(string.Join(", ", content.Headers.ContentEncoding), packed, most.Bytes, AnyRatio);
        return outcome switch
        {
            UnpackOutcome.Whole => unpacked,
            UnpackOutcome.TooLarge => throw TooLarge(most),
            UnpackOutcome.Unknown => throw new AnswerException("the answer is packed in a way that we did not ask for"),
            _ => throw new AnswerException("the packed answer is damaged or ends too soon"),
        };
    }

    private static AnswerException TooLarge(ByteSize most) => new($"the answer is larger than {most} (setting maximumAnswer)", "answer-size");
}
