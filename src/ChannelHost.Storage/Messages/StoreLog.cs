using ChannelHost.Storage.Encryption;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.Messages;

/// <summary>What the log says about a store as a whole.</summary>
internal static partial class StoreLog
{
    /// <summary>How a walk to another form ended; nothing of one that was overtaken, because the next one follows at once.</summary>
    /// <param name="logger">Where.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="path">Its store.</param>
    /// <param name="end">How.</param>
    /// <param name="form">The form that is written now.</param>
    /// <param name="seconds">How long it took.</param>
    /// <param name="damaged">How many pieces stay as they are.</param>
    /// <param name="places">Where those are.</param>
    internal static void ResealingEnded(ILogger logger, string channel, string path, ResealingEnd end, string form, double seconds, long damaged, string places)
    {
        switch (end)
        {
            case ResealingEnd.Done when damaged > 0:
                PartlyResealed(logger, channel, path, form, seconds, damaged, places);
                break;
            case ResealingEnd.Done:
                Resealed(logger, channel, path, form, seconds);
                break;
            case ResealingEnd.NotYet:
                OldKeyStays(logger, channel, path);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Channel {Channel}: {Path}: everything is in the form {Form} after {Seconds:0.0} s")]
    private static partial void Resealed(ILogger logger, string channel, string path, string form, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: {Path}: everything that can be read is in the form {Form} after {Seconds:0.0} s; {Count} piece(s) are damaged and stay as they are, and the keys they need stay in use: {Places}. Next: channelhost verify with a copy of the data folder names all of them; restore them from a backup, or let them be pruned")]
    private static partial void PartlyResealed(ILogger logger, string channel, string path, string form, double seconds, long count, string places);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: {Path}: an older key stays in use for now: state.db is not in the present form, or a batch from before is under way; the next start looks again")]
    private static partial void OldKeyStays(ILogger logger, string channel, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: {Count} messages cannot be written to an archive so that they could be read back (too large, or their maps nest too deep), message {First} among them. They stay in the store; next: export them, or turn 'archive' off")]
    internal static partial void NotArchived(ILogger logger, string channel, int count, long first);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: {Path}: not all of it could be brought to the present key; the next opening goes on")]
    internal static partial void NotResealed(ILogger logger, Exception failure, string channel, string path);
}
