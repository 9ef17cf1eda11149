using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Storage.Messages.Writing;

/// <summary>What people read when a store cannot do its work: channel, file, what happened, what next.</summary>
internal sealed class StoreText(string channel, string path)
{
    internal const string Restore =
        "stop the host, keep a copy of the channel's data folder, run `channelhost verify`, and restore the folder from a backup";

    /// <summary>The channel.</summary>
    internal string Channel => channel;

    internal StoreException Closed() => new($"channel {channel}: the message store {path} is closed");

    internal StoreException Full(int entries) =>
        new($"channel {channel}: the message store {path} takes no more, {entries} entries wait for the disk already: the disk is too slow or stands still");

    internal StoreException Damaged(string what, Exception? inner = null)
    {
        var text = $"channel {channel}: the message store {path} cannot be used: {what}. Nothing was changed. Next: {Restore}";
        return inner is null ? new StoreException(text) : new StoreException(text, inner);
    }

    internal StoreException Entry(Exception reason) => reason as StoreException
        ?? new StoreException($"channel {channel}: {path}: this entry cannot be stored: {reason.Message}. Others are not concerned", reason) { IsPermanent = true };

    internal StoreException Failed(Exception reason) => new($"channel {channel}: {path}: not stored: {Describe(reason)}", reason);

    internal StoreException Stopped(Exception reason) =>
        reason is InvalidDataException or SqliteFailure { IsDamage: true } ? Damaged(reason.Message, reason) : Failed(reason);

    internal StoreException NotRead(Exception reason) => new($"channel {channel}: {path}: not read: {Describe(reason)}", reason);

    internal StoreException SearchTooLong(TimeSpan limit) =>
        new($"channel {channel}: {path}: the search was ended after {limit.TotalSeconds:0} s. Next: narrow it by control id, by metadata, by destination and status, or by time");

    internal StoreException TooManySearches() =>
        new($"channel {channel}: {path}: two searches are under way already, and more would slow the traffic. Next: ask again in a moment");

    private static string Describe(Exception reason) => reason switch
    {
        SqliteFailure { Code: NativeSqlite.Full } =>
            "the disk is full. Next: free space on the volume of the data folder; work goes on by itself then",
        SqliteFailure { IsBusy: true } =>
            "another program holds the file locked. Next: end what has it open (a database tool, a backup); work goes on by itself then",
        SqliteFailure { Code: NativeSqlite.Interrupt } => "the file was being opened anew after a failure. Next: ask again",
        SqliteFailure { IsDamage: true } damage => $"the file is damaged: {damage.Message}. Next: {Restore}",
        SqliteFailure { Code: NativeSqlite.IoError or NativeSqlite.CannotOpen } failure =>
            $"the disk reports an error: {failure.Message}. Next: look into the kernel's log and at the disk; the file is opened anew and checked before it is used again",
        _ => $"{reason.Message}. Next: look at the file's permissions and the disk; the file is opened anew and checked before it is used again",
    };
}
