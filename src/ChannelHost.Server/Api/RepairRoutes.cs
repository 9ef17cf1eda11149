using ChannelHost.Engine.Deployment;
using Microsoft.AspNetCore.Http.Features;
using static ChannelHost.Server.Api.ApiAnswers;

namespace ChannelHost.Server.Api;

/// <summary>What people do with messages that were not delivered: send them again, with other content, or leave it at that. Each is on the record before it is done.</summary>
internal sealed class RepairRoutes(ChannelEngine engine, OperationAudit audit)
{
    private const int MostIds = 100;
    private const int LongestWhy = 500;

    // The content of a message in Base64, and a little more.
    private const long LargestEdit = 96L * 1024 * 1024;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(
            "/api/channels/{group}/{name}/resend",
            (string group, string name, HttpContext context) => RepairAsync(
                $"{group}/{name}", "resend", context, (operations, id, request) => operations.ResendAsync(id, request.Destination, context.RequestAborted)));
        routes.MapPost(
            "/api/channels/{group}/{name}/skip",
            (string group, string name, HttpContext context) => RepairAsync(
                $"{group}/{name}", "skip", context,
                (operations, id, request) => operations.DismissAsync(id, request.Destination, PlainText.OneLine(request.Why!.Trim()), context.RequestAborted)));
        routes.MapPost(
            "/api/channels/{group}/{name}/messages/{id:long}/edit",
            (string group, string name, long id, HttpContext context) => EditAsync($"{group}/{name}", id, context));
    }

    private async Task<IResult> RepairAsync(
        string channel, string verb, HttpContext context, Func<ChannelOperations, long, RepairRequest, Task<IReadOnlyList<RepairOutcome>>> repair)
    {
        if (engine.OperationsOf(channel) is not { } operations)
        {
            return NotRunning(channel);
        }

        if (await ReadAsync(context, ApiJson.Default.RepairRequest) is not { Ids: { Count: > 0 and <= MostIds } ids } request)
        {
            return BadRequest($"the body must be a JSON object with `ids`, 1 to {MostIds} of them");
        }

        if ((request.Why?.Length ?? 0) > LongestWhy || (verb == "skip" && string.IsNullOrWhiteSpace(request.Why)))
        {
            return BadRequest(verb == "skip" ? $"skip needs `why`, 1 to {LongestWhy} characters" : $"`why` has at most {LongestWhy} characters");
        }

        var where = request.Destination is { } only ? $" -> {only}" : "";
        if (!audit.TryWrite(request.Who, verb, $"{channel}{where} message {string.Join(", ", ids)}", request.Why))
        {
            return NotOnRecord();
        }

        var outcomes = new List<RepairOutcome>(ids.Count);
        var at = 0;
        try
        {
            for (; at < ids.Count; at++)
            {
                outcomes.AddRange(await repair(operations, ids[at], request));
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // What was done is told; the caller sees that the rest is missing.
            outcomes.Add(new RepairOutcome(ids[at], request.Destination, false, "the channel stopped first"));
        }
        catch (StoreException failure)
        {
            outcomes.Add(new RepairOutcome(ids[at], request.Destination, false, failure.Message));
        }

        return Results.Json(outcomes, ApiJson.Default.IReadOnlyListRepairOutcome);
    }

    private async Task<IResult> EditAsync(string channel, long id, HttpContext context)
    {
        if (engine.OperationsOf(channel) is not { } operations)
        {
            return NotRunning(channel);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // Everything else that is posted here is small.
            size.MaxRequestBodySize = LargestEdit;
        }

        if (await ReadAsync(context, ApiJson.Default.EditRequest) is not { Content.IsEmpty: false } edit || (edit.Why?.Length ?? 0) > LongestWhy)
        {
            return BadRequest($"the body must be a JSON object with `content` in Base64; `why` has at most {LongestWhy} characters");
        }

        if (edit is { IsSent: true, Destination: null })
        {
            return BadRequest("`isSent` needs `destination`: what is sent differs from one to the other");
        }

        var where = edit.Destination is { } only ? $" -> {only}" : "";
        var what = edit.IsSent ? "what is sent" : "what was received";
        if (!audit.TryWrite(edit.Who, "edit", FormattableString.Invariant($"{channel}{where} message {id}: {what}, {edit.Content.Length} bytes now"), edit.Why))
        {
            return NotOnRecord();
        }

        try
        {
            var outcome = edit.IsSent
                ? await operations.EditSentAsync(id, edit.Content, edit.Destination!, context.RequestAborted)
                : await operations.EditAsync(id, edit.Content, edit.Destination, context.RequestAborted);
            return outcome.MessageId == 0
                ? Conflict(outcome.Reason ?? "nothing was sent")
                : Results.Json(outcome, ApiJson.Default.ReplayOutcome);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return Unavailable("the channel stopped first");
        }
        catch (StoreException failure)
        {
            return Unavailable(failure.Message);
        }
    }
}
