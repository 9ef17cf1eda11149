using System.Net;

namespace ChannelHost.Server.Api;

/// <summary>
/// Who sits at this machine. Changes, content, and answers from which content can be guessed are for them only, wherever the host listens, because there is
/// no authentication yet. The name that was asked for counts as well: a page elsewhere whose name was made to point here comes from this machine, too.
/// </summary>
internal static class LocalCaller
{
    /// <summary>True when the request comes from this machine and asks for it by a loopback name.</summary>
    public static bool Is(HttpContext context) =>
        IsLoopback(context.Request.Host.Host) && context.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller);

    /// <summary>True for the names and addresses by which a machine calls itself.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>Answers others with 403.</summary>
    /// <param name="route">The route.</param>
    /// <param name="what">What is not for them: the subject of the sentence, in the plural.</param>
    public static RouteHandlerBuilder ForLocalCallers(this RouteHandlerBuilder route, string what) => route.AddEndpointFilter(async (invocation, next) =>
        Is(invocation.HttpContext) ? await next(invocation) : Refusal(what));

    /// <summary>The answer to others.</summary>
    public static IResult Refusal(string what) => Results.Json(new ErrorView(Reason(what)), ApiJson.Default.ErrorView, statusCode: StatusCodes.Status403Forbidden);

    /// <summary>The same in words.</summary>
    public static string Reason(string what) => $"{what} are for this machine only, because there is no authentication yet";
}
