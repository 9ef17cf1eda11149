using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Keys;
using ChannelHost.Storage.Locking;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Sqlite;
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
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Forms()
    {
        if (PostgreSql is not null)
        {
            return PgKeys.Forms(PostgreSql);
        }

        var forms = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (channel, folder) in StoreVerifier.Channels(dataFolder))
        {
            var path = Path.Combine(folder, MessageStore.FileName);
            if (File.Exists(path))
            {
                forms[channel] = FormsOf(path);
            }
        }

        return forms;
    }

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

    /// <summary>Waits until everything that is encrypted is so with the present key; does it where no host runs.</summary>
    /// <param name="progress">Gets how many channels are through, and how many there are.</param>
    /// <param name="cancellationToken">Ends the waiting; the work can be taken up again.</param>
    /// <exception cref="SecretException">The keys cannot be used.</exception>
    /// <exception cref="StoreException">A store cannot be opened.</exception>
    public async Task FinishAsync(Action<int, int> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var (_, ring) = Ring();
        if (IsFree())
        {
            await using IEncryptedStores stores = PostgreSql is null
                ? new ChannelStores(dataFolder, loggers, TimeProvider.System) { Encryption = settings }
                : new PostgreSqlStores(dataFolder, PostgreSql, loggers) { Encryption = settings };
            foreach (var (channel, forms) in Forms().Where(pair => !IsThrough(pair.Value, ring) && IsOurs(pair.Key)))
            {
                var encrypt = new StoreSettings { Encrypt = true, EncryptAll = forms.Any(form => form.EndsWith(StoredForms.AllSuffix, StringComparison.Ordinal)) };
                var messages = stores.OpenMessages(channel, encrypt);
                await using var state = stores.OpenState(channel, messages, new StateSettings { KeepGlobalChannelMap = true });
                await UntilAsync(() => IsThrough(stores.FormsOf(channel), ring), cancellationToken);
                Tell(progress, ring);
            }
        }

        await UntilAsync(() => Tell(progress, ring), cancellationToken);
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

    private bool Tell(Action<int, int> progress, KeyRing ring)
    {
        var forms = Forms();
        var through = forms.Values.Count(of => IsThrough(of, ring));
        progress(through, forms.Count);
        return through == forms.Count;
    }

    // A channel that is not encrypted is through.
    private static bool IsThrough(IReadOnlyList<string> forms, KeyRing ring) => forms.All(form => StoredForms.KeyOf(form) == ring.Present.Id) || forms.All(form => form == ContentCodec.PlainForm);

    private static async Task UntilAsync(Func<bool> holds, CancellationToken cancellationToken)
    {
        while (!holds())
        {
            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    private bool IsFree()
    {
        try
        {
            DataFolderLock.Take(dataFolder).Dispose();
            return true;
        }
        catch (StoreException)
        {
            // A host works on it, and takes up the key by itself.
            return false;
        }
    }

    private static List<string> FormsOf(string path)
    {
        using var database = SqliteDatabase.Open(path);
        database.LeaveLogOnClose();
        database.SetBusyTimeout(TimeSpan.FromSeconds(5));
        return MessageSchema.Check(database) < MessageSchema.SealingVersion ? [] : EncryptionTable.Forms(database);
    }
}
