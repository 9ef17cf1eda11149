using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Native.Object;

namespace ChannelHost.Scripting.Scope;

/// <summary>The maps of a run, each made when first asked for.</summary>
internal sealed class ScriptMaps(ScriptRun run)
{
    private readonly MapObject?[] _maps = new MapObject?[Enum.GetValues<MapName>().Length];
    private ObjectInstance? _prototype;

    /// <summary>The order in which <c>$('key')</c> looks.</summary>
    private static ReadOnlySpan<MapName> LookupOrder =>
    [
        MapName.Response, MapName.Connector, MapName.Channel, MapName.Source, MapName.GlobalChannel, MapName.Global, MapName.Configuration,
    ];

    /// <summary>A map as scripts see it.</summary>
    public MapObject this[MapName name] => _maps[(int)name] ??= new MapObject(run, Store(name), Prototype);

    /// <summary>The value of the first map that has the key, or an empty text.</summary>
    public JsValue Find(string key)
    {
        foreach (var name in LookupOrder)
        {
            if (this[name].TryRead(key, out var value))
            {
                return value;
            }
        }

        return JsString.Empty;
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
        MapName.Source => new SourceMapStore(run.Scope.Maps.Source),
        MapName.Channel => new MessageMapStore("channelMap", run.Scope.Maps.Channel),
        MapName.Connector => new MessageMapStore("connectorMap", run.Scope.Maps.Connector),
        MapName.Response => new MessageMapStore("responseMap", run.Scope.Maps.Response),
        MapName.Global => new SharedMapStore("globalMap", run.Environment.GlobalMap, null),
        MapName.GlobalChannel => new SharedMapStore("globalChannelMap", run.Environment.GlobalChannelMap, run.Scope.StateChanges),
        _ => new ConfigurationMapStore(run.Environment.ConfigurationMap),
    };
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
}
