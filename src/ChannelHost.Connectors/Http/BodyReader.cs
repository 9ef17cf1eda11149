using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace ChannelHost.Connectors.Http;

/// <summary>Reads the body of a request into one array of its own, within the limits of the source.</summary>
internal static class BodyReader
{
    /// <summary>Up to here the claimed length is believed; beyond it room is made as bytes come: a claim costs its sender nothing.</summary>
    private const int BelievedLength = 256 * 1024;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>The body as sent, whole.</summary>
    /// <exception cref="BadHttpRequestException">It is too large, too slow or ends too soon; the exception has the status.</exception>
    public static async ValueTask<byte[]> ReadAsync(HttpContext http, HttpSourceOptions options, BodyRoom.Ticket room, CancellationToken cancellationToken)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = options.MaximumBody.Bytes;
        }

        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = options.MinimumRate == 0 ? null : new MinDataRate(options.MinimumRate, Grace);
        }

        return http.Request.ContentLength is <= BelievedLength and { } length
            ? await ReadKnownAsync(http.Request.BodyReader, (int)length, room, cancellationToken)
            : await ReadUnknownAsync(http.Request.BodyReader, room, cancellationToken);
    }

    private static async ValueTask<byte[]> ReadKnownAsync(PipeReader reader, int length, BodyRoom.Ticket room, CancellationToken cancellationToken)
    {
        await room.TakeForAsync(length, cancellationToken);
        var body = length == 0 ? [] : GC.AllocateUninitializedArray<byte>(length);
        var at = 0;
        while (true)
        {
            // Also past the last byte: only the end of the stream says that the body is whole.
            var result = await reader.ReadAsync(cancellationToken);
            result.Buffer.CopyTo(body.AsSpan(at));
            at += (int)result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return at == length ? body : throw new BadHttpRequestException("The body is shorter than its Content-Length.", StatusCodes.Status400BadRequest);
            }
        }
    }

    private static async ValueTask<byte[]> ReadUnknownAsync(PipeReader reader, BodyRoom.Ticket room, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            foreach (var piece in result.Buffer)
            {
                body.Write(piece.Span);
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return body.WrittenSpan.ToArray();
            }

            await room.TakeForAsync(body.WrittenCount, cancellationToken);
        }
    }
}
