using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChannelHost.Engine.Destinations;

/// <summary>Which queues of a channel people have paused; kept in the channel's state, so that a restart does not set them going.</summary>
internal sealed partial class PausedQueues(IChannelState state)
{
    private const string Document = "queues.paused";

    private readonly Lock _sync = new();

    /// <summary>True when the destination's queue is to stand still.</summary>
    public bool Contains(string destination) => Read().Contains(destination);

    /// <summary>Notes it durably.</summary>
    /// <exception cref="StoreException">It could not be written.</exception>
    public void Set(string destination, bool isPaused)
    {
        lock (_sync)
        {
            string[] others = [.. Read().Where(name => name != destination)];
            state.WriteDocument(Document, JsonSerializer.Serialize(isPaused ? [.. others, destination] : others, Names.Default.StringArray));
        }
    }

    private string[] Read() => state.ReadDocument(Document) is { } json ? JsonSerializer.Deserialize(json, Names.Default.StringArray) ?? [] : [];

    [JsonSerializable(typeof(string[]))]
    private sealed partial class Names : JsonSerializerContext;
}
