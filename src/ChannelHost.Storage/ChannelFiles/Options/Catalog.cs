using ChannelHost.Storage.ChannelFiles.Reading;

namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>The connectors and data types there are, with their settings made ready for binding.</summary>
internal sealed class Catalog
{
    /// <summary>Keys of a source that are not its connector's.</summary>
    public static readonly IReadOnlyList<string> SourceKeys = ["type", "dataType", "acknowledge", "batch", "outbound"];

    /// <summary>Keys of a destination that are neither its connector's nor in <see cref="DestinationSettings"/>.</summary>
    public static readonly IReadOnlyList<string> DestinationKeys = ["name", "type", "dataType", "responseDataType"];

    /// <summary>A key that a destination's connector may have for itself: it knows better then how a message is filled in.</summary>
    private const string Content = "content";

    private readonly Dictionary<Type, OptionSet> _sets = [];
    private readonly Dictionary<string, IConnector> _connectors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IDataType> _dataTypes = new(StringComparer.Ordinal);

    /// <summary>Looks at every descriptor once.</summary>
    /// <exception cref="ArgumentException">A descriptor cannot be used: a mistake of its author, not of a channel's.</exception>
    public Catalog(IReadOnlyList<IConnector> connectors, IReadOnlyList<IDataType> dataTypes)
    {
        Channel = Set(typeof(ChannelSettings));
        Source = Set(typeof(SourceSettings));
        Destination = Set(typeof(DestinationSettings));
        Batch = Set(typeof(BatchSettings));
        foreach (var connector in connectors)
        {
            Add(connector);
        }

        foreach (var dataType in dataTypes)
        {
            Set(dataType.OptionsType);
            ReserveBatch(dataType);
            if (Set(dataType.OptionsType).Find("type") is not null || !_dataTypes.TryAdd(dataType.Name, dataType))
            {
                throw new ArgumentException($"The data type {dataType.Name} cannot be used: there are two of that name, or it has a setting `type`.");
            }
        }
    }

    /// <summary>The settings at the top of a file.</summary>
    public OptionSet Channel { get; }

    /// <summary>The settings of every source.</summary>
    public OptionSet Source { get; }

    /// <summary>The settings of every destination.</summary>
    public OptionSet Destination { get; }

    public IConnector? Connector(string type) => _connectors.GetValueOrDefault(type);

    public IDataType? DataType(string name) => _dataTypes.GetValueOrDefault(name);

    public IReadOnlyCollection<string> DataTypeNames => [.. _dataTypes.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The connectors that can be a source, or a destination.</summary>
    public IReadOnlyCollection<string> ConnectorTypes(bool asSource) =>
        [.. _connectors.Values.Where(connector => Options(connector, asSource) is not null).Select(connector => connector.Type).Order(StringComparer.Ordinal)];

    /// <summary>A connector's settings; null when it is no source, or no destination.</summary>
    public OptionSet? Options(IConnector connector, bool asSource) =>
        (asSource ? connector.SourceOptions : connector.DestinationOptions) is { } type ? _sets[type] : null;

    /// <summary>True when a destination's connector has a setting <c>content</c> and fills it in itself.</summary>
    public bool HasContentOfItsOwn(IConnector connector) => Options(connector, asSource: false)?.Find(Content) is not null;

    /// <summary>The settings of every batch.</summary>
    public OptionSet Batch { get; }

    /// <summary>The settings of a data type's batches; null when its messages are never split.</summary>
    public OptionSet? BatchOptions(IDataType dataType) => dataType.BatchOptionsType is { } type ? _sets[type] : null;

    /// <summary>The names of the data types that have batches.</summary>
    public IReadOnlyCollection<string> BatchTypeNames =>
        [.. _dataTypes.Values.Where(type => type.BatchOptionsType is not null).Select(type => type.Name).Order(StringComparer.Ordinal)];

    /// <summary>A data type's settings.</summary>
    public OptionSet Options(IDataType dataType) => _sets[dataType.OptionsType];

    private void Add(IConnector connector)
    {
        if (!_connectors.TryAdd(connector.Type, connector))
        {
            throw new ArgumentException($"There are two connectors of the type {connector.Type}.");
        }

        Reserve(connector, connector.SourceOptions, [.. SourceKeys, .. Source.Names]);
        Reserve(connector, connector.DestinationOptions, [.. DestinationKeys, .. Destination.Names.Where(name => name != Content)]);
    }

    private void Reserve(IConnector connector, Type? options, IEnumerable<string> taken)
    {
        if (options is null)
        {
            return;
        }

        var set = Set(options);
        if (taken.FirstOrDefault(name => set.Find(name) is not null) is { } clash)
        {
            throw new ArgumentException($"The connector {connector.Type} cannot be used: its setting `{clash}` is a key that every channel has.");
        }
    }

    private void ReserveBatch(IDataType dataType)
    {
        if (dataType.BatchOptionsType is { } batch && Batch.Names.FirstOrDefault(name => Set(batch).Find(name) is not null) is { } clash)
        {
            throw new ArgumentException($"The data type {dataType.Name} cannot be used: its batch setting `{clash}` is a key that every batch has.");
        }
    }

    private OptionSet Set(Type type) => OptionSet.For(type, _sets);
}
