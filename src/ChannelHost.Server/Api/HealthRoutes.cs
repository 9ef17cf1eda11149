using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Hosting;

namespace ChannelHost.Server.Api;

/// <summary>What a supervisor asks: does the process live, may it be given work.</summary>
internal static class HealthRoutes
{
    /// <summary>Adds the routes.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes, ChannelEngine engine, Readiness readiness, DataFolderProbe data)
    {
        routes.MapGet("/health/live", () => Results.Json(new LiveView("live"), ApiJson.Default.LiveView));
        routes.MapGet("/health/ready", () => Ready(engine, readiness, data));
    }

    private static IResult Ready(ChannelEngine engine, Readiness readiness, DataFolderProbe data)
    {
        var channels = engine.Status();
        var stuck = channels.Count(channel => channel.StoreFault is not null);
        var reason = readiness.Reason() ?? (stuck > 0 && !data.TakesWrites()
            ? $"the data folder takes no writes (disk full, or it fails): {stuck} store(s) cannot store messages, which are refused meanwhile"
            : null);
        var view = new ReadyView(
            reason is null ? "ready" : "not-ready",
            reason is null ? [] : [reason],
            channels.Count(channel => channel.Condition == ChannelCondition.Running),
            [.. channels.Where(IsTroubled).Select(channel => new TroubledChannel(channel.Name, channel.Condition, What(channel)))]);
        return Results.Json(view, ApiJson.Default.ReadyView, statusCode: reason is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static bool IsTroubled(ChannelStatus channel) =>
        channel.Condition is ChannelCondition.Waiting or ChannelCondition.Failed || channel.Problems.Any(IsError) || channel.Reason is not null;

    private static string What(ChannelStatus channel) => channel.Reason
        ?? (channel.Problems.FirstOrDefault(IsError) is { } first ? $"{channel.Problems.Count(IsError)} problem(s), the first: {first}" : channel.Condition.ToString());

    private static bool IsError(ChannelProblem problem) => problem.Severity == ProblemSeverity.Error;
}
