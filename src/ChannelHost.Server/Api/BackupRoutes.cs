using ChannelHost.Server.Hosting;
using ChannelHost.Storage;
using static ChannelHost.Server.Api.ApiAnswers;

namespace ChannelHost.Server.Api;

/// <summary>Makes a backup beside the traffic. One at a time: two would only hold up each other.</summary>
/// <param name="stores">The host's stores.</param>
/// <param name="dataFolder">The data folder.</param>
/// <param name="audit">The record.</param>
internal sealed class BackupRoutes(IChannelStores stores, string dataFolder, OperationAudit audit)
{
    private const int LongestWhy = 500;
    private int _isUnderWay;

    /// <summary>Adds the route.</summary>
    // As a delegate of its own: taken for a plain handler, what it answers would be dropped.
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/backup", (Delegate)BackUpAsync);

    private async Task<IResult> BackUpAsync(HttpContext context)
    {
        if (await ReadAsync(context, ApiJson.Default.BackupOrder) is not { Out: { } path } order || !Path.IsPathFullyQualified(path) || (order.Why?.Length ?? 0) > LongestWhy)
        {
            return BadRequest($"the body must be a JSON object with `out`, a whole path; `why` has at most {LongestWhy} characters");
        }

        if (stores is not ChannelStores open)
        {
            return Conflict(StoreChoice.NoBackupOfPostgres);
        }

        if (order.Data is { } wanted && Path.GetFullPath(wanted) != Path.GetFullPath(dataFolder))
        {
            return Conflict($"this host works on {dataFolder} and not on {PlainText.OneLine(wanted)}: name the one that does with --url");
        }

        if (Interlocked.Exchange(ref _isUnderWay, 1) != 0)
        {
            return Conflict("a backup is being made already");
        }

        try
        {
            return audit.TryWrite(order.Who, "backup", order.Subject(), order.Why)
                ? Results.Json(BackupView.Of(await HostSetup.Backup(dataFolder, open, order.WithSecrets).WriteAsync(path, context.RequestAborted)), ApiJson.Default.BackupView)
                : NotOnRecord();
        }
        catch (StoreException failure)
        {
            return Conflict(failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Unavailable($"the backup was not made: {failure.Message}. Nothing of it is left");
        }
        finally
        {
            Interlocked.Exchange(ref _isUnderWay, 0);
        }
    }
}
