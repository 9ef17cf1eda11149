namespace ChannelHost.Server.Api;

/// <summary>
/// Stands before every route: headers that keep browsers from guessing and keeping, and answers for errors that say no more than a reference number.
/// While the host listens on loopback only, requests must also name a loopback host: a page elsewhere whose name was made to point here gets nothing.
/// What changes something (POST) is taken from this machine only, wherever the host listens, and only as JSON: a browser sends that to another site
/// after asking first, and nobody here says yes. Routes that give content or channel files away ask for the same caller (<see cref="LocalCaller"/>).
/// </summary>
internal sealed partial class RequestGuard(RequestDelegate next, bool loopbackOnly, ILogger<RequestGuard> logger)
{
    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        SetHeaders(context.Response.Headers);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD, POST";
            await WriteAsync(context, StatusCodes.Status405MethodNotAllowed, new ErrorView("only GET, HEAD and POST are served here"));
            return;
        }

        if (loopbackOnly && !LocalCaller.IsLoopback(context.Request.Host.Host))
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, new ErrorView("this host answers to localhost only"));
            return;
        }

        if (HttpMethods.IsPost(context.Request.Method) && RefusalOfChange(context) is var (status, reason))
        {
            await WriteAsync(context, status, new ErrorView(reason));
            return;
        }

        await ServeAsync(context);
    }

    private static (int Status, string Reason)? RefusalOfChange(HttpContext context)
    {
        if (!LocalCaller.Is(context))
        {
            return (StatusCodes.Status403Forbidden, LocalCaller.Reason("changes"));
        }

        return context.Request.HasJsonContentType()
            ? null
            : (StatusCodes.Status415UnsupportedMediaType, "a change is sent as application/json");
    }

    private async Task ServeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, ContentType: null } response)
            {
                await ExplainAsync(context, response.StatusCode);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller went away; there is nobody to answer.
        }
        catch (BadHttpRequestException error) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, error.StatusCode, new ErrorView("the request cannot be read"));
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            var reference = Guid.NewGuid().ToString("N")[..12];
            Log.Failed(logger, error, reference, context.Request.Path);
            context.Response.Clear();
            SetHeaders(context.Response.Headers);
            await WriteAsync(context, StatusCodes.Status500InternalServerError, new ErrorView("internal error", reference));
        }
    }

    private static Task ExplainAsync(HttpContext context, int status) => status switch
    {
        StatusCodes.Status404NotFound => WriteAsync(context, status, new ErrorView("there is nothing here")),
        StatusCodes.Status405MethodNotAllowed => WriteAsync(context, status, new ErrorView($"this address does not take {context.Request.Method}")),
        _ => Task.CompletedTask,
    };

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
    }

    private static Task WriteAsync(HttpContext context, int status, ErrorView view)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(view, ApiJson.Default.ErrorView, cancellationToken: context.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Request {Reference} for {Path} failed")]
        public static partial void Failed(ILogger logger, Exception error, string reference, string path);
    }
}
