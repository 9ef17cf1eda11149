using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Keys;
using ChannelHost.Storage.Locking;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.PostgreSql;
using ChannelHost.Storage.Secrets;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage;

/// <summary>
/// New keys for the stores of a data folder. The new key stands in the key file before anything is encrypted with it; a running host takes it up by itself,
/// else the work is done here. A step that is cut off leaves everything readable, and the next one goes on.
/// </summary>
/// <param name="dataFolder">The data folder.</param>
/// <param name="settings">Where the keys are.</param>
/// <param name="loggers">For faults of the stores.</param>
public sealed class StoreKeyRotation(string dataFolder, EncryptionSettings settings, ILoggerFactory loggers)
{
    /// <summary>Where the stores are when they are in PostgreSQL; null for files.</summary>
    public PostgreSqlSettings? PostgreSql { get; init; }

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a running host may do nothing about a channel before it is taken for one that it has not open.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Makes a key file with one key, for its owner only.</summary>
    /// <returns>The key's id.</returns>
    /// <exception cref="SecretException">There is one already.</exception>
    public static string MakeKeyFile(string path)
    {
        if (File.Exists(path))
        {
            throw new SecretException($"the file {path}", "the name of a new one: a key that something is encrypted with must not be overwritten");
        }

        var key = SecretKey.Create();
        KeyRing.Write(Path.GetFullPath(path), [key], overwrite: false, EncryptionKeys.Words);
        return key.Id;
    }

    /// <summary>Which keys the channels' stores need, by channel: ids, "plain" for what is not encrypted. Works beside a running host.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Forms() =>
        new SortedDictionary<string, IReadOnlyList<string>>(Channels().ToDictionary(channel => channel.Channel, channel => channel.Forms), StringComparer.Ordinal);

    /// <summary>Puts a new key before the others in the key file.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="SecretException">There is no key file, or it cannot be used.</exception>
    public string AddKey()
    {
        var (path, ring) = Ring();
        var key = SecretKey.Create();
        KeyRing.Write(path, [key, .. ring.Keys], overwrite: true, EncryptionKeys.Words);
        return key.Id;
    }

    /// <summary>
    /// Waits until everything that is encrypted is so with the present key; does it where no host runs. One channel that stays behind does not keep the others from it: it is named
    /// in the end.
    /// </summary>
    /// <param name="progress">Gets how many channels are through, and how many there are.</param>
    /// <param name="cancellationToken">Ends the waiting; the work can be taken up again.</param>
    /// <returns>What is not through, and what lies in the data folder in the clear; empty when nothing does.</returns>
    /// <exception cref="SecretException">The keys cannot be used.</exception>
    public async Task<IReadOnlyList<StoreKeyRemainder>> FinishAsync(Action<int, int> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var present = Ring().Ring.Present;
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (DataFolderLock.IsHeld(dataFolder))
        {
            // By a host, which takes up the key by itself.
            await WaitForHostAsync(present, progress, cancellationToken);
        }
        else
        {
            await WorkAsync(present, progress, faults, cancellationToken);
        }

        var channels = Channels();
        return [.. channels.Select(channel => Left(channel, present, faults)).OfType<StoreKeyRemainder>(), .. PlainRemains.Of(dataFolder, channels)];
    }

    /// <summary>Takes keys out of the key file that no store here needs. Copies of the data folder from before cannot be read without them.</summary>
    /// <returns>The ids of those that were dropped.</returns>
    /// <exception cref="SecretException">There is no key file, or it cannot be used.</exception>
    public IReadOnlyList<string> DropUnused()
    {
        var (path, ring) = Ring();
        var used = Forms().Values.SelectMany(forms => forms).Select(StoredForms.KeyOf).ToHashSet(StringComparer.Ordinal);
        var kept = ring.Keys.Where((key, index) => index == 0 || used.Contains(key.Id)).ToList();
        if (kept.Count < ring.Keys.Count)
        {
            KeyRing.Write(path, kept, overwrite: true, EncryptionKeys.Words);
        }

        return [.. ring.Keys.Except(kept).Select(key => key.Id)];
    }

    // In one database other hosts have channels too; theirs are left to them, who take up the key by themselves.
    private bool IsOurs(string channel) => PostgreSql is null || PgKeys.IsOurs(PostgreSql, channel, Path.GetFullPath(dataFolder));

