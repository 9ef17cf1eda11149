using ChannelHost.Engine.Deployment;

namespace ChannelHost.Engine.Cases;

/// <summary>Everything around a channel while one case runs.</summary>
internal sealed class CaseWorld
{
    private readonly CaseSettings _settings;

    public CaseWorld(ChannelDefinition definition, CaseSettings settings)
    {
        _settings = settings;
        Definition = Staged(definition);
        Store = new CaseStore(settings.MessageId);
        State = new CaseState(settings.GlobalChannelMap);
        Router = new CaseRouter(settings.Channels);
    }

    /// <summary>The channel with stand-ins for its partners.</summary>
    public ChannelDefinition Definition { get; }

    public CaseStore Store { get; }

    public CaseState State { get; }

    public CaseRouter Router { get; }

    public CaseDeliveries Deliveries { get; } = new();

    public CaseLog Log { get; } = new();

    public IVariableMap GlobalMap { get; } = new VariableMap();

    /// <summary>Puts what the case gives into the maps: over what deploy scripts left there.</summary>
    public void Give()
    {
        foreach (var (key, value) in _settings.GlobalMap)
        {
            GlobalMap.Put(key, value);
        }

        foreach (var (key, value) in _settings.GlobalChannelMap)
        {
            State.GlobalChannelMap.Put(key, value);
        }
    }

    /// <summary>What the channel gets from this world.</summary>
    public EngineServices Services(IScriptCompiler scripts, IReadOnlyList<IDataType> dataTypes, Rehearsal rehearsal) => new()
    {
        DataTypes = dataTypes,
        Scripts = scripts,
        Stores = new CaseStores(),
        Files = new CaseFiles(),
        Time = new CaseClock(_settings.Clock, _settings.TimeZone),
        Loggers = Log,
        Rehearsal = rehearsal,
    };

    private ChannelDefinition Staged(ChannelDefinition definition)
    {
        var configuration = new Dictionary<string, string>(definition.Configuration);
        foreach (var (key, value) in _settings.Configuration)
        {
            configuration[key] = value;
        }

        return definition with
        {
            Threads = 1,
            Configuration = configuration,
            Destinations = [.. definition.Destinations.Select(destination => Staged(destination, configuration))],
        };
    }

    // One attempt says what there is to say; where there is a queue, the message waits for its next one.
    private DestinationDefinition Staged(DestinationDefinition destination, IReadOnlyDictionary<string, string> configuration) => destination with
    {
        Connector = new CaseConnector(destination.Connector, _settings.Answers, configuration, Deliveries),
        Queue = destination.Queue with { Attempts = destination.Queue.Mode == QueueMode.Never ? 1 : 0 },
    };
}
