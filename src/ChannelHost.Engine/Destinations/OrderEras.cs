using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Since which message a destination's order keys are computed as they are now. Keys of before and after a change of the setting have nothing to do with one another, so what
/// was queued before goes one after the other, and first.
/// </summary>
internal sealed partial class OrderEras(IMessageStore store, IChannelState state)
{
    private const string Document = "queues.keys";

    private readonly Lock _sync = new();

    /// <summary>The last message of before; call when the destination's queue begins, before it gets a message.</summary>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public long LastBefore(string destination, QueueSettings settings)
    {
        var setting = OrderKeys.Hash(settings.KeyScript is { } script ? $"script {script.Text}" : $"{settings.Key!.Dialect} {settings.Key.Source}").ToString(CultureInfo.InvariantCulture);
        lock (_sync)
        {
            var eras = state.ReadDocument(Document) is { } json ? JsonSerializer.Deserialize(json, Known.Default.DictionaryStringStringArray) ?? [] : [];
            if (eras.TryGetValue(destination, out var known) && known is [var before, var last] && before == setting)
            {
                return long.Parse(last, CultureInfo.InvariantCulture);
            }

            // The id is spent: all that were given out before are below it. Where nothing waits there is no before.
            var waits = store.Counts().Any(count => count.Connector == destination && count.Status is MessageStatus.Queued or MessageStatus.Pending && count.Count > 0);
            var id = waits ? store.NextId() : 0;
            eras[destination] = [setting, id.ToString(CultureInfo.InvariantCulture)];
            state.WriteDocument(Document, JsonSerializer.Serialize(eras, Known.Default.DictionaryStringStringArray));
            return id;
        }
    }

    [JsonSerializable(typeof(Dictionary<string, string[]>))]
    private sealed partial class Known : JsonSerializerContext;
}
