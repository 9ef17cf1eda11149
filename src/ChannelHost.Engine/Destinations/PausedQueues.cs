using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Which queues of a channel people have paused, and which are held because what waits in them may have been sent already; kept in the channel's state, so that a restart
/// does not set them going.
/// </summary>
internal sealed partial class PausedQueues(IChannelState state)
{
    private const string PausedDocument = "queues.paused";
    private const string HeldDocument = "queues.held";

    private readonly Lock _sync = new();

    /// <summary>True when people have paused the destination's queue.</summary>
    public bool IsPaused(string destination) => Paused().Contains(destination);

    /// <summary>Why the destination's queue is held until somebody decides; null when it is not.</summary>
    public string? HeldBecause(string destination) => Held().GetValueOrDefault(destination);

    /// <summary>Notes durably that a queue is paused, or goes on: then nothing holds it any more.</summary>
    /// <exception cref="StoreException">It could not be written.</exception>
    public void Set(string destination, bool isPaused)
    {
        lock (_sync)
        {
            string[] others = [.. Paused().Where(name => name != destination)];
            state.WriteDocument(PausedDocument, JsonSerializer.Serialize(isPaused ? [.. others, destination] : others, Documents.Default.StringArray));
            if (!isPaused && Held() is var held && held.Remove(destination))
            {
                state.WriteDocument(HeldDocument, JsonSerializer.Serialize(held, Documents.Default.DictionaryStringString));
            }
        }
    }

    /// <summary>Notes durably that queues are held.</summary>
    /// <param name="destinations">Whose.</param>
    /// <param name="why">Why, for people.</param>
    /// <exception cref="StoreException">It could not be written.</exception>
    public void Hold(IReadOnlyCollection<string> destinations, string why)
    {
        lock (_sync)
        {
            var held = Held();
            foreach (var destination in destinations)
            {
                held[destination] = why;
            }

            state.WriteDocument(HeldDocument, JsonSerializer.Serialize(held, Documents.Default.DictionaryStringString));
        }
    }

    private string[] Paused() => state.ReadDocument(PausedDocument) is { } json ? JsonSerializer.Deserialize(json, Documents.Default.StringArray) ?? [] : [];

    private Dictionary<string, string> Held() => state.ReadDocument(HeldDocument) is { } json ? JsonSerializer.Deserialize(json, Documents.Default.DictionaryStringString) ?? [] : [];

    [JsonSerializable(typeof(string[]))]
    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class Documents : JsonSerializerContext;
}
