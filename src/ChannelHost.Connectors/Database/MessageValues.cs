namespace ChannelHost.Connectors.Database;

/// <summary>The values of names in statements. Unlike in a text, null is a value here.</summary>
internal static class MessageValues
{
    /// <summary>The value of a name for a message: bytes and null as they are, all else as the text that templates have.</summary>
    public static bool TryFind(OutgoingMessage message, string name, out object? value)
    {
        var maps = message.Maps;
        var isThere = maps.Response.TryGet(name, out value) || maps.Connector.TryGet(name, out value) || maps.Channel.TryGet(name, out value)
            || maps.Source.TryGetValue(name, out value);
        if (isThere && value is null or byte[])
        {
            return true;
        }

        value = message.Variables.Find(name);
        return value is not null;
    }
}
