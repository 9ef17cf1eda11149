using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>Until when the partners of a channel asked not to be called; kept in its state, so that a restart does not make us rude.</summary>
internal sealed partial class PartnerPauses(string channel, IChannelState state, TimeProvider time, ILogger logger)
{
    private const string Document = "queues.partner-pauses";

    /// <summary>Shorter ones are over before a restart is through.</summary>
    private static readonly TimeSpan WorthKeeping = TimeSpan.FromSeconds(5);

    private readonly Lock _sync = new();

    /// <summary>The pause of one destination, with what is left of the last one.</summary>
    public PartnerPause Of(string destination)
    {
        var pause = new PartnerPause(time) { Begun = length => Keep(destination, length) };
        if (Read().TryGetValue(destination, out var kept) && LeftOf(kept) is var left && left > TimeSpan.Zero)
        {
            pause.Continue(left);
        }

        return pause;
    }

    // The end, and after a blank how long it was to be. A clock that was set back meanwhile must not make a minute a day: nobody waits longer than the partner asked.
    private TimeSpan LeftOf(string kept)
    {
        var parts = kept.Split(' ');
        if (!DateTimeOffset.TryParseExact(parts[0], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end))
        {
            return TimeSpan.Zero;
        }

        var left = end - time.GetUtcNow();
        return parts.Length > 1 && TimeSpan.TryParse(parts[1], CultureInfo.InvariantCulture, out var whole) && left > whole ? whole : left;
    }

    private void Keep(string destination, TimeSpan length)
    {
        if (length < WorthKeeping)
        {
            return;
        }

        try
        {
            lock (_sync)
            {
                var now = time.GetUtcNow();
                var kept = Read().Where(entry => string.CompareOrdinal(entry.Value, now.ToString("O", CultureInfo.InvariantCulture)) > 0).ToDictionary(StringComparer.Ordinal);
                kept[destination] = string.Create(CultureInfo.InvariantCulture, $"{now + length:O} {length:c}");
                state.WriteDocument(Document, JsonSerializer.Serialize(kept, Ends.Default.DictionaryStringString));
            }
        }
        catch (StoreException exception)
        {
            // The pause holds all the same, as long as this process lives.
            Log.NotKept(logger, channel, destination, exception.Message);
        }
    }

    private Dictionary<string, string> Read() =>
        state.ReadDocument(Document) is { } json ? JsonSerializer.Deserialize(json, Ends.Default.DictionaryStringString) ?? [] : [];

    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class Ends : JsonSerializerContext;

    private static partial class Log
    {
        [LoggerMessage(EventId = 2312, Level = LogLevel.Warning, Message = "{Channel}: until when the partner of {Destination} asked not to be called could not be noted; a restart would forget it: {Reason}")]
        public static partial void NotKept(ILogger logger, string channel, string destination, string reason);
    }
}
