using ChannelHost.Engine.Deployment;

namespace ChannelHost.Server.Api;

/// <summary>
/// The reading part of the API. A channel's name is its path: <c>/api/channels/clinic/registration</c>. Nothing here gives message content away;
/// what lets it be guessed is for callers at this machine.
/// </summary>
internal static class ApiRoutes
{
    private const int MaximumPage = 1000;
    private const int MostLinks = 100;

    /// <summary>Adds the routes.</summary>
    public static void MapApi(this IEndpointRouteBuilder routes, ChannelEngine engine)
    {
        var searches = new SearchTurns();
        routes.MapGet("/api/channels", () => Results.Json(Channels(engine), ApiJson.Default.IReadOnlyListChannelView));
        routes.MapGet("/api/channels/{group}/{name}", (string group, string name) => Channel(engine, $"{group}/{name}"));
        routes.MapGet(
            "/api/channels/{group}/{name}/messages",
            (string group, string name, HttpContext context) => MessagesAsync(engine, $"{group}/{name}", searches, context));
        routes.MapGet(
            "/api/channels/{group}/{name}/messages/count",
            (string group, string name, HttpContext context) => CountAsync(engine, $"{group}/{name}", searches, context));
        routes.MapGet(
            "/api/channels/{group}/{name}/messages/{id:long}",
            (string group, string name, long id) => Message(engine, $"{group}/{name}", id));
    }

    private static IReadOnlyList<ChannelView> Channels(ChannelEngine engine) => [.. engine.Status().Select(ChannelView.Of)];

    private static IResult Channel(ChannelEngine engine, string name) =>
        engine.StatusOf(name) is { } status
            ? Results.Json(ChannelView.Of(status), ApiJson.Default.ChannelView)
            : NotFound($"no channel is named {name}");

    private static Task<IResult> MessagesAsync(ChannelEngine engine, string name, SearchTurns searches, HttpContext context) => QueryAsync(engine, name, context, async (store, query) =>
    {
        var found = await searches.RunAsync(() => store.Search(query), context.RequestAborted);
        return Results.Json(new MessagePage([.. found.Messages.Select(MessageView.Of)], found.Before == 0 ? null : found.Before), ApiJson.Default.MessagePage);
    });

    private static Task<IResult> CountAsync(ChannelEngine engine, string name, SearchTurns searches, HttpContext context) => QueryAsync(engine, name, context, async (store, query) =>
        Results.Json(
            await MessageCount.OfAsync(query with { Count = MaximumPage }, page => searches.RunAsync(() => store.Search(page), context.RequestAborted), TimeProvider.System),
            ApiJson.Default.CountView));

    private static async Task<IResult> QueryAsync(ChannelEngine engine, string name, HttpContext context, Func<IMessageStore, MessageQuery, Task<IResult>> answer)
    {
        if (!MessageQueryReader.TryRead(context.Request.Query, MaximumPage, out var query, out var problem))
        {
            return Results.Json(new ErrorView(problem), ApiJson.Default.ErrorView, statusCode: StatusCodes.Status400BadRequest);
        }

        if (query is not { Text: null, Metadata: null } && !LocalCaller.Is(context))
        {
            // Whether a text or a value is there tells as much as the message itself, asked often enough.
            return LocalCaller.Refusal("searches by text or metadata");
        }

        if (engine.MessagesOf(name) is not { } store)
        {
            return NotFound($"no channel is named {name}, or its store is not open");
        }

        try
        {
            return await answer(store, query);
        }
        catch (StoreException failure)
        {
            return ApiAnswers.Unavailable(failure.Message);
        }
    }

    private static IResult Message(ChannelEngine engine, string name, long id)
    {
        try
        {
            return engine.MessagesOf(name) is { } messages && messages.ReadSizes(id) is { } stored
                ? Results.Json(Detail(name, messages, stored), ApiJson.Default.MessageDetail)
                : NotFound($"channel {name} has no message {id}");
        }
        catch (StoreException failure)
        {
            return ApiAnswers.Unavailable(failure.Message);
        }
    }

    private static MessageDetail Detail(string name, IMessageStore messages, StoredSizes stored) =>
        MessageDetail.Of(name, stored, stored.Summary.Attachments == 0 ? [] : messages.ListAttachments(stored.Summary.Id)) with
        {
            ReplacedBy = [.. messages.Find(new MessageQuery { ReplayOf = stored.Summary.Id, Count = MostLinks }).Select(replay => replay.Id)],
        };

    private static IResult NotFound(string what) =>
        Results.Json(new ErrorView(what), ApiJson.Default.ErrorView, statusCode: StatusCodes.Status404NotFound);
}
