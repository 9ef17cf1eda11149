using ChannelHost.Engine.Deployment;
using static ChannelHost.Server.Api.ApiAnswers;

namespace ChannelHost.Server.Api;

/// <summary>What people do by hand: look after queues, process messages again, take content out. From this machine only, because there is no authentication yet.</summary>
internal sealed class OperationRoutes(ChannelEngine engine, OperationAudit audit)
{
    private const int MostReplays = 100;
    private const int LongestWhy = 500;
    private static readonly string[] Verbs = ["retry", "skip", "pause", "resume"];

    private readonly ExportPermits _permits = new();

    // An operation waits for the store or for an attempt that was begun; a caller is told when that takes long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/queues", () => Results.Json(Queues(), ApiJson.Default.IReadOnlyListQueueStatus));
        routes.MapGet("/api/channels/{group}/{name}/queues", (string group, string name) => engine.OperationsOf($"{group}/{name}") is { } operations
            ? Results.Json(operations.Queues(), ApiJson.Default.IReadOnlyListQueueStatus)
            : NotRunning($"{group}/{name}"));
        routes.MapPost(
            "/api/channels/{group}/{name}/queues/{destination}/{verb}",
            (string group, string name, string destination, string verb, HttpContext context) => ChangeAsync($"{group}/{name}", destination, verb, context));
        routes.MapPost(
            "/api/channels/{group}/{name}/replay",
            (string group, string name, HttpContext context) => ReplayAsync($"{group}/{name}", context));
        routes.MapPost(
            "/api/channels/{group}/{name}/export",
            (string group, string name, HttpContext context) => ExportAsync($"{group}/{name}", context));
        routes.MapGet(
            "/api/channels/{group}/{name}/messages/{id:long}/content",
            (string group, string name, long id, HttpContext context) => Content($"{group}/{name}", id, context.Request.Query)).ForLocalCallers("contents of messages");
    }

    private List<QueueStatus> Queues() =>
        [.. engine.Status().SelectMany(channel => engine.OperationsOf(channel.Name)?.Queues() ?? [])];

    private async Task<IResult> ChangeAsync(string channel, string destination, string verb, HttpContext context)
    {
        if (engine.OperationsOf(channel) is not { } operations)
        {
            return NotRunning(channel);
        }

        if (await ReadAsync(context, ApiJson.Default.QueueChange) is not { } change)
        {
            return BadRequest("the body must be a JSON object");
        }

        if (!Verbs.Contains(verb))
        {
            return Conflict($"{PlainText.OneLine(verb, 40)} is nothing to do with a queue; there are {string.Join(", ", Verbs)}");
        }

        if ((change.Why?.Trim().Length ?? 0) > LongestWhy || (verb == "skip" && (change.Message is null || string.IsNullOrWhiteSpace(change.Why))))
        {
            return BadRequest($"skip needs `message`, an id, and `why`; `why` has 1 to {LongestWhy} characters");
        }

        var which = change.Message is { } message ? $" message {message}" : "";
        if (!audit.TryWrite(change.Who, $"queue-{verb}", $"{channel} -> {destination}{which}", change.Why))
        {
            return NotOnRecord();
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(Patience);
        try
        {
            var outcome = verb switch
            {
                "retry" => await operations.RetryAsync(destination, change.Message, limit.Token),
                "pause" => await operations.SetPausedAsync(destination, isPaused: true, limit.Token),
                "resume" => await operations.SetPausedAsync(destination, isPaused: false, limit.Token),
                _ => await operations.SkipAsync(destination, change.Message!.Value, PlainText.OneLine(change.Why!.Trim()), limit.Token),
            };
            return outcome.IsDone ? Results.Json(outcome, ApiJson.Default.OperationOutcome)
                : Conflict(outcome.Told);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return Unavailable($"it is asked for, but was not done within {Patience.TotalSeconds} s: an attempt is under way, or the store is in trouble. `queue` shows what became of it");
        }
        catch (StoreException failure)
        {
            return Unavailable(failure.Message);
        }
    }

    private async Task<IResult> ReplayAsync(string channel, HttpContext context)
    {
        if (engine.OperationsOf(channel) is not { } operations)
        {
            return NotRunning(channel);
        }

        if (await ReadAsync(context, ApiJson.Default.ReplayRequest) is not { Ids: { Count: > 0 and <= MostReplays } ids } request)
        {
            return BadRequest($"the body must be a JSON object with `ids`, 1 to {MostReplays} of them");
        }

        if ((request.Why?.Length ?? 0) > LongestWhy)
        {
            return BadRequest($"`why` has at most {LongestWhy} characters");
        }

        var where = request.Destination is { } only ? $" -> {only}" : "";
        if (!audit.TryWrite(request.Who, "replay", $"{channel}{where} message {string.Join(", ", ids)}", request.Why))
        {
            return NotOnRecord();
        }

        var outcomes = new List<ReplayOutcome>(ids.Count);
        try
        {
            foreach (var id in ids)
            {
                outcomes.Add(await operations.ReplayAsync(id, request.Destination, context.RequestAborted));
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // What was processed is told; the caller sees that the rest is missing.
            outcomes.Add(new ReplayOutcome(ids[outcomes.Count], 0, MessageStatus.Error, "the channel stopped first"));
        }
        catch (StoreException failure)
        {
            outcomes.Add(new ReplayOutcome(ids[outcomes.Count], 0, MessageStatus.Error, failure.Message));
        }

        return Results.Json(outcomes, ApiJson.Default.IReadOnlyListReplayOutcome);
    }

    private async Task<IResult> ExportAsync(string channel, HttpContext context)
    {
        if (engine.MessagesOf(channel) is null)
        {
            return NotRunning(channel);
        }

        if (await ReadAsync(context, ApiJson.Default.ExportRequest) is not { } request || (request.Why?.Length ?? 0) > LongestWhy)
        {
            return BadRequest($"the body must be a JSON object; `why` has at most {LongestWhy} characters");
        }

        return audit.TryWrite(request.Who, "export", $"{channel} {request.What ?? "all contents"}", request.Why)
            ? Results.Json(new ExportPermit(_permits.Give(channel)), ApiJson.Default.ExportPermit)
            : NotOnRecord();
    }

    private IResult Content(string channel, long id, IQueryCollection query)
    {
        var what = query.TryGetValue("what", out var values) ? values.ToString() : null;
        if (what is not (null or "raw" or "sent" or "response" or "attachments"))
        {
            return BadRequest("what must be one of raw, sent, response, attachments");
        }

        if (query.TryGetValue("export", out var permit))
        {
            if (!_permits.Holds(permit.ToString(), channel))
            {
                return Conflict("this export is not known any more; begin it anew");
            }
        }
        else if (!audit.TryWrite(query["who"], "content", $"{channel} message {id} {what ?? "all contents"}", query["why"]))
        {
            return NotOnRecord();
        }

        return engine.MessagesOf(channel) is { } messages && messages.Read(id) is { } stored
            ? Results.Json(ContentView.Of(stored, what) with { Attachments = what == "attachments" ? AttachmentsOf(messages, id) : [] }, ApiJson.Default.ContentView)
            : Results.Json(new ErrorView($"channel {channel} has no message {id}"), ApiJson.Default.ErrorView, statusCode: StatusCodes.Status404NotFound);
    }

    private static IReadOnlyList<AttachmentView> AttachmentsOf(IMessageStore messages, long id) =>
        [.. messages.ReadAttachments(id).Select(attachment => new AttachmentView(attachment.Id, attachment.Type, attachment.Content))];
}
