using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ChannelHost.Server.Api;

/// <summary>How routes read what they are sent, and how they say no.</summary>
internal static class ApiAnswers
{
    /// <summary>The body; null when it is not what is wanted.</summary>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return await context.Request.ReadFromJsonAsync(type, context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What cannot be put on the record is not done.</summary>
    public static IResult NotOnRecord() => Unavailable("nothing was done: it could not be put on the record (audit.jsonl in the data folder); the log says why");

    /// <summary>No such channel.</summary>
    public static IResult NotRunning(string channel) => Error($"no channel is named {channel}, or it does not run", StatusCodes.Status404NotFound);

    /// <summary>The request makes no sense.</summary>
    public static IResult BadRequest(string what) => Error(what, StatusCodes.Status400BadRequest);

    /// <summary>It cannot be done as things stand.</summary>
    public static IResult Conflict(string what) => Error(what, StatusCodes.Status409Conflict);

    /// <summary>It cannot be done now.</summary>
    public static IResult Unavailable(string what) => Error(what, StatusCodes.Status503ServiceUnavailable);

    private static IResult Error(string what, int status) => Results.Json(new ErrorView(what), ApiJson.Default.ErrorView, statusCode: status);
}
