using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Locking;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.State;
using ChannelHost.Storage.Verification;

namespace ChannelHost.Storage;

/// <summary>
/// Checks all stores of a data folder, or of a copy of one, from end to end: every page, every row's checksum, and whether the tables agree.
/// Takes the folder's lock, so a running host refuses it: verify a copy then. Changes no store.
/// </summary>
/// <param name="dataFolder">The folder.</param>
public sealed class StoreVerifier(string dataFolder)
{
    /// <summary>The keys of encrypted stores. What they do not open is checked by its checksums alone.</summary>
    public EncryptionSettings Encryption { get; init; } = EncryptionSettings.None;

    private readonly string _dataFolder = Path.GetFullPath(dataFolder);

    /// <summary>Gives every problem at once; empty when all is well.</summary>
    /// <exception cref="StoreException">The folder is not there, or a host works on it.</exception>
    public Task<IReadOnlyList<StoreProblem>> VerifyAsync(CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<StoreProblem>>(() => Verify(cancellationToken), cancellationToken);

    private List<StoreProblem> Verify(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_dataFolder))
        {
            throw new StoreException($"there is no data folder {_dataFolder}");
        }

        var keys = new EncryptionKeys(Encryption);
        using var held = DataFolderLock.Take(_dataFolder);
        var problems = new List<StoreProblem>();
        foreach (var (channel, folder) in Channels(_dataFolder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            problems.AddRange(Check(channel, folder, keys, cancellationToken));
        }

        return problems;
    }

    private static List<StoreProblem> Check(string channel, string folder, EncryptionKeys keys, CancellationToken cancellationToken)
    {
        using var codec = new ContentCodec(channel, keys, EncryptionScope.None);
        var (messages, state) = (Path.Combine(folder, MessageStore.FileName), Path.Combine(folder, ChannelState.FileName));
        return
        [
            .. MessageFileCheck.Run(messages, codec, cancellationToken).Select(what => new StoreProblem(channel, messages, what)),
            .. TextIndexCheck.Run(messages).Select(damage => new StoreProblem(channel, damage.File, damage.What)),
            .. StateFileCheck.Run(state, codec).Select(what => new StoreProblem(channel, state, what)),
        ];
    }

    /// <summary>What is wrong with a copy of a channel's stores that nobody has open. The folder stays as it was.</summary>
    internal static List<StoreProblem> CheckCopy(string channel, string folder, EncryptionKeys keys)
    {
        var found = Check(channel, folder, keys, CancellationToken.None);

        // Looking has written nothing; what SQLite puts beside a file that it opens is empty.
        var messages = Path.Combine(folder, MessageStore.FileName);
        File.Delete(messages + "-wal");
        File.Delete(messages + "-shm");
        return found;
    }

    // A channel's folder is one that holds a store, or a mark that there was one.
    internal static IEnumerable<(string Channel, string Folder)> Channels(string dataFolder)
    {
        var root = Path.Combine(dataFolder, "channels");
        return Directory.Exists(root)
            ? Directory.EnumerateFiles(root, "messages.*", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) is MessageStore.FileName or "messages.mark")
                .Select(file => Path.GetDirectoryName(file)!)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Select(folder => (Path.GetRelativePath(root, folder), folder))
            : [];
    }
}
