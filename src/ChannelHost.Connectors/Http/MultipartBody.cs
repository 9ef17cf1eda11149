using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ChannelHost.Connectors.Http;

/// <summary>One message of a request.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="SourceMap">What scripts read about it.</param>
internal readonly record struct RequestPart(byte[] Content, Dictionary<string, object?> SourceMap);

/// <summary>Takes a <c>multipart/form-data</c> body (RFC 7578) apart.</summary>
internal static class MultipartBody
{
    private const int LongestBoundary = 70;
    private const int LargestField = 64 * 1024;
    private const int LargestFields = 256 * 1024;
    private const int PartHeaders = 16;
    private const int PartHeadersLength = 8 * 1024;

    /// <summary>The boundary when a content type is multipart/form-data; else null.</summary>
    /// <exception cref="RequestRefusedException">It is, without a boundary that can be used.</exception>
    public static string? BoundaryOf(string? contentType)
    {
        if (contentType is null || !MediaTypeHeaderValue.TryParse(contentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        return boundary is { Length: > 0 and <= LongestBoundary }
            ? boundary
            : throw new RequestRefusedException(StatusCodes.Status400BadRequest, "The multipart body has no boundary, or one of more than 70 characters.");
    }

    /// <summary>The messages in it, in order.</summary>
    /// <exception cref="RequestRefusedException">It is no multipart body, has too many parts, or not the parts that the setting asks for.</exception>
    public static async ValueTask<List<RequestPart>> SplitAsync(byte[] body, string boundary, HttpSourceOptions options, Dictionary<string, object?> map)
    {
        var fields = 0L;
        var messages = new List<(byte[] Content, ContentDispositionHeaderValue? Disposition, string? Type)>();
        var reader = new MultipartReader(boundary, new MemoryStream(body, writable: false)) { HeadersCountLimit = PartHeaders, HeadersLengthLimit = PartHeadersLength };
        try
        {
            for (var count = 1; await reader.ReadNextSectionAsync() is { } section; count++)
            {
                if (count > options.MaximumParts)
                {
                    throw new RequestRefusedException(StatusCodes.Status413PayloadTooLarge, $"The multipart body has more than {options.MaximumParts} parts (setting maximumParts).", "parts");
                }

                _ = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition);
                using var content = new MemoryStream();
                await section.Body.CopyToAsync(content);
                if (options.Multipart == MultipartUse.Parts || FileNameOf(disposition) is not null)
                {
                    messages.Add((content.ToArray(), disposition, section.ContentType));
                }
                else
                {
                    var name = $"form.{HeaderUtilities.RemoveQuotes(disposition?.Name ?? default)}";
                    fields += name.Length + content.Length;
                    map[name] = fields <= LargestFields ? FieldText(content) : throw TooLargeFields();
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, "The multipart body cannot be read: it ends too soon, or a part's headers are too large.");
        }

        return messages switch
        {
            [] => throw new RequestRefusedException(StatusCodes.Status400BadRequest, options.Multipart == MultipartUse.Parts
                ? "The multipart body has no part."
                : "The multipart body has no file: a part with a filename."),
            [_, _, ..] when options.Multipart == MultipartUse.FirstFile =>
                throw new RequestRefusedException(StatusCodes.Status400BadRequest, $"The multipart body has {messages.Count} files; this path takes one (setting multipart)."),
            _ => [.. messages.Select((part, index) => new RequestPart(part.Content, MapOf(map, part.Disposition, part.Type, index + 1, messages.Count)))],
        };
    }

    private static Dictionary<string, object?> MapOf(Dictionary<string, object?> request, ContentDispositionHeaderValue? disposition, string? type, int number, int count)
    {
        var map = new Dictionary<string, object?>(request, StringComparer.Ordinal)
        {
            ["part.number"] = (double)number,
            ["part.count"] = (double)count,
            ["part.name"] = HeaderUtilities.RemoveQuotes(disposition?.Name ?? default).Value,
            ["part.contentType"] = type,
        };
        if (FileNameOf(disposition) is { } name)
        {
            map["originalFilename"] = name;
        }

        return map;
    }

    // Some senders give their own path; what counts is its last step.
    private static string? FileNameOf(ContentDispositionHeaderValue? disposition)
    {
        var name = disposition?.FileNameStar.Value ?? HeaderUtilities.RemoveQuotes(disposition?.FileName ?? default).Value;
        return name?[(name.LastIndexOfAny(['/', '\\']) + 1)..];
    }

    // They are stored again with every file.
    private static RequestRefusedException TooLargeFields() => new(
        StatusCodes.Status413PayloadTooLarge, "The fields of the multipart body are larger than 256 KB together; send large ones as files.", "parts");

    private static string FieldText(MemoryStream content) => content.Length <= LargestField
        ? Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length)
        : throw new RequestRefusedException(StatusCodes.Status413PayloadTooLarge, "A field of the multipart body is larger than 64 KB; send it as a file.", "parts");
}
