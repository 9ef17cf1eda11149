using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ChannelHost.Server.Demo.StandIns;

/// <summary>
/// A web service that takes what it gets and forgets it. While it is down it answers 503 with <c>Retry-After</c>, as a real one does behind its proxy.
/// Bounded by the limits of its server.
/// </summary>
internal sealed class HttpStandIn : IStandIn
{
    private const string RetryAfterSeconds = "2";

    private readonly string _name;
    private readonly string _url;
    private readonly Moods _moods;
    private readonly TimeProvider _time;
    private WebApplication? _web;
    private string? _failure;
    private long _arrived;
    private long _refused;

    private HttpStandIn(string name, string url, Moods moods, TimeProvider time) => (_name, _url, _moods, _time) = (name, url, moods, time);

    /// <summary>Begins to listen. Where it cannot, it is there all the same and says why.</summary>
    /// <param name="name">Whom it stands in for.</param>
    /// <param name="url">Scheme, address and port.</param>
    /// <param name="moods">Its weaknesses.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<HttpStandIn> StartAsync(string name, string url, Moods moods, TimeProvider time, CancellationToken cancellationToken)
    {
        var standIn = new HttpStandIn(name, url, moods, time);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, Api.QuietLifetime>();
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(Limit);
        var web = builder.Build();
        web.Run(standIn.AnswerAsync);
        try
        {
            await web.StartAsync(cancellationToken);
            standIn._web = web;
        }
        catch (IOException error)
        {
            standIn._failure = PlainText.OneLine(error.Message);
            await web.DisposeAsync();
        }

        return standIn;
    }

    /// <inheritdoc/>
    public StandInView View()
    {
        var state = _failure ?? (_moods.IsDown ? "answers 503 for a while" : "up");
        return new StandInView(_name, _url, Interlocked.Read(ref _arrived), Interlocked.Read(ref _refused), state, state == "up");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await _web.StopAsync(soon.Token);
            await _web.DisposeAsync();
        }
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = 64;
        kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        // Read to its end, so that the connection can be used again.
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        var mood = _moods.IsDown ? Mood.Refusing : _moods.Next();
        if (mood == Mood.Refusing)
        {
            Interlocked.Increment(ref _refused);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
            return;
        }

        if (mood == Mood.Slow)
        {
            await Task.Delay(Moods.Pause, _time, context.RequestAborted);
        }

        Interlocked.Increment(ref _arrived);
        context.Response.StatusCode = HttpMethods.IsDelete(context.Request.Method) ? StatusCodes.Status204NoContent : StatusCodes.Status200OK;
    }
}
