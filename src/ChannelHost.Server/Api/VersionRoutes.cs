using ChannelHost.Engine.Deployment;
using ChannelHost.Server.Hosting;
using ChannelHost.Storage.Versions;

namespace ChannelHost.Server.Api;

/// <summary>The versions of channels: what ran, what is in the folder, and putting things right by hand.</summary>
internal sealed class VersionRoutes(
    ChannelEngine engine, VersionKeeper keeper, VersionArchive archive, VersionRestore restore, ChannelChanges changes, Readiness readiness)
{
    private const int LongestWho = 100;
    private const int LongestWhy = 1_000;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/channels/{group}/{name}/versions", (string group, string name, CancellationToken cancellationToken) => ListAsync($"{group}/{name}", cancellationToken));
        routes.MapGet("/api/channels/{group}/{name}/versions/{number:int}", (string group, string name, int number) => Show($"{group}/{name}", number)).ForLocalCallers("the texts of channels");
        routes.MapGet("/api/channels/{group}/{name}/folder", (string group, string name) => Folder($"{group}/{name}")).ForLocalCallers("the texts of channels");
        routes.MapPost(
            "/api/channels/{group}/{name}/deploy",
            (string group, string name, HttpRequest request, CancellationToken cancellationToken) =>
                ChangeAsync($"{group}/{name}", request, (order, token) => changes.DeployAsync($"{group}/{name}", order, token), "no channel is named {0}", cancellationToken));
        routes.MapPost(
            "/api/channels/{group}/{name}/versions/{number:int}/restore",
            (string group, string name, int number, HttpRequest request, CancellationToken cancellationToken) =>
                ChangeAsync($"{group}/{name}", request, (order, token) => changes.RestoreAsync($"{group}/{name}", number, order, token), "channel {0} has no such version", cancellationToken));
    }

    private async Task<IResult> ListAsync(string channel, CancellationToken cancellationToken)
    {
        if (!IsName(channel))
        {
            return Unknown(channel);
        }

        await keeper.SettleAsync(cancellationToken);
        var records = archive.List(channel);
        var running = Running(channel, records);
        return records.Count == 0 && engine.StatusOf(channel) is null
            ? Unknown(channel)
            : Results.Json([.. records.Select(record => VersionView.Of(record, record == running))], ApiJson.Default.IReadOnlyListVersionView);
    }

    private IResult Show(string channel, int number)
    {
        if (!IsName(channel) || archive.Find(channel, number) is not { } record)
        {
            return Error(StatusCodes.Status404NotFound, $"channel {channel} has no version {number}");
        }

        try
        {
            IReadOnlyList<ChannelFile> texts = [.. record.Files.Select(file => new ChannelFile(file.Name, archive.TextOf(file)))];
            var view = VersionView.Of(record, record == Running(channel, archive.List(channel)));
            return Results.Json(new VersionDetail(view, texts), ApiJson.Default.VersionDetail);
        }
        catch (StoreException error)
        {
            return Error(StatusCodes.Status409Conflict, error.Message);
        }
    }

    private IResult Folder(string channel) => IsName(channel)
        ? Results.Json(new FolderTexts(channel, restore.FolderNow(channel, archive.Latest(channel))), ApiJson.Default.FolderTexts)
        : Unknown(channel);

    private async Task<IResult> ChangeAsync(
        string channel, HttpRequest http, Func<DeployRequest, CancellationToken, Task<ChangeResult?>> change, string absent, CancellationToken cancellationToken)
    {
        if (!readiness.IsReady)
        {
            return Error(StatusCodes.Status503ServiceUnavailable, $"not now: {readiness.Reason()}");
        }

        if (await ReadAsync(http, cancellationToken) is not { } order)
        {
            return Error(StatusCodes.Status400BadRequest, $"who (1 to {LongestWho} characters) and why (1 to {LongestWhy}) are wanted");
        }

        try
        {
            var result = IsName(channel) ? await change(new DeployRequest(order.Who.Trim(), order.Why.Trim(), order.Force), cancellationToken) : null;
            return result is null
                ? Error(StatusCodes.Status404NotFound, string.Format(System.Globalization.CultureInfo.InvariantCulture, absent, channel))
                : Results.Json(
                    new ChangeView(channel, result.Outcome.IsRunning, engine.StatusOf(channel)?.Version, result.Outcome.Reason, result.Outcome.Problems, result.Files), ApiJson.Default.ChangeView);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StoreException)
        {
            return Error(StatusCodes.Status409Conflict, error.Message);
        }
    }

    private static async Task<ChangeOrder?> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        try
        {
            var order = await http.ReadFromJsonAsync(ApiJson.Default.ChangeOrder, cancellationToken);
            return order is { Who: { Length: <= LongestWho } who, Why: { Length: <= LongestWhy } why } && who.Trim().Length > 0 && why.Trim().Length > 0 ? order : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private VersionRecord? Running(string channel, IReadOnlyList<VersionRecord> newestFirst)
    {
        var version = engine.StatusOf(channel)?.Version;
        return newestFirst.FirstOrDefault(record => record.Version == version);
    }

    // A name becomes a path below; what cannot be a channel's name is not looked for.
    private static bool IsName(string channel) =>
        channel.Split('/').All(part => part.Length is > 0 and <= 64 && part[0] != '.' && part.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'));

    private static IResult Unknown(string channel) => Error(StatusCodes.Status404NotFound, $"no channel is named {channel}");

    private static IResult Error(int status, string message) => Results.Json(new ErrorView(message), ApiJson.Default.ErrorView, statusCode: status);
}
