namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>What people read when a store cannot do its work: channel, database, what happened, what next.</summary>
internal sealed class PgText(string channel, string place)
{
    internal StoreException Closed() => new($"channel {channel}: the message store on {place} is closed");

    internal StoreException Full(int entries) =>
        new($"channel {channel}: the message store on {place} takes no more, {entries} entries wait already: the server is too slow or gone");

    internal StoreException Entry(Exception reason) => reason as StoreException
        ?? new StoreException($"channel {channel}: {place}: this entry cannot be stored: {PgFailure.Describe(reason)}. Others are not concerned", reason) { IsPermanent = true };

    internal StoreException Failed(Exception reason) => reason as StoreException ?? new StoreException($"channel {channel}: {place}: not stored: {PgFailure.Describe(reason)}", reason);

    internal StoreException Unknown() => new(
        $"channel {channel}: {place}: the store was closed before the server said whether the last commit is stored. The next start finds out; what is stored is worked on then");

    internal StoreException NotRead(Exception reason) => new($"channel {channel}: {place}: not read: {(reason is InvalidDataException ? reason.Message : PgFailure.Describe(reason))}", reason);

    internal StoreException SearchTooLong() =>
        new($"channel {channel}: {place}: the search was ended: it took too long. Next: narrow it by control id, by metadata, or by destination and status");

    internal StoreException TakenOver() => new(
        $"channel {channel}: another host has taken this channel over on {place}; this one may not store anything for it any more. Next: stop the channel here, or on the other host");

    internal StoreException Lost(long acknowledged, long found, string mark) => new(
        $"channel {channel}: {place}: {acknowledged - found} commits that were acknowledged are missing (the database ends at commit {found}, this host was told of {acknowledged}): "
        + "it was put back from a backup, or a standby that lagged took over. Nothing is written. "
        + $"Next: bring the newer database back; or, to go on with what is there, find out what is missing, delete {mark} and start the channel again");

    internal StoreException NotPruned(Exception reason) => new($"channel {channel}: {place}: old messages are not removed: {PgFailure.Describe(reason)}", reason);
}
