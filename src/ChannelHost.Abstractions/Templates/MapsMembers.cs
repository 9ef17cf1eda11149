namespace ChannelHost.Abstractions;

/// <summary><c>maps</c> in templates: <c>${maps.get('a key')}</c> finds keys that are no names. The first map that has it counts, from the widest to the narrowest.</summary>
internal sealed class MapsMembers(ScriptEnvironment environment, MessageMaps? maps) : ITemplateMembers
{
    public bool TryGet(string member, IReadOnlyList<object?>? arguments, out object? value)
    {
        value = null;
        if (member != "get" || arguments is not [string key])
        {
            return false;
        }

        if (environment.ConfigurationMap.TryGetValue(key, out var setting))
        {
            value = setting;
            return true;
        }

        var isFound = environment.GlobalMap.TryGet(key, out value) || environment.GlobalChannelMap.TryGet(key, out value);
        return (isFound || (maps is not null
            && (maps.Source.TryGetValue(key, out value) || maps.Channel.TryGet(key, out value) || maps.Connector.TryGet(key, out value) || maps.Response.TryGet(key, out value))))
            && value is not null;
    }
}
