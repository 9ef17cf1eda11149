using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.Archives;

/// <summary>Writes stored messages to one archive before they are removed, for every kind of store.</summary>
internal static class ArchiveRun
{
    /// <summary>Writes messages. Gives those that are in it, on stable storage and read back; there is no file when there are none.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="folder">Its folder of archives.</param>
    /// <param name="codec">How the channel's content is written: the archive is sealed where that is.</param>
    /// <param name="now">The time.</param>
    /// <param name="messages">The messages, read as they are asked for.</param>
    /// <param name="number">A number for the file's name, asked for at the end.</param>
    /// <param name="logger">Told of messages that cannot be written.</param>
    /// <exception cref="StoreException">It cannot be written; nothing may be removed then.</exception>
    internal static HashSet<long> Write(
        string channel, string folder, ContentCodec codec, DateTimeOffset now, IEnumerable<ArchivedMessage> messages, Func<long> number, ILogger logger)
    {
        var written = new HashSet<long>();
        var unwritable = new List<long>();
        try
        {
            using var archive = new ArchiveWriter(folder, channel, now, codec);
            foreach (var message in messages)
            {
                if (archive.TryAdd(message))
                {
                    written.Add(message.Id);
                }
                else
                {
                    unwritable.Add(message.Id);
                }
            }

            if (written.Count > 0)
            {
                archive.Finish(number());
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"channel {channel}: the archive in {folder} cannot be written, so nothing is removed: {failure.Message}. Next: free space, or mend the folder and its permissions; it is tried again by itself", failure);
        }

        if (unwritable.Count > 0)
        {
            StoreLog.NotArchived(logger, channel, unwritable.Count, unwritable[0]);
        }

        return written;
    }
}
