using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.Messages;

/// <summary>What the log says about a store as a whole.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Channel {Channel}: {Path}: everything is in the form {Form} after {Seconds:0.0} s")]
    internal static partial void Resealed(ILogger logger, string channel, string path, string form, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: {Count} messages cannot be written to an archive so that they could be read back (too large, or their maps nest too deep), message {First} among them. They stay in the store; next: export them, or turn 'archive' off")]
    internal static partial void NotArchived(ILogger logger, string channel, int count, long first);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Channel {Channel}: {Path}: not all of it could be brought to the present key; the next opening goes on")]
    internal static partial void NotResealed(ILogger logger, Exception failure, string channel, string path);
}
