using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Keys;
using ChannelHost.Storage.Messages;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage;

/// <summary>What a channel's store says about its keys, read beside a running host.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Forms">The forms that are in it; empty when nothing was ever encrypted.</param>
/// <param name="Kept">Of these, the ones that only damaged pieces need, with how many.</param>
/// <param name="Progress">Grows while somebody works on it.</param>
internal sealed record ChannelForms(string Channel, IReadOnlyList<string> Forms, IReadOnlyDictionary<string, long> Kept, long Progress)
{
    /// <summary>What a store says.</summary>
    internal static ChannelForms Read(string channel, string path)
    {
        using var database = SqliteDatabase.Open(path);
        database.LeaveLogOnClose();
        database.SetBusyTimeout(TimeSpan.FromSeconds(5));
        return MessageSchema.Check(database) < MessageSchema.SealingVersion
            ? new ChannelForms(channel, [], new Dictionary<string, long>(), 0)
            : Of(channel, EncryptionTable.Of(database));
    }

    /// <summary>What a store's table says.</summary>
    internal static ChannelForms Of(string channel, IFormRows rows) => new(channel, StoredForms.Of(rows), StoredForms.Kept(rows), StoredForms.Progress(rows));

    /// <summary>True when all that can be rewritten is sealed with a key. A channel that is not encrypted is through.</summary>
    internal bool IsThrough(SecretKey present)
    {
        var open = Forms.Where(form => !Kept.ContainsKey(form)).ToList();
        return open.TrueForAll(form => StoredForms.KeyOf(form) == present.Id) || open.TrueForAll(form => form == ContentCodec.PlainForm);
    }

    /// <summary>True when somebody works with the key already.</summary>
    internal bool Uses(SecretKey present) => Forms.Any(form => StoredForms.KeyOf(form) == present.Id);

    /// <summary>What changes while somebody works on it.</summary>
    internal string Stamp => $"{string.Join(",", Forms)}|{Kept.Count}|{Progress}";

    /// <summary>As a store of the same scope is opened; the host's own setting where nothing was ever encrypted.</summary>
    internal StoreSettings Settings => Forms.All(form => form == ContentCodec.PlainForm)
        ? new StoreSettings()
        : new StoreSettings { Encrypt = true, EncryptAll = Forms.Any(form => form != StoredForms.KeyOf(form)) };
}
