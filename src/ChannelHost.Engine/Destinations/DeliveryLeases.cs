using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChannelHost.Engine.Destinations;

/// <summary>The leases of a channel's destinations, and what the last process left of them.</summary>
internal sealed partial class DeliveryLeases(IChannelState state)
{
    private const string Nothing = "[]";

    /// <summary>A destination's.</summary>
    public DeliveryLease Of(string destination) => new(Document(destination), state);

    /// <summary>What people queued again at a destination.</summary>
    public QueuedAgainList QueuedAgain(string destination) => new($"queues.again.{destination}", state);

    /// <summary>The messages that may have been on their way when the last process ended.</summary>
    public IReadOnlyList<long> Left(string destination) => Read(state, Document(destination));

    /// <summary>They are dealt with.</summary>
    /// <exception cref="StoreException">It could not be written.</exception>
    public void Forget(string destination) => state.WriteDocument(Document(destination), Nothing);

    /// <summary>The ids that a document of the state holds, in order; none when there is no such document.</summary>
    internal static IReadOnlyList<long> Read(IChannelState state, string document) =>
        state.ReadDocument(document) is { } json and not Nothing ? JsonSerializer.Deserialize(json, Ids.Default.Int64Array) ?? [] : [];

    private static string Document(string destination) => $"queues.under-way.{destination}";

    [JsonSerializable(typeof(long[]))]
    internal sealed partial class Ids : JsonSerializerContext;
}
