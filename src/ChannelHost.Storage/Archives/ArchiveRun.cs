using ChannelHost.Storage.Encryption;

namespace ChannelHost.Storage.Archives;

/// <summary>Writes stored messages to one archive before they are removed, for every kind of store.</summary>
internal static class ArchiveRun
{
    /// <summary>How many messages are read at a time.</summary>
    internal const int ReadTogether = 64;

    /// <summary>Writes messages. When it returns they are on stable storage; there is no file when there were none.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="folder">Its folder of archives.</param>
    /// <param name="codec">How the channel's content is written: the archive is sealed where that is.</param>
    /// <param name="now">The time.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="number">A number for the file's name, asked for at the end.</param>
    /// <exception cref="StoreException">It cannot be written; nothing may be removed then.</exception>
    internal static void Write(string channel, string folder, ContentCodec codec, DateTimeOffset now, IEnumerable<ArchivedMessage> messages, Func<long> number)
    {
        try
        {
            using var archive = new ArchiveWriter(folder, channel, now, ArchiveSeal.Of(codec));
            foreach (var message in messages)
            {
                archive.Add(message);
            }

            if (archive.Messages > 0)
            {
                archive.Finish(number());
            }
        }
        catch (IOException failure)
        {
            throw new StoreException(
                $"channel {channel}: the archive in {folder} cannot be written, so nothing is removed: {failure.Message}. Next: free space or mend the folder; it is tried again by itself", failure);
        }
    }
}
