using ChannelHost.Tests.Child;

// A process that tests start, kill, and run under strace or prlimit. It says on standard output what the store told it, line by line.
await (args switch
{
    ["write", var data] => StoreCommands.WriteForeverAsync(data),
    ["write-postgres", var data, var connection, var channel] => StoreCommands.WriteToPostgreSqlAsync(data, connection, channel),
    ["prune", var data] => StoreCommands.PruneForeverAsync(data),
    ["add", var data, var count] => StoreCommands.AddAsync(data, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)),
    ["state", var data, var count] => StoreCommands.WriteStateAsync(data, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)),
    ["hold", var data] => StoreCommands.HoldAsync(data),
    ["lock", var database] => StoreCommands.LockDatabaseAsync(database),
    ["flush", var path] => FileCommands.FlushAsync(path),
    ["durable", var path] => FileCommands.WriteDurablyAsync(path),
    _ => throw new ArgumentException($"unknown arguments: {string.Join(' ', args)}"),
});
