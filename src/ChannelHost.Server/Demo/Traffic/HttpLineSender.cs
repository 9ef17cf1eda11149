using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace ChannelHost.Server.Demo.Traffic;

/// <summary>A web portal that posts forms with its key.</summary>
internal sealed class HttpLineSender(TrafficLine line, string keyHeader, string key, Doors doors) : ILineSender
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <inheritdoc/>
    public async Task<LineAnswer> SendAsync(TrafficItem item, CancellationToken cancellationToken)
    {
        if (doors.Url(line) is not { } url)
        {
            return LineAnswer.None;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(item.Content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(keyHeader, key);
        request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"{_session}-{item.Number}"));
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return response.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => LineAnswer.Positive,
                HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => LineAnswer.None,
                _ => LineAnswer.Negative,
            };
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The channel is being swapped, or is too slow: the portal keeps the form and posts it again with the same key.
            return LineAnswer.None;
        }
    }

    // Two demos number their forms alike, and mean different ones.
    private readonly string _session = Guid.NewGuid().ToString("N")[..8];

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }
}
