using ChannelHost.Engine.Attachments;
using System.Diagnostics;
using ChannelHost.Engine.Deployment;
using ChannelHost.Engine.Figures;
using ChannelHost.Engine.Pipeline;
using ChannelHost.Engine.Sources;

namespace ChannelHost.Engine.Cases;

/// <summary>
/// Runs golden cases: a version of a channel on one message, by the very code that live messages go through, with the clock stopped, chance fixed, and
/// no store, network or disk. Each case has a world of its own. Safe for use by many threads.
/// </summary>
/// <param name="scripts">Prepares scripts.</param>
/// <param name="dataTypes">The data types there are, for messages to other channels.</param>
public sealed class CaseRunner(IScriptCompiler scripts, IReadOnlyList<IDataType> dataTypes)
{
    /// <summary>The row of chance: any number will do, as long as it stays the same.</summary>
    private const int Seed = 7;

    /// <summary>The longest that one case may take, whatever its scripts' limits are.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>Runs one case. What is wrong with channel or case is in the result.</summary>
    /// <param name="definition">The version of the channel.</param>
    /// <param name="case">The case.</param>
    /// <param name="coverage">Notes which lines of scripts run; null for nobody.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CaseResult> RunAsync(ChannelDefinition definition, ChannelCase @case, IScriptCoverage? coverage, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(@case);
        var started = Stopwatch.GetTimestamp();
        var world = new CaseWorld(definition, @case.Settings);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        CaseResult result;
        try
        {
            var record = await RunAsync(world, @case, coverage, limit.Token).ConfigureAwait(false);
            var codecs = new CaseCodecs(definition, dataTypes);
            result = new CaseResult
            {
                Case = @case,
                Actual = record.AsExpectation(codecs),
                Errors = record.Errors,
                Differences = new CaseComparison(codecs, @case.Settings.Ignore).Compare(@case.Expectation, record),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            result = Failed(@case, $"it did not end within {Longest.TotalSeconds:0} s");
        }
        catch (Exception exception) when (exception is ScriptCompileException or ConnectorException)
        {
            result = Failed(@case, $"the channel cannot be built: {exception.Message}");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A fault of ours or of a connector that says it is itself in cases: this case's, and nobody else's.
            result = Failed(@case, $"unexpected failure ({exception.GetType().Name})") with { Log = [exception.ToString()] };
        }

        return result with { Log = [.. world.Log.Lines, .. result.Log], Elapsed = Stopwatch.GetElapsedTime(started) };
    }

    private static CaseResult Failed(ChannelCase @case, string reason) => new() { Case = @case, Differences = [new CaseDifference("case", null, reason)] };

    private async Task<CaseRecord> RunAsync(CaseWorld world, ChannelCase @case, IScriptCoverage? coverage, CancellationToken cancellationToken)
    {
        var services = world.Services(scripts, dataTypes, new Rehearsal(new Random(Seed), coverage));
        var figures = new ChannelFigures();
        var builder = new ChannelBuilder(services, world.Router, world.GlobalMap, new AttachmentShelves(), figures, world.Store, world.State, cancellationToken);
        var version = await builder.BuildAsync(world.Definition, null, cancellationToken).ConfigureAwait(false);
        try
        {
            builder.Chains.Lanes = version.Lanes;
            foreach (var lane in version.Lanes.Values)
            {
                lane.HoldQueue();
            }

            Deploy(world, services, version, cancellationToken);
            var input = version.Definition.Source.DataType is var type ? type.DataType.CreateCodec(type.Options).FromText(@case.Input) : @case.Input;
            var incoming = new IncomingMessage { Content = input, SourceMap = @case.Settings.SourceMap };
            var response = await ReceiveAsync(world, version, services, figures, incoming, cancellationToken).ConfigureAwait(false);
            var queued = await TryQueuedAsync(world, version).ConfigureAwait(false);
            return CaseRecord.Of(world, response, queued);
        }
        finally
        {
            foreach (var lane in version.Lanes.Values)
            {
                await lane.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>What runs before the first message of a channel that lives: the deploy script of all channels, then its own.</summary>
    /// <exception cref="ConnectorException">Its own failed.</exception>
    private static void Deploy(CaseWorld world, EngineServices services, ChannelVersion version, CancellationToken cancellationToken)
    {
        var global = version.Definition.Global.Deploy;
        new GlobalScriptRunner(services, world.Router, world.GlobalMap, null).Run(ScriptKind.GlobalDeploy, global, version.Definition, cancellationToken);
        if (version.Life.Run(version.Life.Deploy, cancellationToken).Error is { } error)
        {
            throw new ConnectorException($"its deploy script failed: {error.Told}");
        }

        world.Give();
    }

    /// <summary>In by the channel's own door, and through, until nothing of it is on its way.</summary>
    private static async Task<SourceResponse> ReceiveAsync(
        CaseWorld world, ChannelVersion version, EngineServices services, ChannelFigures figures, IncomingMessage incoming, CancellationToken cancellationToken)
    {
        var intake = new Intake(threads: 1) { Pipeline = version.Pipeline };
        await using var backlog = new ReceivedBacklog(world.Definition.Name, world.Store, () => intake.Pipeline, services.Time, world.Log);
        backlog.Start(AsyncEnumerable.Empty<Messages.ConnectorMessage>());
        var receiver = new MessageReceiver(
            world.Definition.Name, intake, backlog, world.Store, world.State, figures, services.Time, world.Log, cancellationToken);
        var response = await receiver.ReceiveAsync(incoming, cancellationToken).ConfigureAwait(false);
        await backlog.WhenDoneAsync(cancellationToken).ConfigureAwait(false);
        await intake.InFlight.WhenEmptyAsync(cancellationToken).ConfigureAwait(false);
        return response;
    }

    /// <summary>The first attempt at what waits in queues, in the order in which it came and in the channel's order of destinations.</summary>
    private static async Task<IReadOnlyDictionary<(long, string), Response>> TryQueuedAsync(CaseWorld world, ChannelVersion version)
    {
        var responses = new Dictionary<(long, string), Response>();
        foreach (var message in world.Store.Messages)
        {
            foreach (var destination in message.Destinations.Where(destination => destination.Status == MessageStatus.Queued))
            {
                responses[(message.Id, destination.Name)] = await version.Lanes[destination.Name].TryQueuedAsync(Work(message, destination)).ConfigureAwait(false);
            }
        }

        return responses;
    }

    private static DestinationWork Work(MessageRecord message, DestinationRecord destination) => new()
    {
        MessageId = message.Id,
        Content = destination.Content ?? message.Encoded ?? message.Raw,
        Attempts = 0,
        ReceivedAt = message.ReceivedAt,
        ControlId = message.ControlId,
        SourceMap = message.SourceMap,
        ChannelMap = destination.ChannelMap ?? message.ChannelMap,
        ConnectorMap = destination.ConnectorMap,
    };
}
