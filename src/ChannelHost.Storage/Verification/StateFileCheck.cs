using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.State;

namespace ChannelHost.Storage.Verification;

/// <summary>Reads all of a state file, in memory: LiteDB would bring the file itself up to date when it opens it.</summary>
internal static class StateFileCheck
{
    internal static IEnumerable<string> Run(string path, ContentCodec codec)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            if (new FileInfo(path).Length == 0)
            {
                return ["the file is empty; it is rebuilt from the messages when the channel starts"];
            }

            var missing = (CommitMark.Read(path) ?? 0) - StateFile.Check(InMemory(path), InMemory(StateFile.LogPath(path)), codec);
            return missing > 0 ? [$"{StateFile.MissingWrites(missing)}; it is rebuilt from the messages when the channel starts"]
                : CommitMark.IsDamaged(path) ? [$"{Path.GetFileName(CommitMark.PathFor(path))} is damaged: whether the file's last writes are there cannot be told"]
                : [];
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return [$"the file cannot be read: {failure.Message}; it is rebuilt from the messages when the channel starts"];
        }
    }

    private static MemoryStream InMemory(string path)
    {
        var stream = new MemoryStream();
        if (File.Exists(path))
        {
            stream.Write(File.ReadAllBytes(path));
            stream.Position = 0;
        }

        return stream;
    }
}
