using System.Collections.Concurrent;
using System.Globalization;

namespace ChannelHost.Tests.Storage.PostgreSql;

/// <summary>Callers that add messages and record them as sent until they are told to end; it remembers what the store told them.</summary>
internal sealed class StoreLoad : IAsyncDisposable
{
    private const int Callers = 8;
    private readonly ConcurrentDictionary<long, bool> _added = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;
    private int _refused;

    internal StoreLoad(IMessageStore store) => _running = Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(() => RunAsync(store))));

    internal int Added => _added.Count;

    /// <summary>Entries that the store said are not stored.</summary>
    internal int Refused => Volatile.Read(ref _refused);

    /// <summary>Waits until so many more were told that they are stored.</summary>
    internal async Task MoreAsync(int count)
    {
        var wanted = Added + count;
        var deadline = Environment.TickCount64 + 60_000;
        while (Added < wanted)
        {
            Assert.True(Environment.TickCount64 < deadline, $"only {Added} of {wanted} messages were stored in time");
            Assert.False(_running.IsFaulted, _running.Exception?.ToString());
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends the callers, and compares what they were told with what is stored: nothing lost, nothing there twice, the counts exact.</summary>
    internal async Task AssertAllIsThereAsync(Func<IMessageStore> reopened)
    {
        await _ending.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        AssertStored(reopened(), _added);
    }

    /// <summary>Ends the callers of a test that failed.</summary>
    public async ValueTask DisposeAsync() => await _ending.CancelAsync();

    /// <summary>What callers were told (id, and whether it was recorded as sent) must be there; the counts must equal a recount.</summary>
    internal static void AssertStored(IMessageStore store, IEnumerable<KeyValuePair<long, bool>> told)
    {
        var stored = new Dictionary<long, MessageSummary>();
        for (long before = 0; store.Find(new MessageQuery { Count = 1_000, BeforeId = before }) is { Count: > 0 } page; before = page[^1].Id)
        {
            foreach (var message in page)
            {
                Assert.True(stored.TryAdd(message.Id, message), $"message {message.Id} is there twice");
            }
        }

        foreach (var (id, isSent) in told)
        {
            Assert.True(stored.TryGetValue(id, out var message), $"message {id} was acknowledged and is gone");
            Assert.True(!isSent || message.Destinations[0].Status == MessageStatus.Sent, $"message {id} was recorded as sent and is {message.Destinations[0].Status}");
        }

        var recount = stored.Values.SelectMany(message => message.Destinations.Select(destination => (destination.Name, destination.Status)).Prepend(("source", message.Status)))
            .CountBy(place => place).Select(place => new StatusCount(place.Key.Item1, place.Key.Item2, place.Value));
        Assert.Equal(recount.OrderBy(count => (count.Connector, count.Status)), store.Counts().OrderBy(count => (count.Connector, count.Status)));
        Assert.DoesNotContain(stored.Values, message => message.DuplicateOf != 0);
    }

    private async Task RunAsync(IMessageStore store)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var id = store.NextId();
                await store.AddAsync(Storage.Messages.Some.Message(
                    id, controlId: id.ToString(CultureInfo.InvariantCulture), destinations: Storage.Messages.Some.Queued()));
                Assert.True(_added.TryAdd(id, false), $"id {id} was given twice");
                await store.UpdateAsync(Storage.Messages.Some.Sent(id));
                _added[id] = true;
            }
            catch (StoreException)
            {
                Interlocked.Increment(ref _refused);
                await Task.Delay(10);
            }
        }
    }
}
