using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Since when messages that people sent again are on their way anew, and how many attempts were made before: their limits count from there, while the store goes on counting
/// all attempts. Kept in the channel's state, so that a restart does not take them for hopeless.
/// </summary>
internal sealed partial class ResentMessages(string channel, IChannelState state, TimeProvider time, ILogger logger)
{
    /// <summary>As many as may wait at a destination; the oldest are forgotten first.</summary>
    private const int Most = 500;

    private const string Document = "queues.resent";

    private readonly Lock _sync = new();
    private readonly Dictionary<string, Dictionary<long, Resend>> _resent = Read(state);

    /// <summary>Somebody sends a message again.</summary>
    public void Begin(string destination, long messageId, int attempts)
    {
        try
        {
            lock (_sync)
            {
                if (!_resent.TryGetValue(destination, out var there))
                {
                    _resent.Add(destination, there = []);
                }

                there[messageId] = new Resend(attempts, time.GetUtcNow());
                while (there.Count > Most)
                {
                    there.Remove(there.MinBy(entry => entry.Value.At).Key);
                }

                state.WriteDocument(Document, JsonSerializer.Serialize(_resent, Resends.Default.DictionaryStringDictionaryInt64Resend));
            }
        }
        catch (StoreException exception)
        {
            // It counts all the same, as long as this process lives.
            Log.NotKept(logger, channel, destination, messageId, exception.Message);
        }
    }

    /// <summary>From where a message's limits count; null for one that nobody sent again.</summary>
    public Resend? Of(string destination, long messageId)
    {
        lock (_sync)
        {
            return _resent.TryGetValue(destination, out var there) && there.TryGetValue(messageId, out var resend) ? resend : null;
        }
    }

    /// <summary>A message is through. Not written at once: whoever sends it again begins anew, and what is over is of no use to anybody.</summary>
    public void End(string destination, long messageId)
    {
        lock (_sync)
        {
            if (_resent.TryGetValue(destination, out var there))
            {
                there.Remove(messageId);
            }
        }
    }

    private static Dictionary<string, Dictionary<long, Resend>> Read(IChannelState state) =>
        (state.ReadDocument(Document) is { } json ? JsonSerializer.Deserialize(json, Resends.Default.DictionaryStringDictionaryInt64Resend) : null) ?? [];

    [JsonSerializable(typeof(Dictionary<string, Dictionary<long, Resend>>))]
    private sealed partial class Resends : JsonSerializerContext;

    private static partial class Log
    {
        [LoggerMessage(EventId = 2319, Level = LogLevel.Warning, Message = "{Channel}: that message {MessageId} was sent again to {Destination} could not be noted; after a restart its attempts count from the first one: {Reason}")]
        public static partial void NotKept(ILogger logger, string channel, string destination, long messageId, string reason);
    }
}

/// <summary>Where a message stood when somebody sent it again.</summary>
/// <param name="Attempts">How many attempts were made before.</param>
/// <param name="At">When.</param>
internal readonly record struct Resend(int Attempts, DateTimeOffset At);