    private (string Path, KeyRing Ring) Ring()
    {
        if (settings.KeyFile is not { } path || settings.Keys is not null)
        {
            throw new SecretException(
                settings.Keys is null ? "no key file" : $"keys in {EncryptionSettings.KeyVariable}",
                settings.Keys is null
                    ? $"the key file's path in {EncryptionSettings.KeyFileVariable} (channelhost store new-key FILE makes one)"
                    : $"{EncryptionSettings.KeyVariable}=NEW,OLD and a new start of the host, which encrypts everything with the first one");
        }

        return KeyRing.FromFile(path, EncryptionKeys.Words) is { } ring
            ? (path, ring)
            : throw new SecretException($"no file {path}", "a key file: channelhost store new-key makes one");
    }

    private async Task WorkAsync(SecretKey present, Action<int, int> progress, Dictionary<string, string> faults, CancellationToken cancellationToken)
    {
        await using IEncryptedStores stores = PostgreSql is null
            ? new ChannelStores(dataFolder, loggers, TimeProvider.System) { Encryption = settings }
            : new PostgreSqlStores(dataFolder, PostgreSql, loggers) { Encryption = settings };
        foreach (var channel in Channels().Where(channel => !channel.IsThrough(present) && IsOurs(channel.Channel)))
        {
            try
            {
                await using var messages = stores.OpenMessages(channel.Channel, channel.Settings);
                await using var state = stores.OpenState(channel.Channel, messages, new StateSettings { KeepGlobalChannelMap = true });
                if (await stores.ResealedAsync(channel.Channel, cancellationToken) is { } fault)
                {
                    faults[channel.Channel] = fault;
                }
            }
            catch (StoreException failure)
            {
                faults[channel.Channel] = failure.Message;
            }

            Tell(progress, Channels(), present);
        }

        Tell(progress, Channels(), present);
    }

    // The host cannot be asked which stores it has open; but what it has open moves.
    private async Task WaitForHostAsync(SecretKey present, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        var movedAt = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var channels = Channels();
            Tell(progress, channels, present);
            var behind = channels.Where(channel => !channel.IsThrough(present)).ToList();
            foreach (var channel in behind.Where(channel => seen.GetValueOrDefault(channel.Channel) != channel.Stamp))
            {
                seen[channel.Channel] = channel.Stamp;
                movedAt = TimeProvider.System.GetTimestamp();
            }

            if (behind.Count == 0 || TimeProvider.System.GetElapsedTime(movedAt) > Patience)
            {
                return;
            }

            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    private StoreKeyRemainder? Left(ChannelForms channel, SecretKey present, Dictionary<string, string> faults)
    {
        if (channel.IsThrough(present))
        {
            return channel.Kept.Count == 0 ? null : new StoreKeyRemainder(
                channel.Channel,
                $"{channel.Kept.Values.Sum()} damaged piece(s) stay as they are and keep in use: {string.Join(", ", channel.Kept.Keys)}. Next: channelhost verify with a copy of the data folder names them; restore them from a backup, or let them be pruned");
        }

        return new StoreKeyRemainder(channel.Channel, faults.TryGetValue(channel.Channel, out var fault) ? fault
            : !IsOurs(channel.Channel) ? "another host had it last, which takes up the key by itself where it reads the same key file. Next: look there"
            : channel.Uses(present) ? "not all of it is brought to the present key: the host's log says why. Next: channelhost store rotate-key --resume when that is mended"
            : "nobody has it open (its channel is disabled, has failed or is gone), so it keeps its key. Next: start the channel, or stop the host, and channelhost store rotate-key --resume");
    }

    private static void Tell(Action<int, int> progress, List<ChannelForms> channels, SecretKey present) =>
        progress(channels.Count(channel => channel.IsThrough(present)), channels.Count);

    private List<ChannelForms> Channels() => PostgreSql is not null
        ? PgKeys.Forms(PostgreSql)
        : [.. StoreVerifier.Channels(dataFolder)
            .Select(channel => (channel.Channel, Path: Path.Combine(channel.Folder, MessageStore.FileName)))
            .Where(channel => File.Exists(channel.Path))
            .Select(channel => ChannelForms.Read(channel.Channel, channel.Path))];
}
