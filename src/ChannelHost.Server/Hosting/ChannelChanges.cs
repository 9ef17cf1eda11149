using ChannelHost.Engine.Deployment;
using ChannelHost.Storage.Audit;
using ChannelHost.Storage.Versions;

namespace ChannelHost.Server.Hosting;

/// <summary>What people do to channels by hand: deploy, put a version back. What is forced or put back is on the record before it is done, or it is not done.</summary>
internal sealed class ChannelChanges(ChannelDeployer deployer, VersionKeeper keeper, LastGoodVersion lastGood, VersionArchive archive, VersionRestore restore, AuditFile audit)
{
    /// <summary>Deploys a channel's folder as it is now.</summary>
    /// <returns>What came of it; null when there is no such channel.</returns>
    /// <exception cref="IOException">It could not be put on the record.</exception>
    public async Task<ChangeResult?> DeployAsync(string channel, DeployRequest request, CancellationToken cancellationToken)
    {
        var action = request.Force ? "deploy-forced" : "deploy";
        audit.Write(request.Who, action, channel, request.Why, "asked");
        var outcome = await deployer.RequestAsync(channel, request, () => Task.FromResult<DeployOutcome?>(null), cancellationToken);
        await keeper.SettleAsync(cancellationToken);
        audit.Write(request.Who, action, channel, request.Why, Outcome(outcome));
        return outcome is null ? null : new ChangeResult(outcome, null);
    }

    /// <summary>Puts a version's files back and deploys them. A version that could not run as things are now is refused before a file is changed.</summary>
    /// <returns>What came of it; null when there is no such version.</returns>
    /// <exception cref="IOException">It could not be put on the record, or a file could not be written.</exception>
    /// <exception cref="StoreException">A text of the version is gone or damaged.</exception>
    public async Task<ChangeResult?> RestoreAsync(string channel, int number, DeployRequest request, CancellationToken cancellationToken)
    {
        // What runs must be known before its files are overwritten.
        await keeper.SettleAsync(cancellationToken);
        if (archive.Find(channel, number) is not { } version)
        {
            return null;
        }

        var why = $"version {number} put back: {request.Why}";
        audit.Write(request.Who, "restore", channel, why, "asked");
        try
        {
            RestoreResult? files = null;
            var outcome = await deployer.RequestAsync(
                channel,
                request with { Why = why, RestoredFrom = number },
                async () =>
                {
                    if (await deployer.RefusalAsync(lastGood.ReadRestored(channel, version), request, cancellationToken) is { } refusal)
                    {
                        return refusal;
                    }

                    files = restore.Restore(channel, version, request.Who, request.Why);
                    return null;
                },
                cancellationToken);
            await keeper.SettleAsync(cancellationToken);
            audit.Write(request.Who, "restore", channel, why, Outcome(outcome));
            return new ChangeResult(outcome ?? new DeployOutcome(false, "the channel cannot be read", []), files);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StoreException)
        {
            audit.Write(request.Who, "restore", channel, why, $"failed: {error.Message}");
            throw;
        }
    }

    private static string Outcome(DeployOutcome? outcome) => outcome switch
    {
        null => "there is no such channel",
        { IsRunning: true } => "runs",
        _ => $"does not run: {outcome.Reason ?? "its channel.yaml has problems"}",
    };
}

/// <summary>What came of a change.</summary>
/// <param name="Outcome">Of the deploy.</param>
/// <param name="Files">Of the restore; null when none was asked for.</param>
internal sealed record ChangeResult(DeployOutcome Outcome, RestoreResult? Files);
