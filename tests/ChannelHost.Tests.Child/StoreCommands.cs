using System.Text;
using ChannelHost.Abstractions;
using ChannelHost.Storage;
using ChannelHost.Storage.Messages.Sqlite;
using ChannelHost.Storage.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Child;

/// <summary>Works on a store and says what it was told.</summary>
internal static class StoreCommands
{
    internal const string Channel = "clinic/registration";
    private const int Callers = 16;
    private static readonly byte[] Content = Encoding.UTF8.GetBytes(new string('x', 700));

    /// <summary>Adds and updates until it is killed. <c>A id</c>: added; <c>S id</c>: recorded as sent.</summary>
    internal static async Task WriteForeverAsync(string data)
    {
        await using var stores = Open(data);
        await WriteForeverAsync(stores, Channel);
    }

    /// <summary>The same on PostgreSQL.</summary>
    internal static async Task WriteToPostgreSqlAsync(string data, string connection, string channel)
    {
        await using var stores = new PostgreSqlStores(data, new PostgreSqlSettings { ConnectionString = connection, AllowUnsafe = true }, NullLoggerFactory.Instance);
        await WriteForeverAsync(stores, channel);
    }

    private static async Task WriteForeverAsync(IChannelStores stores, string channel)
    {
        var store = stores.OpenMessages(channel, new StoreSettings());
        var state = stores.OpenState(channel, store, new StateSettings { KeepGlobalChannelMap = true });
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var id = store.NextId();
                StateChange[] changes = [new(StateChangeKind.Taken, $"file-{id}")];
                var outcome = await AddAsync(store, Message(id) with { StateChanges = changes, Attachments = [new Attachment($"a-{id}", "text/plain", Content)] });
                state.Apply(new RecordedStateChanges(outcome.StateSequence, id, changes));
                Say($"A {id}");
                await store.UpdateAsync(new DestinationUpdate
                {
                    MessageId = id,
                    Destination = "ehr",
                    Status = MessageStatus.Sent,
                    Attempts = 1,
                    Attachments = [new Attachment("sent", "text/plain", Content)],
                });
                Say($"S {id}");
            }
        })));
    }

    // Every other one is committed by the caller itself, where it can.
    private static ValueTask<StoredOutcome> AddAsync(IMessageStore store, MessageRecord message)
    {
        if (message.Id % 2 == 0)
        {
            return store.AddAsync(message);
        }

        var adding = store.AddToCommitHereAsync(message);
        store.CommitHere();
        return adding;
    }

    /// <summary>Adds a message that must stay for each old one, and prunes, until it is killed.</summary>
    internal static async Task PruneForeverAsync(string data)
    {
        await using var stores = Open(data);
        var store = stores.OpenMessages(Channel, new StoreSettings { Retention = TimeSpan.FromDays(1) });
        while (true)
        {
            for (var count = 0; count < 300; count++)
            {
                var id = store.NextId();
                var isOld = count % 2 == 0;
                await store.AddAsync(Message(id) with
                {
                    ReceivedAt = DateTimeOffset.UnixEpoch,
                    Destinations = [new DestinationRecord { Name = "ehr", Status = isOld ? MessageStatus.Filtered : MessageStatus.Queued }],
                });
                Say(isOld ? $"O {id}" : $"A {id}");
            }

            Say($"P {await store.PruneAsync(DateTimeOffset.UtcNow, CancellationToken.None)}");
        }
    }

    /// <summary>Adds some messages one by one. <c>A id</c>: added; <c>F id reason</c>: not. Ends with the store's fault.</summary>
    internal static async Task AddAsync(string data, int count)
    {
        await using var stores = Open(data);
        Say("ready");
        var store = await OpenSomeTimeAsync(stores);
        for (var number = 0; number < count; number++)
        {
            long id = 0;
            try
            {
                id = store.NextId();
                await AddAsync(store, Message(id));
                Say($"A {id}");
            }
            catch (StoreException failure)
            {
                Say($"F {id} {failure.Message} | {store.Fault}");
                await Task.Delay(TimeSpan.FromMilliseconds(250));
            }
        }

        // The store finds out by itself that it works again.
        for (var wait = 0; wait < 100 && store.Fault is not null; wait++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        Say($"end {store.Fault ?? "works"}");
    }

    /// <summary>
    /// Adds messages with changes of the state, and writes a document after each. <c>M n</c>: the message is stored; <c>A n</c>: the document is; <c>F n reason</c>: it is not.
    /// </summary>
    internal static async Task WriteStateAsync(string data, int count)
    {
        await using var stores = Open(data);
        var store = stores.OpenMessages(Channel, new StoreSettings());
        var state = stores.OpenState(Channel, store, new StateSettings { KeepGlobalChannelMap = true });
        Say("ready");
        for (var number = 1; number <= count; number++)
        {
            StateChange[] changes = [new(StateChangeKind.Taken, $"file-{number}"), new(StateChangeKind.MapPut, $"key-{number}", "value")];
            var outcome = await store.AddAsync(Message(store.NextId()) with { StateChanges = changes });
            state.Apply(new RecordedStateChanges(outcome.StateSequence, number, changes));
            Say($"M {number}");
            try
            {
                state.WriteDocument("cursor", $"{number}");
                Say($"A {number}");
            }
            catch (StoreException failure)
            {
                Say($"F {number} {failure.Message}");
            }
        }
    }

    /// <summary>Holds a data folder until its input ends.</summary>
    internal static async Task HoldAsync(string data)
    {
        await using var stores = Open(data);
        Say("ready");
        await Console.In.ReadLineAsync();
    }

    /// <summary>Holds SQLite's write lock on a file until its input ends, as a database tool might.</summary>
    internal static async Task LockDatabaseAsync(string database)
    {
        using var connection = SqliteDatabase.Open(database);
        connection.Execute("BEGIN IMMEDIATE");
        Say("ready");
        await Console.In.ReadLineAsync();
        connection.Execute("ROLLBACK");
    }

    // A disk that fails while a store opens keeps that channel from starting; the next try may work.
    private static async Task<IMessageStore> OpenSomeTimeAsync(ChannelStores stores)
    {
        while (true)
        {
            try
            {
                return stores.OpenMessages(Channel, new StoreSettings());
            }
            catch (StoreException failure)
            {
                Say($"F 0 {failure.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private static ChannelStores Open(string data) => new(data, NullLoggerFactory.Instance, TimeProvider.System);

    private static MessageRecord Message(long id) => new()
    {
        Id = id,
        ReceivedAt = DateTimeOffset.UtcNow,
        Status = MessageStatus.Transformed,
        Raw = Content,
        DataType = "hl7v2",
        ControlId = $"C{id}",
        Destinations = [new DestinationRecord { Name = "ehr", Status = MessageStatus.Queued }],
    };

    private static void Say(string line)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
