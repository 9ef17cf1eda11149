using ChannelHost.Engine.Attachments;
using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Figures;
using ChannelHost.Engine.Pipeline;
using ChannelHost.Engine.Responses;
using ChannelHost.Engine.Sources;
using ChannelHost.Engine.Transformers;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Deployment;

/// <summary>Builds versions of one channel: prepares its scripts, makes its codecs and lanes, and joins them to a pipeline.</summary>
internal sealed class ChannelBuilder(
    EngineServices services,
    IChannelRouter router,
    IVariableMap globalMap,
    AttachmentShelves shelves,
    ChannelFigures figures,
    IMessageStore store,
    IChannelState state,
    CancellationToken closing)
{
    /// <summary>The queues that people have paused.</summary>
    public PausedQueues Paused { get; } = new(state);

    /// <summary>Builds a version. Lanes of <paramref name="running"/> whose destination did not change are used again; new ones are started.</summary>
    /// <exception cref="ScriptCompileException">A script cannot be prepared.</exception>
    /// <exception cref="ConnectorException">A destination cannot work.</exception>
    public async Task<ChannelVersion> BuildAsync(ChannelDefinition definition, ChannelVersion? running, CancellationToken cancellationToken)
    {
        var environment = Environment(definition);
        var responseScripts = definition.Destinations
            .Where(destination => destination.ResponseTransformer is not null)
            .ToDictionary(destination => destination.Name, destination => Compile(environment, (ScriptKind.ResponseTransformer, destination.ResponseTransformer))!);
        var source = Source(definition, environment);
        var transformers = definition.Destinations
            .Where(destination => destination.Enabled)
            .Select(destination => Transformer(definition, destination, environment))
            .ToList();
        var postprocessor = Compile(environment, (ScriptKind.Postprocessor, definition.Postprocessor));

        // Scripts first: a version that cannot be prepared must not have started a single connector.
        var lanes = await LanesAsync(definition, environment, responseScripts, running, cancellationToken).ConfigureAwait(false);
        var codec = Codec(definition.Source.DataType);
        var responses = new ResponseSelector(definition.Source.Acknowledge, new AutoResponder(codec, services.Time), definition.Source.Connector.Type + ".");
        var pipeline = new MessagePipeline(
            source,
            [.. transformers.Select(entry => new DestinationPipeline(lanes[entry.Name], entry.Transformer))],
            responses,
            postprocessor is null ? null : new Postprocessor(postprocessor, codec),
            store,
            state,
            figures,
            new ErrorLog(definition.Name, figures, services.Time, services.Loggers.CreateLogger<ErrorLog>()))
        {
            Batch = Batch(definition.Source),
            Attachments = Attachments(definition, environment),
            Shelves = shelves,
            Putting = AttachmentPutting.For(definition, puts: true),
            DeliversInOrder = services.Rehearsal is not null,
        };
        return new ChannelVersion(definition, environment, lanes, pipeline, services.Time.GetUtcNow());
    }

    /// <summary>What connectors of this channel get from the house.</summary>
    public ConnectorContext Context(ChannelDefinition definition, string name, DataTypeChoice dataType, ScriptEnvironment environment) => new()
    {
        Channel = definition.Name,
        Name = name,
        Time = services.Time,
        Codec = Codec(dataType),
        Logger = services.Loggers.CreateLogger($"ChannelHost.Connector.{definition.Name}.{name}"),
        Files = services.Files,
        Router = router,
        Scripts = services.Scripts,
        ScriptEnvironment = environment,
        Figures = figures,
        StateId = () => StateName.Of(state),
    };

    /// <summary>Records outcomes for as long as the channel is open.</summary>
    public OutcomeRecorder Recorder(string channel) =>
        new(channel, store, state, services.Time, services.Loggers.CreateLogger<OutcomeRecorder>(), closing);

    private ScriptEnvironment Environment(ChannelDefinition definition) => new()
    {
        Channel = definition.Name,
        Library = definition.Library,
        Limits = definition.ScriptLimits,
        GlobalMap = globalMap,
        GlobalChannelMap = state.GlobalChannelMap,
        ConfigurationMap = definition.Configuration,
        Access = definition.Access,
        Databases = services.Databases,
        Log = ScriptLog.For(definition.Name, services.Loggers),
        Router = router,
        Time = services.Time,
        Random = services.Rehearsal?.Random,
        Coverage = services.Rehearsal?.Coverage,
    };

    private SourceTransformer Source(ChannelDefinition definition, ScriptEnvironment environment)
    {
        var codec = Codec(definition.Source.DataType);
        var unit = Compile(
            environment,
            (ScriptKind.Preprocessor, definition.Preprocessor),
            (ScriptKind.Filter, definition.Filter),
            (ScriptKind.Transformer, definition.Transformer));
        return new SourceTransformer(
            new FilterTransformer("source", unit, codec, codec),
            new MetadataReader(definition.Metadata, codec),
            codec,
            definition.Preprocessor is not null);
    }

    private (string Name, FilterTransformer Transformer) Transformer(ChannelDefinition definition, DestinationDefinition destination, ScriptEnvironment environment)
    {
        var unit = Compile(environment, (ScriptKind.Filter, destination.Filter), (ScriptKind.Transformer, destination.Transformer));
        return (destination.Name, new FilterTransformer(destination.Name, unit, Codec(definition.Source.DataType), Codec(destination.DataType)));
    }

    private async Task<IReadOnlyDictionary<string, DestinationLane>> LanesAsync(
        ChannelDefinition definition,
        ScriptEnvironment environment,
        Dictionary<string, IScriptUnit> responseScripts,
        ChannelVersion? running,
        CancellationToken cancellationToken)
    {
        var lanes = new Dictionary<string, DestinationLane>(StringComparer.Ordinal);
        foreach (var destination in definition.Destinations.Where(destination => destination.Enabled))
        {
            if (running is not null && running.Lanes.TryGetValue(destination.Name, out var lane) && CanStay(running, definition, lane.Definition, destination))
            {
                lanes.Add(destination.Name, lane);
                continue;
            }

            lane = Lane(definition, destination, environment, responseScripts.GetValueOrDefault(destination.Name));
            try
            {
                await lane.StartAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await lane.DisposeAsync().ConfigureAwait(false);
                await DiscardAsync(lanes.Values, running).ConfigureAwait(false);
                throw;
            }

            lanes.Add(destination.Name, lane);
        }

        return lanes;
    }

    /// <summary>
    /// A lane stays when nothing that it was built from changed. Its filter and transformer are not part of it. A lane that runs scripts of its own goes
    /// with any change of the channel's shared scripts, limits or configuration values.
    /// </summary>
    private static bool CanStay(ChannelVersion running, ChannelDefinition next, DestinationDefinition before, DestinationDefinition after) =>
        before.Connector.Type == after.Connector.Type
        && OptionsComparison.AreEqual(before.Options, after.Options)
        && before.DataType.DataType.Name == after.DataType.DataType.Name
        && OptionsComparison.AreEqual(before.DataType.Options, after.DataType.Options)
        && Equals(before.ResponseTransformer, after.ResponseTransformer)
        && Equals(before.Queue, after.Queue)
        && before.Reattach == after.Reattach
        && running.Definition.Compatibility == next.Compatibility
        && (running.Definition.Attachments?.Outbound ?? []).SequenceEqual(next.Attachments?.Outbound ?? [])
        && ShareScripts(running.Definition, next);

    /// <summary>True when scripts that connectors run find the same around them in both versions: limits, shared scripts, configuration values.</summary>
    public static bool ShareScripts(ChannelDefinition before, ChannelDefinition after) =>
        Equals(before.ScriptLimits, after.ScriptLimits)
        && before.Library.SequenceEqual(after.Library)
        && HaveSameConfiguration(before.Configuration, after.Configuration);

    private static bool HaveSameConfiguration(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
        ReferenceEquals(before, after)
        || (before.Count == after.Count && before.All(pair => after.TryGetValue(pair.Key, out var value) && value == pair.Value));

    private DestinationLane Lane(ChannelDefinition definition, DestinationDefinition destination, ScriptEnvironment environment, IScriptUnit? responseScript)
    {
        var context = Context(definition, destination.Name, destination.DataType, environment);
        var connector = destination.Connector.CreateDestination(destination.Options, context);
        var logger = services.Loggers.CreateLogger<DestinationLane>();
        var sender = new DestinationSender(
            definition.Name,
            destination.Name,
            connector,
            context.Codec,
            responseScript is null ? null : new ResponseTransformer(destination.Name, responseScript, context.Codec),
            environment,
            new DestinationAttachments(store, shelves, AttachmentPutting.For(definition, destination.Reattach), context.Codec),
            logger);
        var lane = new DestinationLane(
            definition.Name,
            destination,
            connector,
            sender,
            new DestinationQueue(destination.Name, store, services.Time),
            Recorder(definition.Name),
            figures,
            services.Time,
            logger);
        if (destination.Queue.Mode != QueueMode.Never && Paused.Contains(destination.Name))
        {
            lane.Control.Pause();
        }

        return lane;
    }

    /// <summary>Lets go of lanes that were started for a version that is not to be, but not of those that run.</summary>
    public static async Task DiscardAsync(IEnumerable<DestinationLane> lanes, ChannelVersion? running)
    {
        foreach (var lane in lanes)
        {
            if (running is null || !running.Lanes.Values.Contains(lane))
            {
                await lane.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private IScriptUnit? Compile(ScriptEnvironment environment, params ReadOnlySpan<(ScriptKind Kind, ScriptFile? File)> scripts)
    {
        var steps = new List<ScriptStep>();
        foreach (var (kind, file) in scripts)
        {
            if (file is not null)
            {
                steps.Add(new ScriptStep(kind, file));
            }
        }

        return steps.Count == 0 ? null : services.Scripts.Compile(steps, environment);
    }

    private AttachmentTaking? Attachments(ChannelDefinition definition, ScriptEnvironment environment) => definition.Attachments is { } settings
        ? new AttachmentTaking(settings, Codec(definition.Source.DataType), Compile(environment, (ScriptKind.Attachment, settings.Script)), environment)
        : null;

    private static BatchTaking? Batch(SourceDefinition source) => source.Batch is { } batch
        ? new BatchTaking(source.DataType.DataType.CreateSplitter(batch.Options!, source.DataType.Options), batch.MaximumParts)
        : null;

    private static IMessageCodec Codec(DataTypeChoice choice) => choice.DataType.CreateCodec(choice.Options);
}
