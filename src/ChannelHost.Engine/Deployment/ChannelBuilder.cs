using ChannelHost.Engine.Attachments;
using ChannelHost.Engine.Destinations;
using ChannelHost.Engine.Figures;
using ChannelHost.Engine.Messages;
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
    CancellationToken closing,
    IChannelDirectory? channels = null)
{
    /// <summary>What the chains of all versions share.</summary>
    public ChainsUnderWay Chains { get; } = new();

    /// <summary>The queues that people have paused.</summary>
    public PausedQueues Paused { get; } = new(state);

    /// <summary>What of which queues may be on its way.</summary>
    public DeliveryLeases Leases { get; } = new(state);

    private readonly OrderEras _eras = new(store, state);
    private PartnerPauses? _pauses;
    private ResentMessages? _resent;

    /// <summary>Builds a version. Lanes of <paramref name="running"/> whose destination did not change are used again; new ones are started.</summary>
    /// <exception cref="ScriptCompileException">A script cannot be prepared.</exception>
    /// <exception cref="ConnectorException">A destination cannot work.</exception>
    public async Task<ChannelVersion> BuildAsync(ChannelDefinition definition, ChannelVersion? running, CancellationToken cancellationToken)
    {
        // Scripts first: a version that cannot be prepared must not have started a single connector.
        var scripts = Scripts(definition);
        var environment = scripts.Environment;
        var lanes = await LanesAsync(definition, environment, scripts.Responses, running, cancellationToken).ConfigureAwait(false);
        return new ChannelVersion(definition, environment, lanes, Pipeline(definition, scripts, lanes), scripts.Life, services.Time.GetUtcNow());
    }

    /// <summary>Finds out whether the scripts of a version can be prepared.</summary>
    /// <exception cref="ScriptCompileException">They cannot.</exception>
    public void CheckScripts(ChannelDefinition definition) => Scripts(definition);

    private PreparedScripts Scripts(ChannelDefinition definition)
    {
        var environment = Environment(definition);
        var responseScripts = definition.Destinations
            .Where(destination => destination.ResponseTransformer is not null)
            .ToDictionary(destination => destination.Name, destination => Compile(environment, (ScriptKind.ResponseTransformer, destination.ResponseTransformer))!);
        var keyScripts = definition.Destinations
            .Where(destination => destination is { Enabled: true, Queue.KeyScript: not null })
            .ToDictionary(destination => destination.Name, destination => Compile(environment, (ScriptKind.Writer, destination.Queue.KeyScript))!);
        var source = Source(definition, environment);
        var transformers = definition.Destinations
            .Where(destination => destination.Enabled)
            .Select(destination => Transformer(definition, destination, environment))
            .ToList();
        var globals = environment with { CodeTemplates = definition.Global.CodeTemplates };
        var (own, global) = (
            Compile(environment, (ScriptKind.Postprocessor, definition.Postprocessor)),
            Compile(globals, (ScriptKind.GlobalPostprocessor, definition.Global.Postprocessor)));
        var life = new LifeScripts(
            Compile(environment, (ScriptKind.Deploy, definition.DeployScript)),
            Compile(environment, (ScriptKind.Undeploy, definition.UndeployScript)),
            Codec(definition.Source.DataType));
        return new PreparedScripts(environment, responseScripts, source, transformers, own is null && global is null ? null : new Postprocessor(own, global, Outbound(definition)), life)
        {
            Batch = Batch(definition.Source, environment),
            Attachments = Attachments(definition, environment),
            OrderKeys = keyScripts,
        };
    }

    private MessagePipeline Pipeline(ChannelDefinition definition, PreparedScripts scripts, IReadOnlyDictionary<string, DestinationLane> lanes)
    {
        var environment = scripts.Environment;
        var codec = Codec(definition.Source.DataType);
        var isMirth = definition.Compatibility == Compatibility.Mirth;
        var responses = new ResponseSelector(
            definition.Source.Acknowledge, new AutoResponder(codec, services.Time), definition.Source.Connector.Type + ".", codec, environment.Destinations, isMirth);
        var errors = new ErrorLog(definition.Name, figures, services.Time, services.Loggers.CreateLogger<ErrorLog>());
        var snapshots = Snapshots(definition, environment);
        return new MessagePipeline(
            scripts.Source,
            [.. scripts.Transformers.Select(entry => new DestinationPipeline(lanes[entry.Definition.Name], environment.IdOf(entry.Definition.Name), entry.Transformer, Content(entry.Definition, environment), snapshots, Keys(entry.Definition, scripts.OrderKeys, environment)))],
            responses,
            scripts.Postprocessor,
            store,
            state,
            figures,
            errors,
            new ChainRunner(
                definition.Name, Chains, store, state, figures, errors, Recorder(definition.Name), isMirth, services.Time, services.Loggers.CreateLogger<ChainRunner>(), closing),
            snapshots)
        {
            NumbersDestinations = isMirth,
            Words = AnswerWords.For(definition.Source.Options, environment),
            Batch = scripts.Batch,
            Attachments = scripts.Attachments,

            // A case must not depend on what came before it.
            Duplicates = definition.Source.Duplicates is { Action: not DuplicateAction.Pass } duplicates && services.Rehearsal is null ? duplicates : null,
            Shelves = shelves,
            Putting = AttachmentPutting.For(definition, environment, puts: true),
            DeliversInOrder = services.Rehearsal is not null,
        };
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
        ChannelId = definition.Id,
        ChannelTitle = definition.Title,
        DestinationTitles = DestinationNumbers.Titles(definition),
        Library = definition.Library,
        Compatibility = definition.Compatibility,
        E4x = definition.E4x,
        CodeTemplates = definition.CodeTemplates,
        Access = services.Rehearsal is null ? definition.Access : Rehearsed(definition.Access),
        Databases = services.Rehearsal is null ? services.Databases : null,
        Mail = services.Rehearsal is null ? services.Mail : null,
        Channels = channels,
        DataTypes = services.DataTypes,
        Destinations = DestinationNumbers.Of(definition),
        Alert = ScriptLog.AlertFor(definition.Name, services.Loggers),
        Limits = definition.ScriptLimits,
        GlobalMap = globalMap,
        GlobalChannelMap = state.GlobalChannelMap,
        ConfigurationMap = definition.Configuration,
        Log = ScriptLog.For(definition.Name, services.Loggers),
        Router = router,
        Time = services.Time,
        Random = services.Rehearsal?.Random,
        Coverage = services.Rehearsal?.Coverage,
    };

    // A golden case changes nothing outside and asks nobody; files that scripts look things up in are the same for all.
    private static ScriptAccess Rehearsed(ScriptAccess access) =>
        ReferenceEquals(access, ScriptAccess.None) ? access : new ScriptAccess { Folders = [.. access.Folders.Select(folder => folder with { CanWrite = false })] };

    private SourceTransformer Source(ChannelDefinition definition, ScriptEnvironment environment)
    {
        var codec = Codec(definition.Source.DataType);
        IScriptUnit?[] preprocessors =
        [
            Compile(environment with { CodeTemplates = definition.Global.CodeTemplates }, (ScriptKind.GlobalPreprocessor, definition.Global.Preprocessor)),
            Compile(environment, (ScriptKind.Preprocessor, definition.Preprocessor)),
        ];
        var first = preprocessors.OfType<IScriptUnit>().ToList();
        var source = definition.Source;
        return new SourceTransformer(
            FilterTransformer(definition, environment, "source", 0, source.DataType, source.Outbound ?? source.DataType, source.Template, definition.Filter, definition.Transformer),
            new MetadataReader(definition.Metadata, codec),
            codec,
            first.Count == 0 ? null : new Preprocessor(first, codec),
            Snapshots(definition, environment));
    }

    private (DestinationDefinition Definition, FilterTransformer Transformer) Transformer(ChannelDefinition definition, DestinationDefinition destination, ScriptEnvironment environment) => (
        destination,
        FilterTransformer(
            definition, environment, destination.Name, environment.IdOf(destination.Name), definition.Source.Outbound ?? definition.Source.DataType,
            destination.DataType, destination.Template, destination.Filter, destination.Transformer));

    private FilterTransformer FilterTransformer(
        ChannelDefinition definition,
        ScriptEnvironment environment,
        string connector,
        int id,
        DataTypeChoice inbound,
        DataTypeChoice outbound,
        ScriptFile? template,
        ScriptFile? filter,
        ScriptFile? transformer)
    {
        // A template goes on without any script, and where the reference turns one type into another without one, so do we for its channels.
        var converts = template is not null || (definition.Compatibility == Compatibility.Mirth && inbound.DataType.Name != outbound.DataType.Name);
        if (transformer is null && converts)
        {
            transformer = new ScriptFile($"{definition.Name}/{connector} (conversion)", "msg;\n");
        }

        var unit = Compile(environment, (ScriptKind.Filter, filter), (ScriptKind.Transformer, transformer));
        return new FilterTransformer(connector, id, unit, Codec(inbound), Codec(outbound), template?.Text)
        {
            TellsFacts = definition.Compatibility == Compatibility.Mirth,
        };
    }

    private static IMessageCodec Outbound(ChannelDefinition definition) => Codec(definition.Source.Outbound ?? definition.Source.DataType);

    private MessageSnapshots Snapshots(ChannelDefinition definition, ScriptEnvironment environment) =>
        new(environment, definition.Id ?? definition.Name, services.ServerId, Codec(definition.Source.DataType), Outbound(definition));

    private static DestinationContent? Content(DestinationDefinition destination, ScriptEnvironment environment) =>
        destination.Content is { } content ? new DestinationContent(content, Codec(destination.DataType), environment, destination.Name) : null;

    private OrderKeys? Keys(DestinationDefinition destination, Dictionary<string, IScriptUnit> scripts, ScriptEnvironment environment) => destination.Queue.HasKey
        ? new OrderKeys(
            environment.Channel, destination.Name, environment.IdOf(destination.Name), destination.Queue.Key, scripts.GetValueOrDefault(destination.Name), Codec(destination.DataType), environment,
            services.Loggers.CreateLogger<OrderKeys>())
        : null;

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
        && (before.Id, before.WaitForPrevious) == (after.Id, after.WaitForPrevious)
        && AreEqual(before.ResponseDataType, after.ResponseDataType)
        && AreEqual(running.Definition.Source.DataType, next.Source.DataType)
        && ShareScripts(running.Definition, next);

    private static bool AreEqual(DataTypeChoice? before, DataTypeChoice? after) =>
        before?.DataType.Name == after?.DataType.Name && OptionsComparison.AreEqual(before?.Options, after?.Options);

    /// <summary>True when scripts that connectors run find the same around them in both versions: limits, shared scripts, configuration values.</summary>
    public static bool ShareScripts(ChannelDefinition before, ChannelDefinition after) =>
        Equals(before.ScriptLimits, after.ScriptLimits)
        && before.Library.SequenceEqual(after.Library)
        && before.CodeTemplates.SequenceEqual(after.CodeTemplates)
        && (before.Id, before.Title, before.Compatibility, before.E4x) == (after.Id, after.Title, after.Compatibility, after.E4x)
        && before.Access.Equals(after.Access)
        && DestinationNumbers.Of(before).SequenceEqual(DestinationNumbers.Of(after))
        && before.Destinations.Select(destination => destination.Title).SequenceEqual(after.Destinations.Select(destination => destination.Title))
        && HaveSameConfiguration(before.Configuration, after.Configuration);

    private static bool HaveSameConfiguration(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
        ReferenceEquals(before, after)
        || (before.Count == after.Count && before.All(pair => after.TryGetValue(pair.Key, out var value) && value == pair.Value));

    private DestinationLane Lane(ChannelDefinition definition, DestinationDefinition destination, ScriptEnvironment environment, IScriptUnit? responseScript)
    {
        var context = Context(definition, destination.Name, destination.DataType, environment);
        var connector = Connector(destination, context);
        var logger = services.Loggers.CreateLogger<DestinationLane>();
        var answers = destination.ResponseDataType is { } type ? Codec(type) : context.Codec;
        var id = environment.IdOf(destination.Name);
        var snapshots = Snapshots(definition, environment);
        var sender = new DestinationSender(
            definition.Name,
            destination.Name,
            connector,
            answers,
            responseScript is null ? null : new ResponseTransformer(destination.Name, responseScript, answers),
            environment,
            id,
            (work, maps, attempt) => snapshots.AtSending(work.MessageId, store.Read(work.MessageId), id, destination.Name, work.Content, context.Codec, attempt, maps),
            new DestinationAttachments(store, shelves, AttachmentPutting.For(definition, environment, destination.Reattach), context.Codec),
            logger);
        var lane = new DestinationLane(
            definition.Name,
            destination,
            connector,
            sender,
            store,
            Pauses(definition.Name),
            Resent(definition.Name),
            Leases,
            _eras,
            Recorder(definition.Name),
            figures,
            services.Time,
            logger);
        // A destination that has no queue any more can have one to empty: who paused it did not mean that it may go now.
        if (Paused.HeldBecause(destination.Name) is not null
            || (Paused.IsPaused(destination.Name) && (destination.Queue.Mode != QueueMode.Never || Waits(destination.Name))))
        {
            lane.Control.Pause();
        }

        return lane;
    }

    /// <summary>True when messages are queued at a destination, whatever the channel says of its queue now.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public bool Waits(string destination) => store.Counts().Any(count => count is { Status: MessageStatus.Queued, Count: > 0 } && count.Connector == destination);

    /// <summary>One destination, or one for each lane. A golden case makes one delivery at a time.</summary>
    private IDestination Connector(DestinationDefinition destination, ConnectorContext context)
    {
        var lanes = services.Rehearsal is null && destination.Connector.Concurrency(destination.Options) == DestinationConcurrency.InstancePerLane ? destination.Queue.Lanes : 1;
        return lanes == 1
            ? destination.Connector.CreateDestination(destination.Options, context)
            : new LaneInstances([.. Enumerable.Range(0, lanes).Select(_ => destination.Connector.CreateDestination(destination.Options, context))]);
    }

    private ResentMessages Resent(string channel) => _resent ??= new ResentMessages(channel, state, services.Time, services.Loggers.CreateLogger<ResentMessages>());

    private PartnerPauses Pauses(string channel) => _pauses ??= new PartnerPauses(channel, state, services.Time, services.Loggers.CreateLogger<PartnerPauses>());

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

    private BatchTaking? Batch(SourceDefinition source, ScriptEnvironment environment)
    {
        if (source.Batch is not { } batch)
        {
            return null;
        }

        if (batch.Script is not { } script)
        {
            return new BatchTaking(source.DataType.DataType.CreateSplitter(batch.Options!, source.DataType.Options), batch.MaximumParts);
        }

        var reading = new BatchScript(Compile(environment, (ScriptKind.Batch, script))!, script.Name, Codec(source.DataType), environment);
        return new BatchTaking(reading, batch.MaximumParts) { Script = reading };
    }

    private static IMessageCodec Codec(DataTypeChoice choice) => choice.DataType.CreateCodec(choice.Options);

    /// <summary>The scripts of a version, prepared.</summary>
    private sealed record PreparedScripts(
        ScriptEnvironment Environment,
        Dictionary<string, IScriptUnit> Responses,
        SourceTransformer Source,
        List<(DestinationDefinition Definition, FilterTransformer Transformer)> Transformers,
        Postprocessor? Postprocessor,
        LifeScripts Life)
    {
    /// <summary>By destination, the scripts that compute order keys.</summary>
    public required Dictionary<string, IScriptUnit> OrderKeys { get; init; }

        public BatchTaking? Batch { get; init; }

        public AttachmentTaking? Attachments { get; init; }
    }
}
