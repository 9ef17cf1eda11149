namespace ChannelHost.Engine.Deployment;

/// <summary>The numbers by which imported scripts know destinations.</summary>
internal static class DestinationNumbers
{
    /// <summary>Names and numbers in the channel's order; one that is not given is the place in the list.</summary>
    public static IReadOnlyList<(string Name, int Id)> Of(ChannelDefinition definition) =>
        [.. definition.Destinations.Select((destination, index) => (destination.Name, destination.Id > 0 ? destination.Id : index + 1))];

    /// <summary>By name, the titles of destinations that have one.</summary>
    public static IReadOnlyDictionary<string, string> Titles(ChannelDefinition definition) =>
        definition.Destinations.Where(destination => destination.Title is not null).ToDictionary(destination => destination.Name, destination => destination.Title!, StringComparer.Ordinal);

    /// <summary>A destination's number.</summary>
    public static int IdOf(this ScriptEnvironment environment, string destination)
    {
        foreach (var (name, id) in environment.Destinations)
        {
            if (name == destination)
            {
                return id;
            }
        }

        return 0;
    }
}
