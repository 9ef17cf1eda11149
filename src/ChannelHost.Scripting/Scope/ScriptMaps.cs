using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Native.Object;

namespace ChannelHost.Scripting.Scope;

/// <summary>The maps of one run, made when a script first names them.</summary>
internal sealed class ScriptMaps(ScriptRun run)
{
    private readonly MapObject?[] _maps = new MapObject?[Enum.GetValues<MapName>().Length];
    private ObjectInstance? _prototype;
    private bool _isFallbackTold;

    /// <summary>The order in which <c>$('key')</c> looks.</summary>
    private static ReadOnlySpan<MapName> LookupOrder =>
    [
        MapName.Response, MapName.Connector, MapName.Channel, MapName.Source, MapName.GlobalChannel, MapName.Global, MapName.Configuration, MapName.Result,
    ];

    /// <summary>A map as scripts see it.</summary>
    public MapObject this[MapName name] => _maps[(int)name] ??= Wrap(Store(name));

    /// <summary>Another map as scripts see it.</summary>
    public MapObject Wrap(MapStore store) => new(run, store, Prototype);

    /// <summary>The value of the first map that has the key, or an empty text.</summary>
    public JsValue Find(string key)
    {
        foreach (var name in LookupOrder)
        {
            if (run.Names.Has(name) && this[name].TryRead(key, out var value))
            {
                return value;
            }
        }

        return run.Text("");
    }

    /// <summary>What a map gives for a key that it has not: null, but imported scripts find what the source said in the channel map, too.</summary>
    public JsValue Elsewhere(MapObject map, string key)
    {
        if (!run.IsMirth || !ReferenceEquals(map, _maps[(int)MapName.Channel]) || !this[MapName.Source].TryRead(key, out var value))
        {
            return JsValue.Null;
        }

        if (!_isFallbackTold)
        {
            _isFallbackTold = true;
            run.Environment.Log("warn", "A key was read from channelMap that only sourceMap has. It works as in the reference, but say sourceMap.get.", run.Current?.File.Name ?? "");
        }

        return value;
    }

    /// <summary>Writes down what scripts changed inside objects that they put into or got from the message's maps.</summary>
    public void Finish()
    {
        foreach (var map in _maps)
        {
            map?.Finish();
        }
    }

    private ObjectInstance Prototype => _prototype ??= MapMethods.Shape.Instantiate(run.Engine);

    private MapStore Store(MapName name) => name switch
    {
        MapName.Source when run.IsMirth => new MirthSourceMap(run.Scope.Maps.Source, run.Environment.Destinations),
        MapName.Source => new SourceMapStore(run.Scope.Maps.Source),
        MapName.Channel => new MessageMapStore("channelMap", run.Scope.Maps.Channel),
        MapName.Connector => new MessageMapStore("connectorMap", run.Scope.Maps.Connector),
        MapName.Response => new ResponseMapStore(run.Scope.Maps.Response, run.Environment),
        MapName.Global => new SharedMapStore("globalMap", run.Environment.GlobalMap, null),
        MapName.GlobalChannel => new SharedMapStore("globalChannelMap", run.Environment.GlobalChannelMap, run.Scope.StateChanges),
        MapName.Result => new FixedMapStore("resultMap", Row),
        _ => new ConfigurationMapStore(run.Environment.ConfigurationMap),
    };

    private IReadOnlyDictionary<string, object?> Row =>
        run.Scope.Variables.GetValueOrDefault("resultMap") as IReadOnlyDictionary<string, object?> ?? new Dictionary<string, object?>();
}

/// <summary>The maps of the scope.</summary>
internal enum MapName
{
    Source,
    Channel,
    Connector,
    Response,
    Global,
    GlobalChannel,
    Configuration,
    Result,
}
