using System.Diagnostics;
using System.Globalization;
using ChannelHost.Server.Commands;
using ChannelHost.Storage.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Server.Bench.Suite;

/// <summary>
/// The store on a PostgreSQL server, by itself: as many callers as there would be connections, each adds its next message when the one before is on stable storage.
/// What it writes is a channel of its own, named by the moment.
/// </summary>
internal static class PostgreSqlMeasure
{
    /// <summary>Messages per second.</summary>
    /// <exception cref="StoreException">The server cannot be reached, or may lose what it said is stored.</exception>
    public static async Task<double> RunAsync(string folder, string connection, int callers, TimeSpan duration, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var stores = new PostgreSqlStores(folder, new PostgreSqlSettings { ConnectionString = connection }, NullLoggerFactory.Instance);
        var now = TimeProvider.System.GetUtcNow();
        await using var store = stores.OpenMessages(string.Create(CultureInfo.InvariantCulture, $"bench/at-{now.ToUnixTimeMilliseconds()}"), new StoreSettings());
        await AddForAsync(store, callers, duration / 4, static () => { }, cancellationToken);
        var count = 0;
        var started = Stopwatch.GetTimestamp();
        await ProgressBar.RunForAsync(terminal, "PostgreSQL store", duration, null, async _ =>
            await AddForAsync(store, callers, duration, () => Interlocked.Increment(ref count), cancellationToken));
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static Task AddForAsync(IMessageStore store, int callers, TimeSpan duration, Action added, CancellationToken cancellationToken)
    {
        var message = SuiteMessages.Adt("STORED");
        var ids = new Lock();
        var started = Stopwatch.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(
            async () =>
            {
                while (Stopwatch.GetElapsedTime(started) < duration)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Task<StoredOutcome> adding;
                    lock (ids)
                    {
                        // Messages are added in the order of their ids.
                        var id = store.NextId();
                        adding = store.AddAsync(StoredMeasure.Record(id, (int)id, message, TimeProvider.System.GetUtcNow())).AsTask();
                    }

                    await adding;
                    added();
                }
            },
            cancellationToken)));
    }
}
